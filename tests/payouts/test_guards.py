"""What the database itself refuses of payouts, whatever the code would do."""

import asyncpg
import pytest

from service.actor import Actor
from service.db import Database
from tests.given import Given
from tests.payouts.rows import OCTOBER, due_month

SIGN = "UPDATE payout SET state = 'approved', approved_at = now(), approved_by = $2 WHERE id = $1"


async def test_nobody_signs_under_what_they_put_up(
    db: Database, given: Given, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(asyncpg.CheckViolationError, match="payout_two_people"):
        async with db.transaction(preparer) as tx:
            await tx.execute(SIGN, payout.id, preparer.account_id)


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
            await tx.execute(
                SIGN.replace(" WHERE", ", total_cents = 1 WHERE"), payout.id, approver.account_id
            )


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
                "UPDATE payout SET state = 'submitted', approved_at = NULL, approved_by = NULL"
                " WHERE id = $1",
                payout.id,
            )
