"""What is undone after it was netted, waived or given up: voided payouts and returned payments."""

from datetime import date

import pytest

from service.agreements.model import EndCause
from service.payouts import actions as payouts
from service.payouts.model import Payout
from service.recoveries.model import Cause, Outcome, RecoveryState
from service.recoveries.rules import HeldByPayout, RecoveryChanged
from tests.given import actor_of
from tests.payouts.corrections import at_work, earn, end
from tests.payouts.hired import Hired
from tests.recoveries.owing import APRIL, MARCH, MAY, Office, another, overpaid
from tests.recoveries.test_collecting import appealed, decide, proposed, signed


async def voided(office: Office, payout: Payout) -> None:
    """A payout that somebody asked to void and somebody else voided."""
    asker, voider = actor_of(await office.given.finance_officer()), office.second
    at = office.clock.now()
    async with office.given.db.transaction(asker) as tx:
        await payouts.request_void(
            tx, payout.id, digest=payout.digest, reason="Wrong month.", by=asker, at=at
        )
    async with office.given.db.transaction(voider) as tx:
        await payouts.void(tx, payout.id, digest=payout.digest, by=voider, at=at)


async def test_a_month_that_is_overpaid_again_by_a_void_is_owed_back(office: Office) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=600_00)
    payout = await given.submitted_payout(APRIL, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    await voided(office, payout)
    await earn(given, person, APRIL, wage_cents=300_00)
    await end(given, person, date(2026, 3, 31))

    await office.sweep()

    one, books = await office.only(), await office.books()
    assert (one.open_cents, books.receivable_cents, books.recoverable_cents) == (
        70_00,
        70_00,
        -70_00,
    )


async def test_a_void_after_an_upheld_appeal_has_what_was_netted_owed_again(
    office: Office,
) -> None:
    person = await overpaid(office)
    one = await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)
    await office.given.approved_payout(payout, by=office.authoriser)
    await earn(office.given, person, MARCH, wage_cents=300_00)  # nothing is due: 280.00 more
    await decide(office, await appealed(office, person), Outcome.UPHELD, by=office.second)
    upheld = await office.only()

    await voided(office, payout)

    assert (upheld.state, upheld.settled_cents) == (RecoveryState.CANCELLED, 70_00)
    one = await office.only()
    assert (one.state, one.settled_cents, one.open_cents) == (RecoveryState.NETTING, 0, 70_00)
    assert (await office.books()).receivable_cents == 70_00


async def test_an_appeal_is_not_upheld_while_a_payout_waits_that_keeps_back_a_part(
    office: Office,
) -> None:
    person = await overpaid(office)
    await office.netting()
    await earn(office.given, await another(office.given, person), MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)  # keeps back 70.00
    await earn(office.given, person, MARCH, wage_cents=300_00)  # nothing is due: 280.00 more
    recovery_id = await appealed(office, person)

    with pytest.raises(HeldByPayout) as refused:
        await decide(office, recovery_id, Outcome.UPHELD, by=office.second)
    waiting = await office.only()
    await office.given.rejected_payout(payout, by=office.second)
    await decide(office, recovery_id, Outcome.UPHELD, by=office.second)

    assert payout.reference in refused.value.sentence()
    assert "rejected or withdrawn" in refused.value.sentence()
    assert (waiting.state, waiting.open_cents) == (RecoveryState.APPEALED, 350_00)
    assert (await office.only()).state is RecoveryState.CANCELLED
    assert (await office.books()).receivable_cents == 0


async def overpaid_and_not_yet_returned(office: Office) -> tuple[Hired, bytes]:
    """An ended agreement that was paid 350.00 instead of 280.00, and the bank's word, not yet read,
    that the payment came back."""
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    payout = await given.submitted_payout(MARCH, by=office.preparer)
    await given.approved_payout(payout, by=office.authoriser)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 3, 31))
    file = await given.sent_payout(payout.id, by=office.authoriser)
    settled = await given.bank_answer(file, by=office.authoriser)
    returned = await given.bank_answer(file, by=office.authoriser, returned=1)
    await given.read_from_bank(settled.statement, by=office.authoriser)
    return person, returned.statement


async def test_a_write_off_goes_with_the_payment_that_the_bank_returned(office: Office) -> None:
    _, returned = await overpaid_and_not_yet_returned(office)
    await office.sweep()
    one = await office.only()
    await signed(office, await proposed(office, one.id, 7_00), by=office.authoriser)

    await office.given.read_from_bank(returned, by=office.authoriser)

    assert (await office.only()).state is RecoveryState.CANCELLED
    books = await office.books()
    assert (books.receivable_cents, books.written_off_cents, books.returned_cents) == (0, 0, 350_00)


async def test_what_was_waived_of_a_payment_that_came_back_is_no_claim(office: Office) -> None:
    person, returned = await overpaid_and_not_yet_returned(office)
    recovery_id = await appealed(office, person)
    await decide(office, recovery_id, Outcome.PARTLY, by=office.second, less_cents=20_00)

    await office.given.read_from_bank(returned, by=office.authoriser)
    await office.sweep()

    assert (await office.only()).state is RecoveryState.CANCELLED
    assert (await office.books()).receivable_cents == 0


async def test_what_came_back_meanwhile_is_not_kept_back_once_more(office: Office) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await earn(given, person, APRIL, wage_cents=600_00)
    await office.paid(APRIL)
    await earn(given, person, MARCH, wage_cents=300_00)  # nothing is due: 350.00 too much
    await earn(given, person, APRIL, wage_cents=400_00)  # 70.00 too much
    await earn(given, person, MAY, wage_cents=400_00)
    payout = await given.submitted_payout(MAY, by=office.preparer)  # all kept back, for March
    await end(given, person, date(2026, 5, 31))
    await office.sweep()
    await office.repaid((await office.only()).id, 140_00)

    with pytest.raises(RecoveryChanged):
        await given.approved_payout(payout, by=office.authoriser)
    await given.rejected_payout(payout, by=office.second)
    await given.computed_month(MAY)  # the agreement's dates have changed
    await office.paid(MAY)

    books = await office.books()
    assert (books.recoverable_cents, books.receivable_cents, books.calculated_cents) == (0, 0, 0)


async def test_one_recovery_claims_of_a_month_what_another_drops(office: Office) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await earn(given, person, APRIL, wage_cents=400_00)
    await office.paid(APRIL)
    await earn(given, person, MARCH, wage_cents=450_00)  # 35.00 too much
    await end(given, person, date(2026, 5, 31), cause=EndCause.EMPLOYER_DISMISSED)
    await office.sweep()

    await earn(given, person, APRIL, wage_cents=300_00)  # nothing is due: 280.00 too much
    await earn(given, person, MARCH, wage_cents=600_00)  # nothing too much
    await office.sweep()

    owed = {one.cause: one.open_cents for one in await office.listed()}
    assert owed == {Cause.OVERPAID: 280_00, Cause.EARLY_END: 350_00}
    assert (await office.books()).receivable_cents == 630_00
