"""Months that are due, from the report of the work to the computed instalment, by the actions."""

from datetime import date

import msgspec

from service.accounts.model import Account
from service.actor import SYSTEM
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.ids import AgreementId, BankAccountId, CandidateId, EmployerId, InstalmentId
from service.instalments import actions as instalments
from service.period import Month
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire

OCTOBER = Month(date(2026, 10, 1))
Officers = tuple[Account, Account]


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
    await given.confirmed_attendance(
        hired.agreement, month, by=hired.representative, gross_wage_cents=wage_cents
    )


async def compute(given: Given, hired: Hired, month: Month) -> tuple[InstalmentId, int]:
    """The month computed for everybody; the instalment of one agreement and its cents."""
    await given.computed_month(month)
    async with given.db.transaction(SYSTEM) as tx:
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
    proposer, confirmer = officers
    proposed = await given.proposed_account(owner, by=proposer, holder_name=holder)
    second = actor_of(confirmer)
    async with given.db.transaction(second) as tx:
        await bank_accounts.confirm_account(tx, proposed.id, by=second, at=given.clock.now())
    return proposed.id
