"""What the database itself refuses of payouts, whatever the code would do."""

from datetime import datetime

import asyncpg
import msgspec
import pytest

from service.actor import Actor
from service.checks import actions as checks
from service.db import Connection, Database
from service.ids import BankAccountId, InstalmentId, PayoutId, PayoutLineId, new_id
from service.money import Cents
from service.payouts import rules, store
from service.payouts.model import NewLine, NewNetting
from service.period import Month
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, MARCH, at_work, earn
from tests.payouts.rows import OCTOBER, compute, due_month, supersede

SIGN = "UPDATE payout SET state = 'approved', approved_at = now() WHERE id = $1"
SECOND_FIGURE = "INSERT INTO payout_expected VALUES ($1, $2, 1, 0, 1, $3)"


async def test_no_payout_is_approved_without_the_acts_it_takes(
    db: Database, given: Given, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))

    with pytest.raises(asyncpg.RestrictViolationError, match="payout_approved_by_all"):
        async with db.transaction(approver) as tx:
            await tx.execute(SIGN, payout.id)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payout_line SET due_cents = due_cents + 1, amount_cents = amount_cents + 1"
        " WHERE payout_id = $1",
        "UPDATE payout_line SET payee_name = 'Somebody else' WHERE payout_id = $1",
        "UPDATE payout_line SET released_at = now() WHERE payout_id = $1",
        "INSERT INTO payout_line SELECT gen_random_uuid(), payout_id, instalment_id,"
        " bank_account_id, payee_name, 1, 0, 1, NULL FROM payout_line WHERE payout_id = $1",
    ],
)
async def test_a_finance_officer_cannot_touch_lines_that_were_put_up(
    db: Database, given: Given, preparer: Actor, change: str
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(asyncpg.RestrictViolationError, match="never change"):
        async with db.transaction(preparer) as tx:
            await tx.execute(change, payout.id)


async def put_up_by_hand(
    tx: Connection,
    month: Month,
    lines: list[NewLine],
    *,
    by: Actor,
    at: datetime,
    reference: str = "P-BUG",
) -> None:
    """What a bug in the code could put up, whatever is due and whatever checks and the second
    computation found."""
    payout_id = PayoutId(new_id())
    run = await checks.run_checks(
        tx, [line.instalment_id for line in lines], month=month, by=by, at=at
    )
    await store.insert_payout(
        tx,
        payout_id,
        reference=reference,
        month=month,
        submitted_by=by.account,
        check_run_id=run.id,
        at=at,
    )
    await store.insert_payout_lines(tx, payout_id, lines)
    await store.insert_nettings(tx, lines)
    await tx.execute(SECOND_FIGURE, payout_id, sum(line.amount_cents for line in lines), at)
    await store.record_submission(tx, payout_id, line_count=len(lines), total_cents=Cents(0))


def line_for(instalment_id: InstalmentId, account: BankAccountId, *, cents: int) -> NewLine:
    return NewLine(PayoutLineId(new_id()), instalment_id, account, "Drita", Cents(cents), ())


async def test_no_payout_pays_a_cent_more_than_is_due(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    due = await due_month(given)
    assert due.bank_account_id is not None
    line = line_for(due.instalment_id, due.bank_account_id, cents=350_01)

    with pytest.raises(asyncpg.RestrictViolationError, match="no more than is due"):
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, OCTOBER, [line], by=preparer, at=clock.now())


async def test_no_payout_pays_what_an_earlier_version_was_paid_for(
    db: Database, given: Given, preparer: Actor, approver: Actor, clock: FixedClock
) -> None:
    due = await due_month(given)
    await given.approved_payout(await given.submitted_payout(OCTOBER, by=preparer), by=approver)
    await supersede(given, due)
    newer, _ = await compute(given, due.hired, OCTOBER)
    assert due.bank_account_id is not None
    line = line_for(newer, due.bank_account_id, cents=350_00)

    with pytest.raises(asyncpg.RestrictViolationError, match="no more than is due"):
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, OCTOBER, [line], by=preparer, at=clock.now())


async def test_nothing_is_kept_back_for_a_month_that_was_not_overpaid(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    person = await at_work(given)
    for month in (MARCH, APRIL):
        await earn(given, person, month, wage_cents=600_00)
    async with db.transaction(preparer) as tx:
        deltas = await store.list_deltas(tx, [person.agreement_id], month=APRIL, at=clock.now())
    (march, april) = rules.lines_of(deltas)
    kept = NewNetting(march.instalment_id, Cents(50_00))
    bent = msgspec.structs.replace(april, nettings=(kept,))

    with pytest.raises(asyncpg.RestrictViolationError, match="nets no more than is overpaid"):
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, APRIL, [bent], by=preparer, at=clock.now())


async def test_nothing_is_kept_back_for_another_agreement(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    mine, others = await due_month(given), await due_month(given)
    assert mine.bank_account_id is not None
    line = line_for(mine.instalment_id, mine.bank_account_id, cents=350_00)
    bent = msgspec.structs.replace(line, nettings=(NewNetting(others.instalment_id, Cents(1)),))

    with pytest.raises(asyncpg.RestrictViolationError, match="nettings of a payout"):
        async with db.transaction(preparer) as tx:
            await put_up_by_hand(tx, OCTOBER, [bent], by=preparer, at=clock.now())


async def test_a_line_keeps_back_what_its_nettings_come_to(
    db: Database, given: Given, preparer: Actor, clock: FixedClock
) -> None:
    due = await due_month(given)
    payout_id = PayoutId(new_id())
    async with db.transaction(preparer) as tx:
        run = await checks.check_month(tx, OCTOBER, by=preparer, at=clock.now())
        await store.insert_payout(
            *(tx, payout_id),
            reference="P-BUG",
            month=OCTOBER,
            submitted_by=preparer.account,
            check_run_id=run.id,
            at=clock.now(),
        )
        await tx.execute(
            "INSERT INTO payout_line VALUES ($1, $2, $3, $4, 'Drita', 35000, 1, 34999)",
            *(new_id(), payout_id, due.instalment_id, due.bank_account_id),
        )

    with pytest.raises(asyncpg.RestrictViolationError, match="what its nettings come to"):
        async with db.transaction(preparer) as tx:
            await store.record_submission(tx, payout_id, line_count=1, total_cents=Cents(349_99))


async def test_who_puts_up_holds_agreements_and_changes_none(
    db: Database, given: Given, preparer: Actor
) -> None:
    due = await due_month(given)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with db.transaction(preparer) as tx:
            await tx.execute(
                "UPDATE agreement SET drafted_at = now() WHERE id = $1", due.agreement_id
            )


async def test_nobody_has_the_right_to_delete_a_line(
    db: Database, given: Given, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(preparer) as tx:
            await tx.execute("DELETE FROM payout_line WHERE payout_id = $1", payout.id)


async def test_what_was_put_up_keeps_its_digest_and_total(
    db: Database, given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(asyncpg.RestrictViolationError, match="never changes"):
        async with db.transaction(approver) as tx:
            await tx.execute(SIGN.replace(" WHERE", ", total_cents = 1 WHERE"), payout.id)


async def test_an_approved_payout_never_goes_back(
    db: Database, given: Given, preparer: Actor, approver: Actor
) -> None:
    await due_month(given)
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=preparer), by=approver
    )

    with pytest.raises(asyncpg.RestrictViolationError, match="does not go from"):
        async with db.transaction(approver) as tx:
            await tx.execute(
                "UPDATE payout SET state = 'submitted', approved_at = NULL WHERE id = $1",
                payout.id,
            )
