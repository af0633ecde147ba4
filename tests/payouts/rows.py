"""Months that are due, from the report of the work to the computed instalment, by the actions."""

from datetime import date, timedelta
from itertools import count

import msgspec

from service.accounts.model import Account
from service.actor import SYSTEM, Actor
from service.attendance import actions as attendance
from service.attendance.model import ConfirmedFor, Report
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.clock import Clock
from service.db import Database
from service.ids import AgreementId, BankAccountId, CandidateId, EmployerId, InstalmentId
from service.instalments import actions as instalments
from service.money import Cents
from service.payouts import actions
from service.payouts.model import Payout
from service.period import Month, month_period
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire

OCTOBER = Month(date(2026, 10, 1))
Officers = tuple[Account, Account]

_numbers = count(1)


class DueMonth(msgspec.Struct, frozen=True):
    """A due instalment, whom it is for, and whom it is paid to."""

    hired: Hired
    month: Month
    instalment_id: InstalmentId
    owner: Owner
    bank_account_id: BankAccountId | None
    amount_cents: int

    @property
    def agreement_id(self) -> AgreementId:
        """The agreement."""
        return self.hired.agreement_id

    @property
    def employer_id(self) -> EmployerId:
        """The employer."""
        return self.hired.employer_id

    @property
    def candidate_id(self) -> CandidateId:
        """The young person."""
        return self.hired.candidate_id


async def due_month(
    given: Given,
    *,
    scheme: str = "WS-70",
    month: Month = OCTOBER,
    amount_cents: int = 350_00,
    with_account: bool = True,
    officers: Officers | None = None,
) -> DueMonth:
    """An agreement whose first programme month is `month`, computed, and paid to an account.

    WS-70 pays 70 % of the wage to the employer, 350.00 at most; SP-FLAT 264.00 to the candidate.
    """
    officers = officers or (await given.case_officer(), await given.case_officer())
    wage_cents = -(-amount_cents * 10 // 7) if scheme == "WS-70" else 500_00
    hired = await hire(given, officers[0], scheme=scheme, starts_on=month, wage_cents=wage_cents)
    await report(given, hired, month, wage_cents=wage_cents)
    instalment_id, computed_cents = await compute(given, hired, month)
    assert computed_cents == amount_cents, "no wage comes to this amount"
    owner, holder = Owner.employer(hired.employer_id), hired.firm_name
    if scheme == "SP-FLAT":
        owner, holder = Owner.candidate(hired.candidate_id), hired.person_name
    account = await open_account(given, owner, holder, officers=officers) if with_account else None
    return DueMonth(hired, month, instalment_id, owner, account, amount_cents)


async def report(given: Given, hired: Hired, month: Month, *, wage_cents: int) -> None:
    """A full month of work, reported by the employer and confirmed by the office."""
    days = month_period(month).days
    weekdays = sum((month + timedelta(days=day)).weekday() < 5 for day in range(days))
    said = Report(
        agreement_id=hired.agreement_id,
        days_expected=weekdays,
        days_worked=weekdays,
        days_paid_leave=0,
        gross_wage_cents=Cents(wage_cents),
    )
    at, on = given.clock.now(), given.clock.today()
    employer, officer = actor_of(hired.representative), actor_of(hired.officer)
    async with given.db.transaction(employer) as tx:
        await attendance.report_month(tx, month, [said], by=employer, on=on, at=at)
    async with given.db.transaction(officer) as tx:
        for waiting in await attendance.list_waiting(tx, by=officer):
            await attendance.confirm_attendance(
                tx, waiting.id, confirmed_for=ConfirmedFor.CANDIDATE, by=officer, at=at
            )


async def compute(given: Given, hired: Hired, month: Month) -> tuple[InstalmentId, int]:
    """The month computed for everybody; the instalment of one agreement and its cents."""
    at, today = given.clock.now(), given.clock.today()
    async with given.db.transaction(SYSTEM) as tx:
        await instalments.request_month(tx, month, by=SYSTEM, at=at, today=today)
        while chunk := await instalments.claim_chunk(tx):
            await instalments.compute_chunk(tx, chunk, at=at)
        await instalments.finish_runs(tx, at=at)
        (current,) = [
            one
            for one in await instalments.list_of_agreement(tx, hired.agreement_id)
            if one.month == month and one.superseded_at is None
        ]
    return current.id, current.amount_cents


async def supersede(given: Given, due: DueMonth, *, wage_cents: int = 600_00) -> None:
    """The employer corrects the wage, the office confirms, and the month is computed again."""
    await report(given, due.hired, due.month, wage_cents=wage_cents)
    await compute(given, due.hired, due.month)


async def open_account(
    given: Given, owner: Owner, holder: str, *, officers: Officers
) -> BankAccountId:
    """An account that one officer proposed and another confirmed."""
    proposer, confirmer = (actor_of(officer) for officer in officers)
    at = given.clock.now()
    async with given.db.transaction(proposer) as tx:
        proposed = await bank_accounts.propose_account(
            tx,
            owner,
            iban=iban_of(next(_numbers)),
            holder_name=holder,
            by=proposer,
            at=at,
            sealer=given.sealer,
        )
    async with given.db.transaction(confirmer) as tx:
        await bank_accounts.confirm_account(tx, proposed.id, by=confirmer, at=at)
    return proposed.id


def iban_of(number: int) -> str:
    """A valid Kosovo IBAN: its national check digits make the whole account 1 modulo 97."""
    stem = f"12{number:012d}"
    return f"XK05{stem}{98 - int(stem + '00') % 97:02d}"


async def put_up(db: Database, by: Actor, clock: Clock, month: Month = OCTOBER) -> Payout:
    """A month put up by somebody."""
    async with db.transaction(by) as tx:
        return await actions.put_up(tx, month, by=by, at=clock.now())


async def approve(db: Database, payout: Payout, by: Actor, clock: Clock) -> Payout:
    """A payout approved by somebody who saw it as it was put up."""
    async with db.transaction(by) as tx:
        return await actions.approve(tx, payout.id, digest=payout.digest, by=by, at=clock.now())
