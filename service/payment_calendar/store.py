"""The queries of the payment calendar."""

from service import db
from service.db import Connection
from service.payment_calendar.model import CalendarRule
from service.period import Month

SQL = db.load("payment_calendar")


async def find_calendar_rule(tx: Connection, month: Month) -> CalendarRule | None:
    """The days that hold for an earned month, or None where nobody has said any."""
    return await db.find_one(tx, SQL["find_calendar_rule"], CalendarRule, month=month)
