"""What is done for quality: draw payments, look at one again, report the rate of true error."""

from datetime import date, datetime

from service import db
from service.actor import Actor
from service.clock import business_day
from service.db import Connection
from service.ids import PayoutId, PayoutLineId, ReviewId, new_id
from service.period import Month
from service.quality import rules, store
from service.quality.model import Case, DrawnCount, ErrorRate, QualityRule, Review

CASES_SHOWN = 200


async def draw_sample(tx: Connection, payout_id: PayoutId, *, at: datetime) -> int:
    """Draws lines of a payout that is being put up, to be looked at again; how many.

    The first case of each case officer, each overridden check and each change of account, and a
    share of all (sql/queries/quality.sql says how).
    """
    return await store.insert_sample(tx, payout_id, at=at, on=business_day(at))


async def list_cases(tx: Connection) -> list[Case]:
    """Two hundred drawn payments, the oldest that nobody has reviewed first."""
    return await store.list_cases(tx, at_most=CASES_SHOWN)


async def read_case(tx: Connection, payout_line_id: PayoutLineId) -> Case:
    """A drawn payment with what it rests on; NotFound when it is not this person's to see."""
    return await store.get_case(tx, payout_line_id)


async def review(
    tx: Connection, payout_line_id: PayoutLineId, found: Review, *, by: Actor, at: datetime
) -> Case:
    """Keeps what somebody found who had no part in the payment.

    Raises NotAllowed, NotFound, InvalidFields, ReviewedBefore and NotYoursToReview.
    """
    rules.refuse_unless_reviewer(by)
    said = rules.check_review(found)
    rules.refuse_review(await store.get_case(tx, payout_line_id))
    with db.refusing(
        quality_review_once_per_line=rules.ReviewedBefore,
        quality_review_by_no_one_concerned=rules.NotYoursToReview,
    ):
        await store.insert_review(
            tx, ReviewId(new_id()), payout_line_id, said, reviewed_by=by.account, at=at
        )
    return await store.get_case(tx, payout_line_id)


async def count_drawn(tx: Connection, payout_id: PayoutId) -> DrawnCount:
    """How many lines of a payout were drawn, and how many wait for a review."""
    return await store.count_drawn(tx, payout_id)


async def report(tx: Connection, *, from_month: Month, to_month: Month) -> list[ErrorRate]:
    """The rate of true error of approved payments, by month, at random and otherwise."""
    return await store.list_error_rates(tx, from_month=from_month, to_month=to_month)


async def read_rule(tx: Connection, *, on: date) -> QualityRule:
    """How payments are drawn on a day, and which reviews a payout waits for."""
    return await store.get_rule(tx, on=on)
