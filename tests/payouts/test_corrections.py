"""Corrections are deltas: what was put into payouts stands, the next one pays the difference."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import permutations

import asyncpg
import pytest

from service.actor import SYSTEM, Actor
from service.bank import actions as bank
from service.crypto import Sealer
from service.ledger import actions as ledger
from service.money import Cents
from service.payouts import actions, rules
from service.payouts.model import StaleReason
from service.recoveries import actions as recoveries
from tests.given import Given
from tests.instalments.later import standing
from tests.payouts.corrections import (
    APRIL,
    MARCH,
    MAY,
    Paying,
    at_work,
    earn,
    earn_nothing,
    end,
)
from tests.payouts.hired import Hired, draft

REASON = "Put up by mistake."


@pytest.fixture
def paying(given: Given, preparer: Actor, approver: Actor) -> Paying:
    return Paying(given, preparer, approver)


async def overpaid_march(given: Given, paying: Paying) -> Hired:
    """March paid with 350.00, and 280.00 due for it after a correction."""
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await paying.pay(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    return person


async def test_a_wage_corrected_from_600_to_400_after_payment_nets_70_in_the_next_run(
    given: Given, paying: Paying
) -> None:
    person = await overpaid_march(given, paying)
    between = await paying.books()
    await earn(given, person, APRIL, wage_cents=600_00)

    payout = await paying.pay(APRIL)

    (line,) = await paying.lines(payout)
    after = await paying.books()
    assert (line.due_cents, line.netted_cents, line.amount_cents) == (350_00, 70_00, 280_00)
    assert (line.month, line.netted_months) == (APRIL, [MARCH])
    assert payout.total_cents == 280_00
    assert between.recoverable_cents == -70_00
    assert (after.calculated_cents, after.recoverable_cents) == (0, 0)
    assert after.approved_cents == 350_00 + 280_00


async def test_a_wage_corrected_upward_after_payment_pays_only_the_difference(
    given: Given, paying: Paying
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=400_00)
    await paying.pay(MARCH)
    await earn(given, person, MARCH, wage_cents=600_00)

    (line,) = await paying.lines(await paying.pay(MARCH))

    assert (line.month, line.due_cents, line.amount_cents) == (MARCH, 70_00, 70_00)
    assert (await paying.books()).approved_cents == 350_00


async def test_an_end_moved_back_one_month_after_payment_leaves_350_and_again_nothing(
    given: Given, paying: Paying
) -> None:
    person = await at_work(given)
    for month in (MARCH, APRIL):
        await earn(given, person, month, wage_cents=600_00)
    await paying.pay(APRIL)
    await end(given, person, date(2026, 3, 31))

    first = await given.computed_month(APRIL)
    again = await given.computed_month(APRIL)

    books = await paying.books()
    assert (first.written_count, again.written_count) == (1, 0)
    assert books.recoverable_cents == -350_00
    with pytest.raises(rules.NothingToPay):
        await paying.pay(APRIL)


async def test_what_is_deleted_and_added_again_nets_to_nothing(
    given: Given, paying: Paying
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await paying.pay(MARCH)

    await earn_nothing(given, person, MARCH)
    gone = await paying.books()
    await earn(given, person, MARCH, wage_cents=600_00)

    back = await paying.books()
    assert (gone.recoverable_cents, back.recoverable_cents) == (-350_00, 0)
    assert (back.calculated_cents, back.approved_cents) == (0, 350_00)
    with pytest.raises(rules.NothingToPay):
        await paying.pay(MARCH)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_of_corrections_does_not_change_what_is_paid_in_the_end(
    given: Given, paying: Paying, order: tuple[int, ...]
) -> None:
    person = await at_work(given)
    for month in (MARCH, APRIL):
        await earn(given, person, month, wage_cents=600_00)
    await paying.pay(APRIL)
    corrections: list[Callable[[], Awaitable[None]]] = [
        lambda: earn(given, person, MARCH, wage_cents=400_00),
        lambda: earn_nothing(given, person, APRIL),
        lambda: earn(given, person, MAY, wage_cents=600_00),
    ]

    for number in order:
        await corrections[number]()
    (line,) = await paying.lines(await paying.pay(MAY))

    books = await paying.books()
    assert (line.due_cents, line.netted_cents, line.netted_months) == (
        350_00,
        350_00,
        [MARCH, APRIL],
    )
    assert books.recoverable_cents == -(70_00 + 350_00 - 350_00)
    assert books.approved_cents == 700_00


async def test_a_month_that_waits_for_a_decision_is_left_alone_until_it_is_decided(
    given: Given, paying: Paying, preparer: Actor, approver: Actor
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    stale = await given.submitted_payout(MARCH, by=preparer)
    await earn(given, person, MARCH, wage_cents=400_00)
    await earn(given, person, APRIL, wage_cents=600_00)

    (april,) = await paying.lines(await paying.pay(APRIL))
    await given.rejected_payout(stale, by=approver)
    (march,) = await paying.lines(await paying.pay(APRIL))

    assert (april.month, april.amount_cents) == (APRIL, 350_00)
    assert (march.month, march.amount_cents) == (MARCH, 280_00)
    assert (await paying.books()).approved_cents == 630_00


async def test_what_a_rejected_payout_kept_back_is_kept_back_by_the_next(
    given: Given, paying: Paying, preparer: Actor, approver: Actor
) -> None:
    person = await overpaid_march(given, paying)
    await earn(given, person, APRIL, wage_cents=600_00)
    payout = await given.submitted_payout(APRIL, by=preparer)
    await given.rejected_payout(payout, by=approver)
    rejected = await paying.books()

    (line,) = await paying.lines(await paying.pay(APRIL))

    assert rejected.recoverable_cents == -70_00
    assert (line.netted_cents, line.amount_cents) == (70_00, 280_00)
    assert (await paying.books()).recoverable_cents == 0


async def test_a_payout_is_not_signed_when_what_it_keeps_back_is_not_overpaid_any_more(
    given: Given, paying: Paying, preparer: Actor, approver: Actor
) -> None:
    person = await overpaid_march(given, paying)
    await earn(given, person, APRIL, wage_cents=600_00)
    payout = await given.submitted_payout(APRIL, by=preparer)
    await earn(given, person, MARCH, wage_cents=600_00)

    with pytest.raises(rules.ContentChanged):
        await given.approved_payout(payout, by=approver)

    async with given.db.transaction(approver) as tx:
        sheet = await actions.read_sheet(tx, payout.id, at=given.clock.now())
    assert [line.reason for line in sheet.stale] == [StaleReason.SUPERSEDED]


async def test_a_line_kept_back_whole_is_signed_and_is_no_order_for_the_bank(
    given: Given, paying: Paying, approver: Actor, sealer: Sealer
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await paying.pay(MARCH)
    await earn_nothing(given, person, MARCH)
    await earn(given, person, APRIL, wage_cents=600_00)

    payout = await paying.pay(APRIL)

    assert (payout.line_count, payout.total_cents) == (1, 0)
    assert (await paying.books()).recoverable_cents == 0
    async with given.db.transaction(approver) as tx:
        waiting = await bank.list_approved_payouts(tx)
        with pytest.raises(rules.NothingForTheBank):
            await bank.export_payout(
                tx, payout.id, by=approver, at=given.clock.now(), sealer=sealer
            )
    assert payout.id not in {one.id for one in waiting}


async def test_the_bank_is_told_what_is_left_to_pay_and_nothing_of_lines_kept_back_whole(
    given: Given, paying: Paying, approver: Actor
) -> None:
    nothing_left = await at_work(given)
    await earn(given, nothing_left, MARCH, wage_cents=600_00)
    less = await overpaid_march(given, paying)
    await earn_nothing(given, nothing_left, MARCH)
    for person in (nothing_left, less):
        await earn(given, person, APRIL, wage_cents=600_00)
    payout = await paying.pay(APRIL)

    file = await given.sent_payout(payout.id, by=approver)

    async with given.db.transaction(approver) as tx:
        counted = await bank.get_file(tx, file.id)
    assert payout.line_count == 2
    assert [(one.number, one.amount_cents) for one in counted.counts] == [(1, 280_00)]
    assert (await paying.books()).in_transit_cents == 280_00


async def test_what_an_ended_agreement_was_overpaid_is_a_receivable_and_stays_set_aside(
    given: Given, paying: Paying, approver: Actor
) -> None:
    person = await overpaid_march(given, paying)
    async with given.db.transaction(approver) as tx:
        while_it_runs = await recoveries.list_receivables(tx)
    await end(given, person, date(2026, 3, 31))
    async with given.db.transaction(SYSTEM) as tx:
        await ledger.release_unused(tx, on=given.clock.today())

    async with given.db.transaction(approver) as tx:
        receivables = await recoveries.list_receivables(tx)

    (one,) = receivables.listed
    assert (while_it_runs.total_cents, while_it_runs.listed) == (0, [])
    assert (one.agreement_id, one.payee_name) == (person.agreement_id, person.firm_name)
    assert (one.amount_cents, receivables.total_cents) == (70_00, 70_00)
    assert one.since == (await given.agreement(person.agreement_id)).ended_at
    assert (await paying.books()).committed_cents == 70_00


async def test_a_commitment_set_free_is_raised_again_by_what_a_correction_needs(
    given: Given, paying: Paying
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=400_00)
    await paying.pay(MARCH)
    await end(given, person, date(2026, 3, 31))
    async with given.db.transaction(SYSTEM) as tx:
        await ledger.release_unused(tx, on=given.clock.today())
    freed = await paying.books()

    await earn(given, person, MARCH, wage_cents=600_00)

    again = await paying.books()
    assert (freed.committed_cents, again.committed_cents) == (0, 0)
    assert again.calculated_cents == 70_00
    assert again.appropriation_cents == freed.appropriation_cents - 70_00


async def test_where_the_appropriation_is_used_up_what_stands_stays_and_nobody_else_is_held_up(
    given: Given, paying: Paying
) -> None:
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=400_00)
    await paying.pay(MARCH)
    await end(given, person, date(2026, 3, 31))
    other = await draft(given, person.officer, scheme="WS-70", starts_on=MAY, wage_cents=500_00)
    colleague = await at_work(given)
    async with given.db.transaction(SYSTEM) as tx:
        await ledger.release_unused(tx, on=given.clock.today())
    line = await paying.books()
    async with given.db.transaction(SYSTEM) as tx:
        await ledger.commit(
            tx,
            agreement_id=other.agreement_id,
            scheme_id=line.scheme_id,
            amount_cents=Cents(line.appropriation_cents - 69_99),
            on=given.clock.today(),
        )

    await earn(given, person, MARCH, wage_cents=600_00)
    await earn(given, colleague, MARCH, wage_cents=600_00)

    assert (await paying.books()).calculated_cents == 350_00
    stands = (await standing(given, person))[MARCH, "subsidy"]
    assert (stands.amount_cents, stands.version) == (280_00, 1)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE payout_netting SET amount_cents = amount_cents - 1", "never change"),
        ("UPDATE payout_netting SET released_at = now()", "never change"),
        (
            "INSERT INTO payout_netting SELECT gen_random_uuid(), payout_line_id, instalment_id, 1"
            " FROM payout_netting",
            "never change",
        ),
    ],
)
async def test_what_was_put_up_to_be_kept_back_stands(
    given: Given, paying: Paying, preparer: Actor, change: str, rule: str
) -> None:
    person = await overpaid_march(given, paying)
    await earn(given, person, APRIL, wage_cents=600_00)
    await given.submitted_payout(APRIL, by=preparer)

    with pytest.raises(asyncpg.RestrictViolationError, match=rule):
        async with given.db.transaction(preparer) as tx:
            await tx.execute(change)
