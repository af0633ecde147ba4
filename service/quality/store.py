"""The queries of quality."""

from datetime import date, datetime

from service import db
from service.db import Connection
from service.ids import AccountId, PayoutId, PayoutLineId, ReviewId
from service.period import Month
from service.quality.model import Case, DrawnCount, ErrorRate, QualityRule, Review

SQL = {**db.load("quality"), **db.load_report("quality")}


async def insert_sample(tx: Connection, payout_id: PayoutId, *, at: datetime, on: date) -> int:
    """Draws lines of a draft payout by the rule of the day; how many."""
    return await db.execute(tx, SQL["insert_sample"], payout_id=payout_id, at=at, on=on)


async def get_rule(tx: Connection, *, on: date) -> QualityRule:
    """How payments are drawn on a day."""
    return await db.fetch_one(tx, SQL["get_rule"], QualityRule, on=on)


async def list_cases(tx: Connection, *, at_most: int) -> list[Case]:
    """Drawn payments that this actor may see, the oldest that are not reviewed first."""
    return await db.fetch_all(tx, SQL["list_cases"], Case, at_most=at_most)


async def get_case(tx: Connection, payout_line_id: PayoutLineId) -> Case:
    """One drawn payment; NotFound when it was not drawn or is not this actor's to see."""
    return await db.fetch_one(tx, SQL["get_case"], Case, payout_line_id=payout_line_id)


async def insert_review(
    tx: Connection,
    review_id: ReviewId,
    payout_line_id: PayoutLineId,
    review: Review,
    *,
    reviewed_by: AccountId,
    at: datetime,
) -> None:
    """What a reviewer found."""
    await db.execute(
        tx,
        SQL["insert_review"],
        review_id=review_id,
        payout_line_id=payout_line_id,
        result=review.result,
        error_cents=review.error_cents,
        note=review.note,
        reviewed_by=reviewed_by,
        at=at,
    )


async def count_drawn(tx: Connection, payout_id: PayoutId) -> DrawnCount:
    """How many lines of a payout were drawn and wait for a review."""
    return await db.fetch_one(tx, SQL["count_drawn"], DrawnCount, payout_id=payout_id)


async def list_error_rates(
    tx: Connection, *, from_month: Month, to_month: Month
) -> list[ErrorRate]:
    """What reviews found, month by month, at random and otherwise."""
    return await db.fetch_all(
        tx, SQL["list_error_rates"], ErrorRate, from_month=from_month, to_month=to_month
    )
