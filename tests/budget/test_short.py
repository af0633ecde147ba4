"""A correction that found no money waits; nobody else's payment waits for it."""

from datetime import date

from service.actor import SYSTEM, Role
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from tests.budget.test_actions import exhaust
from tests.given import Given, actor_of
from tests.instalments.later import standing
from tests.payouts.corrections import APRIL, MARCH, Paying, at_work, earn, end
from tests.payouts.rows import due_month, report


async def test_a_raise_that_found_no_money_keeps_nobody_else_from_being_put_up(
    given: Given,
) -> None:
    preparer, approver = (
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=450_00)
    await Paying(given, preparer, approver).pay(APRIL)
    await end(given, person, date(2026, 4, 30))
    await exhaust(given, person)
    await report(given, person, APRIL, wage_cents=400_00)
    await earn(given, person, MARCH, wage_cents=600_00)
    assert (await standing(given, person))[MARCH, "subsidy"].amount_cents == 280_00
    other = await due_month(given, scheme="SP-FLAT", month=MARCH, amount_cents=264_00)

    payout = await given.submitted_payout(MARCH, by=preparer)

    async with given.db.transaction(SYSTEM) as tx:
        lines = await payouts.list_lines(tx, payout.id, page=1, page_size=9)
        assert [line.instalment_id for line in lines] == [other.instalment_id]
        assert not await ledger.broken_invariants(tx)
