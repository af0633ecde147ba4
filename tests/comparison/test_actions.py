"""A payout beside the one before it: who began, ended, was left out or has another account."""

from datetime import date, timedelta

import pytest

from service.actor import Actor
from service.bank_accounts.model import Owner
from service.checks import actions as checks
from service.checks.model import HoldScope
from service.comparison import actions
from service.comparison.model import Cause, Comparison
from service.payouts.model import Payout
from service.period import Month
from tests.conftest import FixedClock
from tests.given import Given
from tests.payouts.corrections import APRIL, MARCH, Paying, at_work, end
from tests.payouts.hired import Hired
from tests.payouts.rows import Officers, open_account, report


@pytest.fixture
def paying(given: Given, preparer: Actor, approver: Actor) -> Paying:
    return Paying(given, preparer, approver)


@pytest.fixture
async def officers(given: Given) -> Officers:
    return await given.case_officer(), await given.case_officer()


async def compared(paying: Paying, payout: Payout, before: Payout | None) -> Comparison:
    async with paying.given.db.transaction(paying.approver) as tx:
        return await actions.read_comparison(
            tx, payout.id, previous_id=before.id if before else None
        )


async def worked(given: Given, people: list[Hired], month: Month, *, wage_cents: int) -> None:
    for person in people:
        await report(given, person, month, wage_cents=wage_cents)
    await given.computed_month(month)


async def test_the_first_payout_is_beside_nothing_and_everybody_is_new(
    given: Given, paying: Paying, officers: Officers
) -> None:
    person = await at_work(given, officers=officers)
    await worked(given, [person], MARCH, wage_cents=400_00)

    found = await compared(paying, await given.submitted_payout(MARCH, by=paying.preparer), None)

    assert (found.causes, found.employers) == ([], [])
    assert [one.payee_name for one in found.new_payees] == [person.firm_name]
    assert found.changed_accounts == []


async def test_causes_add_up_to_the_difference_employer_by_employer(
    given: Given, paying: Paying, officers: Officers, clock: FixedClock
) -> None:
    stays, leaves, silent = [await at_work(given, officers=officers) for _ in range(3)]
    await worked(given, [stays, leaves, silent], MARCH, wage_cents=400_00)
    march = await paying.pay(MARCH)
    clock.move_to(clock.now() + timedelta(hours=1))
    begins = await at_work(given, starts_on=APRIL, officers=officers)
    await end(given, leaves, date(2026, 3, 31))
    await report(given, stays, APRIL, wage_cents=450_00)
    await worked(given, [begins], APRIL, wage_cents=400_00)

    april = await given.submitted_payout(APRIL, by=paying.preparer)
    found = await compared(paying, april, march)

    causes = {one.cause: one.difference_cents for one in found.causes}
    assert causes.keys() == {Cause.HIGHER, Cause.BEGAN, Cause.ENDED, Cause.BLOCKED}
    assert sum(causes.values()) == april.total_cents - march.total_cents
    by_employer = {one.employer_name: one for one in found.employers}
    assert [one.cause for one in by_employer[leaves.firm_name].causes] == [Cause.ENDED]
    assert by_employer[stays.firm_name].difference_cents == 35_00
    assert by_employer[silent.firm_name].difference_cents == -280_00
    assert [one.payee_name for one in found.new_payees] == [begins.firm_name]


async def test_what_a_check_kept_out_is_named_with_the_check(
    given: Given, paying: Paying, officers: Officers
) -> None:
    paid, without = [await at_work(given, officers=officers) for _ in range(2)]
    await worked(given, [paid, without], MARCH, wage_cents=400_00)
    async with given.db.transaction(paying.approver) as tx:
        await checks.hold(
            tx,
            HoldScope(employer_id=without.employer_id),
            reason="Somebody reported this firm.",
            by=paying.approver,
            at=given.clock.now(),
        )

    payout = await given.submitted_payout(MARCH, by=paying.preparer)
    found = await compared(paying, payout, None)

    assert [(one.code, one.payment_count) for one in found.left_out] == [("not_on_hold", 1)]
    (one,) = found.left_out_payments
    assert (one.employer_name, one.due_cents) == (without.firm_name, 280_00)
    assert found.left_out_count == 1


async def test_a_payee_with_another_account_is_shown_with_both(
    given: Given, paying: Paying, officers: Officers, clock: FixedClock
) -> None:
    person = await at_work(given, officers=officers)
    await worked(given, [person], MARCH, wage_cents=400_00)
    march = await paying.pay(MARCH)
    await worked(given, [person], APRIL, wage_cents=400_00)
    owner = Owner.employer(person.employer_id)
    await open_account(given, owner, person.firm_name, officers=officers)
    clock.move_to(clock.now() + timedelta(days=10))

    april = await given.submitted_payout(APRIL, by=paying.preparer)
    found = await compared(paying, april, march)

    (changed,) = found.changed_accounts
    assert changed.payee_name == person.firm_name
    assert changed.before_last4 != changed.now_last4
    assert (changed.confirmed_by_name, found.new_payees) == (officers[1].name, [])
    assert found.causes == []


async def test_drawn_lines_are_listed_with_why(
    given: Given, paying: Paying, officers: Officers
) -> None:
    person = await at_work(given, officers=officers)
    await worked(given, [person], MARCH, wage_cents=400_00)

    payout = await given.submitted_payout(MARCH, by=paying.preparer)
    found = await compared(paying, payout, None)

    (drawn,) = found.drawn
    assert "first_case" in drawn.reasons
    assert (drawn.result, drawn.amount_cents) == (None, 280_00)
