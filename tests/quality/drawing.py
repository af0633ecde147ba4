"""Payments that were drawn, and what is said about one."""

from service.actor import Actor
from service.ids import PayoutId, PayoutLineId
from service.money import Cents
from service.quality import actions
from service.quality.model import Case, Review, ReviewResult
from tests.given import Given

WRONG = Review(ReviewResult.ERROR, Cents(50_00), "Two days were not worked.")
CORRECT = Review(ReviewResult.CORRECT, Cents(0), "")


async def cases(given: Given, by: Actor) -> list[Case]:
    """The drawn payments that somebody sees."""
    async with given.db.transaction(by) as tx:
        return await actions.list_cases(tx)


async def review(given: Given, line_id: PayoutLineId, found: Review, *, by: Actor) -> Case:
    """What somebody found of a drawn payment."""
    async with given.db.transaction(by) as tx:
        return await actions.review(tx, line_id, found, by=by, at=given.clock.now())


async def drawn_of(given: Given, payout_id: PayoutId, *, by: Actor) -> tuple[int, int]:
    """How many lines of a payout were drawn, and how many wait."""
    async with given.db.transaction(by) as tx:
        count = await actions.count_drawn(tx, payout_id)
    return count.drawn_count, count.open_count
