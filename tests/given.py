"""State for tests, built through the front door: by the actions that people take."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any

from jobs import work
from service.accounts import actions as accounts
from service.accounts import store as account_store
from service.accounts.model import Account, NewAccount
from service.accounts.rules import scopes_of
from service.actor import SYSTEM, Actor, Right, Role
from service.agreements import actions as agreements
from service.agreements.model import Party
from service.agreements.model import Shown as Agreement
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Report
from service.bank import actions as bank
from service.bank.model import BankFile
from service.bank.simulator import Answer, answer
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import BankAccount, Owner
from service.candidates import actions as candidates
from service.candidates.model import Candidate
from service.clock import Clock
from service.crypto import Sealer
from service.db import Connection, Database, say_who_acts
from service.employers import actions as employers
from service.employers.model import Employer
from service.ids import (
    AccountId,
    AgreementId,
    AttendanceId,
    EmployerId,
    MatchId,
    OfficeId,
    PayoutId,
    new_id,
)
from service.instalments import actions as instalments
from service.instalments.model import Progress
from service.matching import actions as matching
from service.matching.model import Match
from service.money import Cents
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.people import actions as people
from service.period import Month, add_months, next_month
from service.placements import actions as placements
from service.placements.model import Placement
from service.reference import actions as reference
from service.reference.model import Table
from service.statements import actions as statements
from service.statements.model import ImportSummary
from tests import approving
from tests.forms import candidate_form, employer_form, next_iban, placement_form

PASSWORD = "correct horse battery"
PASSWORD_HASH = accounts.HASHER.hash(PASSWORD)


async def act_as(tx: Connection, actor: Actor) -> None:
    """Makes the policies of the database see this actor for the rest of the test."""
    await say_who_acts(tx, actor)


def actor_of(account: Account) -> Actor:
    """An account, acting with every right of its role."""
    return account.actor(scopes_of(account.role))


class Given:
    """Each method answers what it made; whatever a test does not name has a plain value."""

    def __init__(self, db: Database, clock: Clock, sealer: Sealer) -> None:
        self.db = db
        self.clock = clock
        self.sealer = sealer
        self._officers: dict[OfficeId, Account] = {}
        self._employers: dict[EmployerId, Account] = {}
        self.colleagues: dict[Role, list[Actor]] = {}

    async def account(
        self,
        role: Role,
        *,
        office_id: OfficeId | None = None,
        employer_id: EmployerId | None = None,
        rights: Collection[Right] = (Right.CHIEF,),
    ) -> Account:
        """An account of a role, with PASSWORD; an employer's may do everything for it."""
        wanted = NewAccount(
            email=f"{new_id().hex}@example.org",
            name=f"Some {role}",
            role=role,
            password=PASSWORD,
            office_id=office_id,
            employer_id=employer_id,
            language="en",
        )
        async with self.db.transaction(SYSTEM) as tx:
            account_id = AccountId(new_id())
            # Hashed once for all tests: argon2 is slow on purpose.
            await account_store.insert_account(
                tx, account_id, wanted, password_hash=PASSWORD_HASH, at=self.clock.now()
            )
            if employer_id is not None:
                await people.grant_rights(
                    tx, account_id, employer_id, rights, by=None, at=self.clock.now()
                )
            return await account_store.get_account(tx, account_id)

    async def required_factor(self, role: Role) -> None:
        """From today on a role must have a second factor, by what two administrators agreed on."""
        first, second = (
            await self.account(Role.ADMINISTRATOR),
            await self.account(Role.ADMINISTRATOR),
        )
        typed = {
            "role": str(role),
            "is_required": "yes",
            "valid_from": self.clock.today().isoformat(),
            "basis": "Decision of the ministry",
        }
        async with self.db.transaction(actor_of(first)) as tx:
            change_id = await reference.propose_change(
                tx,
                Table.SECOND_FACTOR_RULE,
                typed,
                row_id=None,
                by=actor_of(first),
                at=self.clock.now(),
            )
        async with self.db.transaction(actor_of(second)) as tx:
            await reference.confirm_change(tx, change_id, by=actor_of(second), at=self.clock.now())

    async def office(self, municipality: str = "prishtine") -> OfficeId:
        """The employment office of a municipality."""
        async with self.db.transaction(SYSTEM) as tx:
            found = await tx.fetchval(
                "SELECT id FROM office WHERE municipality_code = $1", municipality
            )
        return OfficeId(found)

    async def case_officer(self, municipality: str = "prishtine") -> Account:
        """A case officer of the office of a municipality."""
        return await self.account(Role.CASE_OFFICER, office_id=await self.office(municipality))

    async def finance_officer(self) -> Account:
        """A finance officer."""
        return await self.account(Role.FINANCE_OFFICER)

    async def candidate(self, officer: Account | None = None, **fields: Any) -> Candidate:
        """A person registered by an officer, else by a new one of Prishtina; fields of the form."""
        by = actor_of(officer or await self.case_officer())
        async with self.db.transaction(by) as tx:
            registered = await candidates.register_candidate(
                tx,
                candidate_form(**fields),
                by=by,
                at=self.clock.now(),
                on=self.clock.today(),
                sealer=self.sealer,
            )
        return registered.candidate

    async def employer(self, officer: Account | None = None, **fields: Any) -> Employer:
        """A firm registered by an officer, else by a new one of Prishtina; fields of the form."""
        by = actor_of(officer or await self.case_officer())
        async with self.db.transaction(by) as tx:
            registered = await employers.register_employer(
                tx, employer_form(**fields), by=by, at=self.clock.now(), sealer=self.sealer
            )
        return registered.employer

    async def representative(self, employer: Employer | None = None) -> Account:
        """Who acts for a firm, else for a new one."""
        firm = employer or await self.employer()
        return await self.account(Role.EMPLOYER, employer_id=firm.id)

    async def proposed_account(
        self, owner: Owner, *, by: Account, holder_name: str, iban: str | None = None
    ) -> BankAccount:
        """A bank account that waits for a second person."""
        actor = actor_of(by)
        async with self.db.transaction(actor) as tx:
            return await bank_accounts.propose_account(
                tx,
                owner,
                iban=iban or next_iban(),
                holder_name=holder_name,
                by=actor,
                at=self.clock.now(),
                sealer=self.sealer,
            )

    async def bank_account(
        self, owner: Owner, *, holder_name: str, iban: str | None = None
    ) -> BankAccount:
        """A confirmed account: in force now if it is the owner's first, else in 72 hours."""
        proposed = await self.proposed_account(
            owner, by=await self.finance_officer(), holder_name=holder_name, iban=iban
        )
        second = actor_of(await self.finance_officer())
        async with self.db.transaction(second) as tx:
            return await bank_accounts.confirm_account(
                tx, proposed.id, by=second, at=self.clock.now()
            )

    async def submitted_payout(self, month: Month, *, by: Actor) -> Payout:
        """All that is due up to a month, put up by somebody."""
        async with self.db.transaction(by) as tx:
            return await payouts.put_up(tx, month, by=by, at=self.clock.now())

    async def approved_payout(self, payout: Payout, *, by: Actor) -> Payout:
        """A payout with all the acts it takes: one of `by`, the others of colleagues.

        Everybody saw it as it was put up.
        """
        return await approving.approve_fully(self, payout, by=by)

    async def rejected_payout(self, payout: Payout, *, by: Actor) -> Payout:
        """A payout turned down by somebody who had no part in it."""
        return await approving.reject(self, payout, by=by)

    async def sent_payout(self, payout_id: PayoutId, *, by: Actor) -> BankFile:
        """An approved payout, sent to the bank; the (first) file that went out."""
        async with self.db.transaction(by) as tx:
            sent = await bank.export_payout(
                tx, payout_id, by=by, at=self.clock.now(), sealer=self.sealer
            )
        return sent.files[0]

    async def bank_answer(
        self, file: BankFile, *, by: Actor, rejected: int = 0, returned: int = 0
    ) -> Answer:
        """What the simulated bank answers to a file that went out; not yet read."""
        async with self.db.transaction(by) as tx:
            _, order = await bank.open_file(tx, file.id, by=by, sealer=self.sealer)
        return answer(order, seed=1, rejected=rejected, returned=returned)

    async def read_from_bank(self, content: bytes, *, by: Actor, **sizes: int) -> ImportSummary:
        """A file from the bank, handed in and read; the sizes are those of `import_file`."""
        at, sealer = self.clock.now(), self.sealer
        async with self.db.transaction(by) as tx:
            return await statements.import_file(tx, content, by=by, at=at, sealer=sealer, **sizes)  # type: ignore[arg-type] # only sizes

    async def submitted_placement(
        self, representative: Account | None = None, **fields: Any
    ) -> Placement:
        """A placement that waits for a decision; fields of the form. One that began before today
        was posted on its first day."""
        by = actor_of(representative or await self.representative())
        form = placement_form(**fields)
        on = min(self.clock.today(), date.fromisoformat(form.starts_on))
        async with self.db.transaction(by) as tx:
            return await placements.post_placement(tx, form, by=by, at=self.clock.now(), on=on)

    async def approved_placement(
        self,
        representative: Account | None = None,
        officer: Account | None = None,
        **fields: Any,
    ) -> Placement:
        """A placement that an officer has opened to matching; fields of the form."""
        placement = await self.submitted_placement(representative, **fields)
        by = actor_of(officer or await self.case_officer())
        async with self.db.transaction(by) as tx:
            return await placements.approve_placement(tx, placement.id, by=by, at=self.clock.now())

    async def proposed_match(
        self,
        officer: Account,
        *,
        placement: Placement | None = None,
        candidate: Candidate | None = None,
    ) -> Match:
        """A candidate of the officer's office, proposed for a placement that fits."""
        by = actor_of(officer)
        wanted = placement or await self.approved_placement()
        person = candidate or await self.candidate(officer)
        async with self.db.transaction(by) as tx:
            return await matching.propose(
                tx, wanted.id, person.id, by=by, at=self.clock.now(), on=self.clock.today()
            )

    async def introduced_match(
        self,
        officer: Account,
        *,
        placement: Placement | None = None,
        candidate: Candidate | None = None,
    ) -> Match:
        """A match that the employer sees."""
        match = await self.proposed_match(officer, placement=placement, candidate=candidate)
        by = actor_of(officer)
        async with self.db.transaction(by) as tx:
            return await matching.introduce(tx, match.id, by=by, at=self.clock.now())

    async def agreed_match(
        self,
        officer: Account,
        *,
        placement: Placement | None = None,
        candidate: Candidate | None = None,
    ) -> Match:
        """A match with a yes from both sides: one seat of the placement is taken."""
        wanted = placement or await self.approved_placement()
        match = await self.introduced_match(officer, placement=wanted, candidate=candidate)
        await self.accepted(match.id, officer)
        employer = await self.account(Role.EMPLOYER, employer_id=wanted.employer_id)
        await self.accepted(match.id, employer)
        by = actor_of(officer)
        async with self.db.transaction(by) as tx:
            return await matching.get_match(tx, match.id, by=by)

    async def declined(self, match_id: MatchId, by: Account, reason: str = "Too far away.") -> None:
        """The no of the side that an account speaks for."""
        actor = actor_of(by)
        async with self.db.transaction(actor) as tx:
            await matching.decline(tx, match_id, reason, by=actor, at=self.clock.now())

    async def accepted(self, match_id: MatchId, by: Account) -> None:
        """The yes of the side that an account speaks for."""
        actor = actor_of(by)
        async with self.db.transaction(actor) as tx:
            await matching.accept(tx, match_id, by=actor, at=self.clock.now())

    async def drafted_agreement(
        self,
        officer: Account | None = None,
        *,
        starts_on: date | None = None,
        candidate: Candidate | None = None,
        representative: Account | None = None,
        employed_until: date | None = None,
        **fields: Any,
    ) -> Agreement:
        """An agreement that nobody has signed, from today unless told; fields of the placement.

        What begins before today was drafted, signed and started on its first day.
        """
        first = starts_on or self.clock.today()
        officer = officer or await self.case_officer()
        days = {"starts_on": first.isoformat(), "last_day": add_months(first, 12).isoformat()}
        placement = await self.approved_placement(representative, **days | fields)
        match = await self.agreed_match(officer, placement=placement, candidate=candidate)
        by = actor_of(officer)
        async with self.db.transaction(by) as tx:
            agreement_id = await agreements.draft_agreement(
                tx,
                match.id,
                starts_on=first,
                employed_until=employed_until,
                by=by,
                on=min(first, self.clock.today()),
                at=self._moment_of(first),
            )
        return await self.agreement(agreement_id)

    async def agreement(self, agreement_id: AgreementId) -> Agreement:
        """An agreement as it stands."""
        async with self.db.transaction(SYSTEM) as tx:
            return (await agreements.read_agreement(tx, agreement_id)).agreement

    async def officer_of(self, agreement: Agreement) -> Account:
        """A case officer of the agreement's office, for one test always the same."""
        if agreement.office_id not in self._officers:
            self._officers[agreement.office_id] = await self.account(
                Role.CASE_OFFICER, office_id=agreement.office_id
            )
        return self._officers[agreement.office_id]

    async def employer_of(self, agreement: Agreement) -> Account:
        """Who acts for the agreement's employer, for one test always the same."""
        if agreement.employer_id not in self._employers:
            self._employers[agreement.employer_id] = await self.account(
                Role.EMPLOYER, employer_id=agreement.employer_id
            )
        return self._employers[agreement.employer_id]

    async def signature(self, agreement: Agreement, party: Party) -> None:
        """One party's signature under the text as it stands."""
        employer = party is Party.EMPLOYER
        account = await (self.employer_of(agreement) if employer else self.officer_of(agreement))
        by, first = actor_of(account), agreement.period.start
        async with self.db.transaction(by) as tx:
            await agreements.sign_agreement(
                tx,
                agreement.id,
                party,
                shown_sha256=agreement.terms_sha256,
                by=by,
                on=min(first, self.clock.today()),
                at=self._moment_of(first),
            )

    async def signed_agreement(self, officer: Account | None = None, **facts: Any) -> Agreement:
        """An agreement signed by all three, its money set aside; facts of `drafted_agreement`."""
        agreement = await self.drafted_agreement(officer, **facts)
        for party in Party:
            await self.signature(agreement, party)
        return await self.agreement(agreement.id)

    async def active_agreement(self, officer: Account | None = None, **facts: Any) -> Agreement:
        """An agreement that runs from its first day; facts of `drafted_agreement`."""
        agreement = await self.signed_agreement(officer, **facts)
        by, first = actor_of(await self.officer_of(agreement)), agreement.period.start
        async with self.db.transaction(by) as tx:
            await agreements.start_agreement(
                tx, agreement.id, by=by, on=first, at=self._moment_of(first)
            )
        return await self.agreement(agreement.id)

    async def completed_agreement(self, officer: Account | None = None, **facts: Any) -> Agreement:
        """An agreement that ran its months to the end; it began in March unless told."""
        facts = {"starts_on": date(2026, 3, 2)} | facts
        agreement = await self.active_agreement(officer, **facts)
        async with self.db.transaction(SYSTEM) as tx:
            await agreements.complete_agreements(tx, on=self.clock.today(), at=self.clock.now())
        return await self.agreement(agreement.id)

    async def reported_attendance(
        self,
        agreement: Agreement,
        month: Month,
        *,
        by: Account | None = None,
        days_expected: int = 20,
        days_worked: int = 20,
        days_paid_leave: int = 0,
        gross_wage_cents: int | None = None,
    ) -> AttendanceId:
        """A month's report of an agreement at the agreed wage unless told, right after its end."""
        actor = actor_of(by or await self.employer_of(agreement))
        wage = agreement.gross_wage_cents if gross_wage_cents is None else gross_wage_cents
        report = Report(
            agreement_id=agreement.id,
            days_expected=days_expected,
            days_worked=days_worked,
            days_paid_leave=days_paid_leave,
            gross_wage_cents=Cents(wage),
        )
        async with self.db.transaction(actor) as tx:
            after = next_month(month)
            await attendance.report_month(
                tx, month, [report], by=actor, on=after, at=self._moment_of(after)
            )
            rows = await attendance.list_month(tx, month, by=actor)
        found = next(row for row in rows if row.agreement_id == agreement.id)
        assert found.attendance_id is not None
        return found.attendance_id

    async def confirmed_attendance(
        self, agreement: Agreement, month: Month, **facts: Any
    ) -> AttendanceId:
        """A month's report that an officer confirmed; facts of `reported_attendance`."""
        attendance_id = await self.reported_attendance(agreement, month, **facts)
        by = actor_of(await self.officer_of(agreement))
        async with self.db.transaction(by) as tx:
            await attendance.confirm_attendance(
                tx,
                attendance_id,
                confirmed_for=ConfirmedFor.CANDIDATE,
                by=by,
                at=self._moment_of(next_month(month)),
            )
        return attendance_id

    def _moment_of(self, day: date) -> datetime:
        """Eight o'clock of a day that has passed, else now."""
        return min(self.clock.now(), datetime.combine(day, time(8), UTC))

    async def computed_month(self, month: Month, *, everything: bool = False) -> Progress:
        """A month computed for everybody, in this connection and not by workers."""
        at, today = self.clock.now(), self.clock.today()
        async with self.db.transaction(SYSTEM) as tx:
            await instalments.request_month(
                tx, month, by=SYSTEM, at=at, today=today, everything=everything
            )
            while chunk := await instalments.claim_chunk(tx):
                await instalments.compute_chunk(tx, chunk, at=at)
            await instalments.finish_runs(tx, at=at)
            computed = await instalments.find_progress(tx, month, at=at)
        assert computed is not None
        return computed

    async def work_done(self) -> int:
        """All the long work that was asked for, done in this connection and not by workers."""
        return await work.drain(self.db, self.clock, self.sealer)
