"""The queries of flags."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.db import Connection
from service.flags.model import FlagCount, FlagRule, LineFlag, Tally
from service.ids import InstalmentId, PayoutId

SQL = db.load("flags")


async def insert_flags(
    tx: Connection,
    payout_id: PayoutId,
    instalment_ids: Sequence[InstalmentId],
    *,
    at: datetime,
    on: date,
) -> int:
    """What every flag finds of the lines of a payout; how many flags."""
    given = {
        "payout_id": payout_id, "instalment_ids": list(instalment_ids), "at": at, "on": on
    }  # fmt: skip
    written = 0
    for code, query in db.load_flags().items():
        values = {name: value for name, value in given.items() if name in query.parameters}
        written += await db.execute(tx, query, code=code, **values)
    return written


async def list_line_flags(tx: Connection, payout_id: PayoutId, *, at_most: int) -> list[LineFlag]:
    """The flags of a payout's lines of the highest sums, those of a line together."""
    return await db.fetch_all(
        tx, SQL["list_line_flags"], LineFlag, payout_id=payout_id, at_most=at_most
    )


async def count_flags(tx: Connection, payout_id: PayoutId) -> list[FlagCount]:
    """On how many lines of a payout each flag was found."""
    return await db.fetch_all(tx, SQL["count_flags"], FlagCount, payout_id=payout_id)


async def get_tally(tx: Connection, payout_id: PayoutId) -> Tally:
    """How many lines of a payout are flagged; NotFound when it is not this actor's to see."""
    return await db.fetch_one(tx, SQL["get_tally"], Tally, payout_id=payout_id)


async def list_rules(tx: Connection, *, on: date) -> list[FlagRule]:
    """How much each flag counts on a day."""
    return await db.fetch_all(tx, SQL["list_rules"], FlagRule, on=on)
