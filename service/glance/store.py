"""The queries of a month at a glance."""

from datetime import datetime

from service import db
from service.db import Connection
from service.glance.model import Filter, MonthOfHistory, MonthPayout, ReasonStanding
from service.period import Month
from service.standing.model import MonthStanding

SQL = db.load("glance")


async def count_by_reason(tx: Connection, month: Month, *, at: datetime) -> list[ReasonStanding]:
    """A month's payments by where they stand, why, and who must act."""
    return await db.fetch_all(tx, SQL["count_by_reason"], ReasonStanding, month=month, at=at)


async def list_at_place(
    tx: Connection, month: Month, wanted: Filter, *, at: datetime, at_most: int, passed_over: int
) -> list[MonthStanding]:
    """One page of a month's payments that are asked for."""
    return await db.fetch_all(
        tx,
        SQL["list_at_place"],
        MonthStanding,
        month=month,
        standing=wanted.standing,
        reasons=wanted.reasons,
        other_reasons=wanted.other_reasons,
        acts=wanted.acts,
        at=at,
        at_most=at_most,
        passed_over=passed_over,
    )


async def list_payouts_of_month(tx: Connection, month: Month, *, at_most: int) -> list[MonthPayout]:
    """The payouts that were put up for a month, the newest first."""
    return await db.fetch_all(
        tx, SQL["list_payouts_of_month"], MonthPayout, month=month, at_most=at_most
    )


async def list_history(tx: Connection, month: Month, *, months: int) -> list[MonthOfHistory]:
    """So many months up to one, the oldest first; one of which nothing is known is all zero."""
    return await db.fetch_all(tx, SQL["list_history"], MonthOfHistory, month=month, months=months)
