"""What is owed on one budget line is netted against what another line pays."""

import pytest

from service.recoveries.model import RecoveryState
from tests.instalments.later import appropriate
from tests.payouts.corrections import earn
from tests.recoveries.owing import MARCH, MAY, Office, another, dismissed, overpaid
from tests.recoveries.test_undone import voided

OTHER = "WS-50"  # half of the wage, at most 150.00


@pytest.fixture
async def with_money(office: Office) -> Office:
    """The office, once the other line has money."""
    await appropriate(office.given, OTHER)
    return office


async def test_each_line_pays_for_its_own_when_a_firm_owes_on_one_and_earns_on_the_other(
    with_money: Office,
) -> None:
    office = with_money
    person = await dismissed(office, months=1)
    await office.netting()
    other = await another(office.given, person, scheme_code=OTHER)
    await earn(office.given, other, MAY, wage_cents=600_00)
    before = await office.books()

    payout = await office.paid(MAY)

    owing, paying = await office.books(), await office.books(OTHER)
    assert payout.total_cents == 75_00
    assert (before.receivable_cents, owing.receivable_cents) == (350_00, 275_00)
    assert (owing.recovered_cents, owing.paid_cents) == (75_00, before.paid_cents)
    assert (paying.paid_cents, paying.calculated_cents) == (150_00, 0)
    assert (paying.receivable_cents, paying.recovered_cents) == (0, 0)


async def test_an_overpayment_of_one_line_is_made_good_by_a_payment_of_the_other(
    with_money: Office,
) -> None:
    office = with_money
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person, scheme_code=OTHER)
    await earn(office.given, other, MAY, wage_cents=600_00)
    free = await office.books()

    payout = await office.paid(MAY)
    await earn(office.given, person, MARCH, wage_cents=600_00)
    again = await office.given.submitted_payout(MARCH, by=office.preparer)

    one, owing, paying = await office.only(), await office.books(), await office.books(OTHER)
    assert (payout.total_cents, again.total_cents) == (80_00, 70_00)
    assert (one.state, one.settled_cents) == (RecoveryState.SETTLED, 70_00)
    assert (free.recoverable_cents, owing.recoverable_cents) == (-70_00, 0)
    assert (owing.calculated_cents, owing.recovered_cents, owing.receivable_cents) == (70_00, 0, 0)
    assert paying.paid_cents == 150_00


async def test_a_void_gives_each_line_back_its_own(with_money: Office) -> None:
    office = with_money
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person, scheme_code=OTHER)
    await earn(office.given, other, MAY, wage_cents=600_00)
    before = await office.books(), await office.books(OTHER)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)
    await office.given.approved_payout(payout, by=office.authoriser)

    await voided(office, payout)

    assert (await office.books(), await office.books(OTHER)) == before
    assert (await office.only()).open_cents == 70_00
