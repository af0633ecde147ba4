"""The people of a town, who do what happens in histories by the actions, many at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from service.accounts.model import Account
from service.actor import SYSTEM
from service.agreements import actions as agreements
from service.agreements.model import EndCause, Party
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Report
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.candidates import actions as candidates
from service.ids import AgreementId, AttendanceId, CandidateId, MatchId
from service.matching import actions as matching
from service.money import Cents
from service.period import Month
from service.placements.model import Placement
from tests.forms import candidate_form, next_iban
from tests.given import Given, actor_of
from tests.histories.life import (
    Confirming,
    Ending,
    Extending,
    Happening,
    Hire,
    Reporting,
    Resuming,
    Suspending,
)

FIRMS = 4
AT_ONCE = 4
CONFIRMED_AT_ONCE = 25
FULL_TIME_CENTS = 900_00
FULL_TIME_HOURS = 40
SEATS = 500
OPENED = date(2025, 11, 1)
CLOSED = date(2028, 10, 31)
Does = tuple[int, Happening]


class Seated(msgspec.Struct, frozen=True):
    """Somebody at work: the agreement, and the firm by its number."""

    agreement_id: AgreementId
    firm: int


class Town:
    """Two case officers and a few firms, with whom everybody is at work."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.seated: dict[int, Seated] = {}
        self._placements: dict[tuple[int, str, int], Placement] = {}
        self.officer: Account
        self.second: Account
        self._firms: list[Account] = []

    async def settle(self) -> None:
        """Registers the people and the firms, with their accounts."""
        given = self.given
        self.officer = await given.case_officer()
        self.second = await given.case_officer()
        for number in range(FIRMS):
            firm = await given.employer(self.officer, legal_name=f"Firma {number}")
            await self._open_account(Owner.employer(firm.id), firm.legal_name)
            self._firms.append(await given.representative(firm))

    async def do(self, happenings: Sequence[Does]) -> None:
        """Does what happens on a day; reports come in bulk, and before they are confirmed."""
        by_kind: dict[type[Happening], list[Does]] = defaultdict(list)
        for one in happenings:
            by_kind[type(one[1])].append(one)
        await self._prepare_seats(by_kind[Hire])
        await _together(self._hire(number, hire) for number, hire in by_kind.pop(Hire))
        await self._report(by_kind.pop(Reporting, []))
        await self._confirm(by_kind.pop(Confirming, []))
        rest = [one for kind in by_kind.values() for one in kind]
        await _together(self._change(number, happening) for number, happening in rest)

    # ----- somebody begins

    async def _prepare_seats(self, hires: Sequence[Does]) -> None:
        for number, hire in hires:
            assert isinstance(hire, Hire)
            key = number % FIRMS, hire.scheme, hire.weekly_hours
            if key not in self._placements:
                self._placements[key] = await self.given.approved_placement(
                    self._firms[key[0]],
                    self.officer,
                    scheme_code=hire.scheme,
                    weekly_hours=hire.weekly_hours,
                    gross_wage_cents=FULL_TIME_CENTS * hire.weekly_hours // FULL_TIME_HOURS,
                    seats=SEATS,
                    starts_on=OPENED.isoformat(),
                    last_day=CLOSED.isoformat(),
                )

    async def _hire(self, number: int, hire: Happening) -> None:
        assert isinstance(hire, Hire)
        firm = number % FIRMS
        placement = self._placements[firm, hire.scheme, hire.weekly_hours]
        match_id, candidate_id, name = await self._match(placement)
        await self.given.accepted(match_id, self._firms[firm])
        agreement_id, terms = await self._draft(match_id, hire.first_day)
        await self._sign(agreement_id, Party.EMPLOYER, terms, by=self._firms[firm])
        await self._begin(agreement_id, terms)
        self.seated[number] = Seated(agreement_id, firm)
        if hire.scheme == "SP-FLAT":
            await self._open_account(Owner.candidate(candidate_id), name)

    async def _match(self, placement: Placement) -> tuple[MatchId, CandidateId, str]:
        given, by = self.given, actor_of(self.officer)
        at, on = given.clock.now(), given.clock.today()
        async with given.db.transaction(by) as tx:
            form = candidate_form(unemployed_since="2025-12-10")
            person = (
                await candidates.register_candidate(
                    tx, form, by=by, at=at, on=on, sealer=given.sealer
                )
            ).candidate
            match = await matching.propose(tx, placement.id, person.id, by=by, at=at, on=on)
        async with given.db.transaction(by) as tx:
            await matching.introduce(tx, match.id, by=by, at=at)
            await matching.accept(tx, match.id, by=by, at=at)
        return match.id, person.id, f"{person.given_name} {person.family_name}"

    async def _draft(self, match_id: MatchId, first_day: date) -> tuple[AgreementId, bytes]:
        given, by = self.given, actor_of(self.officer)
        at, on = given.clock.now(), given.clock.today()
        async with given.db.transaction(by) as tx:
            agreement_id = await agreements.draft_agreement(
                tx, match_id, starts_on=first_day, by=by, on=on, at=at
            )
            terms = (await agreements.read_agreement(tx, agreement_id)).agreement.terms_sha256
            await agreements.sign_agreement(
                tx, agreement_id, Party.CANDIDATE, shown_sha256=terms, by=by, on=on, at=at
            )
        return agreement_id, terms

    async def _sign(
        self, agreement_id: AgreementId, party: Party, terms: bytes, *, by: Account
    ) -> None:
        given, actor = self.given, actor_of(by)
        at, on = given.clock.now(), given.clock.today()
        async with given.db.transaction(actor) as tx:
            await agreements.sign_agreement(
                tx, agreement_id, party, shown_sha256=terms, by=actor, on=on, at=at
            )

    async def _begin(self, agreement_id: AgreementId, terms: bytes) -> None:
        given, by = self.given, actor_of(self.officer)
        await self._sign(agreement_id, Party.OFFICE, terms, by=self.officer)
        at, on = given.clock.now(), given.clock.today()
        async with given.db.transaction(by) as tx:
            await agreements.start_agreement(tx, agreement_id, by=by, on=on, at=at)

    async def _open_account(self, owner: Owner, holder: str) -> None:
        given, first, second = self.given, actor_of(self.officer), actor_of(self.second)
        at = given.clock.now()
        async with given.db.transaction(first) as tx:
            proposed = await bank_accounts.propose_account(
                tx,
                owner,
                iban=next_iban(),
                holder_name=holder,
                by=first,
                at=at,
                sealer=given.sealer,
            )
        async with given.db.transaction(second) as tx:
            await bank_accounts.confirm_account(tx, proposed.id, by=second, at=at)

    # ----- months are reported and confirmed

    async def _report(self, reportings: Sequence[Does]) -> None:
        sheets: dict[tuple[int, date], list[Report]] = defaultdict(list)
        for number, said in reportings:
            assert isinstance(said, Reporting)
            seated = self.seated[number]
            expected, worked, leave, gross = said.said
            sheets[seated.firm, said.month].append(
                Report(
                    agreement_id=seated.agreement_id,
                    days_expected=expected,
                    days_worked=worked,
                    days_paid_leave=leave,
                    gross_wage_cents=Cents(gross),
                )
            )
        await _together(
            self._send(firm, Month(month), sheet) for (firm, month), sheet in sheets.items()
        )

    async def _send(self, firm: int, month: Month, sheet: list[Report]) -> None:
        given, by = self.given, actor_of(self._firms[firm])
        at, on = given.clock.now(), given.clock.today()
        async with given.db.transaction(by) as tx:
            await attendance.report_month(tx, month, sheet, by=by, on=on, at=at)

    async def _confirm(self, confirmings: Sequence[Does]) -> None:
        if not confirmings:
            return
        waiting = await self._waiting()
        wanted = []
        for number, said in confirmings:
            assert isinstance(said, Confirming)
            wanted.append(waiting[self.seated[number].agreement_id, said.month])
        piles = [
            wanted[start : start + CONFIRMED_AT_ONCE]
            for start in range(0, len(wanted), CONFIRMED_AT_ONCE)
        ]
        await _together(self._sign_off(pile) for pile in piles)

    async def _waiting(self) -> dict[tuple[AgreementId, date], AttendanceId]:
        async with self.given.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(
                "SELECT agreement_id, month, id FROM attendance "
                "WHERE superseded_at IS NULL AND confirmed_at IS NULL"
            )
        return {(row["agreement_id"], row["month"]): row["id"] for row in rows}

    async def _sign_off(self, pile: Sequence[AttendanceId]) -> None:
        given, by = self.given, actor_of(self.officer)
        at = given.clock.now()
        async with given.db.transaction(by) as tx:
            for attendance_id in pile:
                await attendance.confirm_attendance(
                    tx, attendance_id, confirmed_for=ConfirmedFor.OFFICE, by=by, at=at
                )

    # ----- days move

    async def _change(self, number: int, happening: Happening) -> None:
        given, by = self.given, actor_of(self.officer)
        agreement_id = self.seated[number].agreement_id
        facts: dict[str, Any] = {"by": by, "on": given.clock.today(), "at": given.clock.now()}
        async with given.db.transaction(by) as tx:
            match happening:
                case Suspending(first, last):
                    await agreements.suspend_agreement(
                        tx, agreement_id, starts_on=first, last_day=last, reason="Ill", **facts
                    )
                case Resuming(on):
                    await agreements.resume_agreement(tx, agreement_id, resumes_on=on, **facts)
                case Extending(days):
                    await agreements.extend_agreement(
                        tx, agreement_id, days=days, reason="Given back", **facts
                    )
                case Ending(last):
                    await agreements.end_agreement(
                        tx,
                        agreement_id,
                        last_day=last,
                        cause=EndCause.CANDIDATE_LEFT,
                        reason="Moved abroad",
                        **facts,
                    )
                case Hire() | Reporting() | Confirming():
                    raise AssertionError("done before, in bulk")

    async def complete(self) -> None:
        """The nightly job: agreements whose days are over are completed."""
        given = self.given
        async with given.db.transaction(SYSTEM) as tx:
            while await agreements.complete_agreements(
                tx, on=given.clock.today(), at=given.clock.now()
            ):
                pass


async def _together(doings: Iterable[Awaitable[None]]) -> None:
    """A few at a time; the first that fails ends the day."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(doing: Awaitable[None]) -> None:
        async with at_once:
            await doing

    async with asyncio.TaskGroup() as group:
        for doing in doings:
            group.create_task(one(doing))
