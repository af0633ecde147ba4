"""The queries of standing."""

from datetime import datetime

from service import db, lists
from service.db import Connection
from service.ids import AgreementId
from service.lists import Found
from service.period import Month
from service.standing.model import MonthStanding, StandingCount, Wanted

SQL = db.load("standing")


async def count_standing(tx: Connection, month: Month, *, at: datetime) -> list[StandingCount]:
    """How a month stands, set by set and reason by reason, as far as the actor may see."""
    return await db.fetch_all(tx, SQL["count_standing"], StandingCount, month=month, at=at)


async def list_standing(
    tx: Connection, month: Month, wanted: Wanted, *, at: datetime, at_most: int, passed_over: int
) -> list[MonthStanding]:
    """One page of a month's payments that are asked for, as far as the actor may see."""
    return await db.fetch_all(
        tx,
        SQL["list_standing"],
        MonthStanding,
        month=month,
        standing=wanted.standing,
        reason=wanted.reason,
        office=wanted.office,
        at=at,
        at_most=at_most,
        passed_over=passed_over,
    )


async def list_payments_of_month(
    tx: Connection, page: lists.Wanted, month: Month, wanted: Wanted, *, at: datetime
) -> Found[MonthStanding]:
    """A page of a month's payments that are asked for, sorted, as far as the actor may see."""
    return await lists.fetch_page(
        tx,
        SQL["list_payments_of_month"],
        MonthStanding,
        page,
        month=month,
        standing=wanted.standing,
        reason=wanted.reason,
        office=wanted.office,
        at=at,
    )


async def list_agreement_standing(
    tx: Connection, agreement_id: AgreementId, *, at: datetime
) -> list[MonthStanding]:
    """All months of an agreement."""
    return await db.fetch_all(
        tx, SQL["list_agreement_standing"], MonthStanding, agreement_id=agreement_id, at=at
    )


async def keep_standing(tx: Connection, *, at: datetime, at_most: int) -> int:
    """Keeps anew what so many notes tell of; of how many months, 0 when there is none."""
    return await db.fetch_value(tx, SQL["keep_standing"], int, at=at, at_most=at_most)
