"""Payments are drawn when a month is put up, looked at by people apart, and counted."""

import asyncpg
import pytest

from service.actor import Actor
from service.db import Database
from service.ids import new_id
from service.problems import InvalidFields, NotAllowed, NotFound
from service.quality import actions
from service.quality.model import DrawnFor, ErrorRate, Review, ReviewResult
from service.quality.rules import NotYoursToReview, ReviewedBefore
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month
from tests.quality.drawing import CORRECT, WRONG, cases, drawn_of, review


async def test_the_first_case_of_each_case_officer_is_drawn(
    given: Given, preparer: Actor, reviewer: Actor
) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    for _ in range(2):
        await due_month(given, officers=officers)
    await due_month(given)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    drawn = await cases(given, reviewer)
    assert sum(DrawnFor.FIRST_CASE in one.reasons for one in drawn) == 2
    assert (await drawn_of(given, payout.id, by=preparer))[0] == len(drawn)


async def test_one_payment_in_ten_is_drawn_by_a_hash_that_anybody_can_work_out(
    db: Database, preparer: Actor
) -> None:
    async with db.transaction(preparer) as tx:
        drawn = await tx.fetchval(
            "SELECT count(*) FROM generate_series(1, 20000) AS n"
            " WHERE drawn_by_hash(md5('one')::uuid, md5(n::text)::uuid, 1000)"
        )
        all_drawn = await tx.fetchval("SELECT drawn_by_hash($1, $1, 10000)", new_id())
        none_drawn = await tx.fetchval("SELECT drawn_by_hash($1, $1, 0)", new_id())

    assert 1900 < drawn < 2100
    assert (all_drawn, none_drawn) == (True, False)


async def test_a_review_is_counted_in_the_rate_of_error(
    db: Database, given: Given, preparer: Actor, approver: Actor, reviewer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    (case,) = await cases(given, reviewer)

    found = await review(given, case.payout_line_id, WRONG, by=reviewer)
    before = await rates(db, preparer)
    await given.approved_payout(payout, by=approver)
    after = {one.is_random: one for one in await rates(db, preparer)}

    counted = after[DrawnFor.RANDOM in case.reasons]
    assert (found.result, found.error_cents) == (ReviewResult.ERROR, 50_00)
    assert not before  # nothing is approved yet
    assert (counted.reviewed_count, counted.reviewed_cents) == (1, 350_00)
    assert (counted.error_cents, counted.error_rate_bp) == (50_00, 1429)
    assert after[DrawnFor.RANDOM not in case.reasons].error_rate_bp is None


async def rates(db: Database, by: Actor) -> list[ErrorRate]:
    async with db.transaction(by) as tx:
        return await actions.report(tx, from_month=OCTOBER, to_month=OCTOBER)


async def test_who_had_a_part_in_a_payment_does_not_review_it(
    db: Database, given: Given, preparer: Actor, reviewer: Actor
) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    await due_month(given, officers=officers)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    (case,) = await cases(given, reviewer)
    signed = actor_of(await given.finance_officer())
    await given.approved_payout(payout, by=signed)

    for concerned in (preparer, signed):
        with pytest.raises(NotYoursToReview):
            await review(given, case.payout_line_id, CORRECT, by=concerned)
        with pytest.raises(asyncpg.RestrictViolationError, match="had a part"):
            async with db.transaction(concerned) as tx:
                await tx.execute(
                    "INSERT INTO quality_review VALUES ($1, $2, 'correct', 0, '', now(), $3)",
                    new_id(), case.payout_line_id, concerned.account_id,
                )  # fmt: skip
    with pytest.raises(NotFound):  # a case of the own office
        await review(given, case.payout_line_id, CORRECT, by=actor_of(officers[1]))
    outsider = actor_of(await given.representative())
    with pytest.raises(NotAllowed):
        await review(given, case.payout_line_id, CORRECT, by=outsider)
    assert await cases(given, outsider) == []


async def test_a_payment_is_reviewed_once_and_a_review_explains_itself(
    given: Given, preparer: Actor, reviewer: Actor
) -> None:
    await due_month(given)
    await given.submitted_payout(OCTOBER, by=preparer)
    (case,) = await cases(given, reviewer)

    for wrong in (
        Review(ReviewResult.ERROR, WRONG.error_cents, "No."),
        Review(ReviewResult.CORRECT, WRONG.error_cents, ""),
    ):
        with pytest.raises(InvalidFields):
            await review(given, case.payout_line_id, wrong, by=reviewer)
    await review(given, case.payout_line_id, CORRECT, by=reviewer)
    with pytest.raises(ReviewedBefore):
        await review(given, case.payout_line_id, WRONG, by=reviewer)


async def test_what_was_drawn_and_flagged_stands(
    db: Database, given: Given, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)

    async with db.transaction(preparer) as tx:
        line = await tx.fetchval("SELECT id FROM payout_line WHERE payout_id = $1", payout.id)
    for statement in (
        "INSERT INTO line_flag VALUES ($1, 'name_twin', 1, '{}', now())",
        "INSERT INTO quality_sample VALUES ($1, '{random}', now())",
    ):
        with pytest.raises(asyncpg.PostgresError, match=r"get no more|duplicate key"):
            async with db.transaction(preparer) as tx:
                await tx.execute(statement, line)
    for table in ("line_flag", "quality_sample", "quality_review"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(preparer) as tx:
                await tx.execute(f"DELETE FROM {table}")
