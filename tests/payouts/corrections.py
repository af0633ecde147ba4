"""People at work whose months are earned, paid and corrected, by the actions."""

from datetime import date

import msgspec

from service.actor import SYSTEM, Actor
from service.agreements import actions as agreements
from service.agreements.model import EndCause
from service.bank_accounts.model import Owner
from service.ledger import actions as ledger
from service.ledger.model import BudgetLine
from service.payouts import actions
from service.payouts.model import Payout, PayoutLine
from service.period import Month
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import Officers, open_account, report

FEBRUARY, MARCH, APRIL, MAY = (Month(date(2026, month, 1)) for month in (2, 3, 4, 5))


class Paying(msgspec.Struct, frozen=True):
    """Two finance officers who put up and sign."""

    given: Given
    preparer: Actor
    approver: Actor

    async def pay(self, month: Month) -> Payout:
        """Everything up to a month, put up and signed."""
        payout = await self.given.submitted_payout(month, by=self.preparer)
        return await self.given.approved_payout(payout, by=self.approver)

    async def lines(self, payout: Payout) -> list[PayoutLine]:
        """The lines of a payout."""
        async with self.given.db.transaction(self.approver) as tx:
            return await actions.list_lines(tx, payout.id, page=1, page_size=50)

    async def books(self) -> BudgetLine:
        """What stands on the line of WS-70; every invariant holds."""
        async with self.given.db.transaction(SYSTEM) as tx:
            assert not await ledger.broken_invariants(tx)
            (line,) = [
                one for one in await ledger.list_budget_lines(tx) if one.scheme_code == "WS-70"
            ]
        return line


async def at_work(
    given: Given, *, starts_on: date = MARCH, officers: Officers | None = None
) -> Hired:
    """Somebody at 32 hours a week, so that a wage of 400.00 is above the minimum; with account."""
    officers = officers or (await given.case_officer(), await given.case_officer())
    person = await hire(given, officers[0], scheme="WS-70", starts_on=starts_on, wage_cents=400_00)
    await open_account(
        given, Owner.employer(person.employer_id), person.firm_name, officers=officers
    )
    return person


async def earn(given: Given, person: Hired, month: Month, *, wage_cents: int) -> None:
    """A month's wage as reported now, and the month computed: 70 % of it, 350.00 at most."""
    await report(given, person, month, wage_cents=wage_cents)
    await given.computed_month(month)


async def earn_nothing(given: Given, person: Hired, month: Month) -> None:
    """A month without a day worked, and the month computed."""
    await given.confirmed_attendance(
        person.agreement, month, by=person.representative, days_worked=0, gross_wage_cents=0
    )
    await given.computed_month(month)


async def end(
    given: Given,
    person: Hired,
    last_day: date,
    *,
    cause: EndCause = EndCause.CANDIDATE_LEFT,
) -> None:
    """The end of an agreement, recorded now."""
    officer = actor_of(person.officer)
    async with given.db.transaction(officer) as tx:
        await agreements.end_agreement(
            tx,
            person.agreement_id,
            last_day=last_day,
            cause=cause,
            reason="Went back to school.",
            by=officer,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def overpaid_once(paying: Paying) -> Hired:
    """March paid with 350.00 and then corrected to 280.00, and April due with 350.00."""
    given = paying.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await paying.pay(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=600_00)
    return person
