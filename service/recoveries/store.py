"""The queries of recoveries."""

from service import db
from service.db import Connection
from service.money import Cents
from service.recoveries.model import Receivable

SQL = db.load("recoveries")


async def list_receivables(tx: Connection, *, at_most: int) -> list[Receivable]:
    """What ended agreements owe back, the oldest first."""
    return await db.fetch_all(tx, SQL["list_receivables"], Receivable, at_most=at_most)


async def receivables_in_all(tx: Connection) -> Cents:
    """What all of them come to, in cents."""
    return await db.fetch_value(tx, SQL["receivables_in_all"], Cents)
