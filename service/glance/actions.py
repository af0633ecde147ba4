"""Reading a month at a glance."""

from datetime import datetime

from service.budget import actions as budget
from service.clock import business_day
from service.db import Connection
from service.glance import rules, store
from service.glance.model import Asked, Glance
from service.payment_calendar import actions as payment_calendar
from service.period import Month
from service.standing.model import MonthStanding

HISTORY_MONTHS = 12
PAYOUTS_SHOWN = 20


async def read_month(tx: Connection, month: Month, *, at: datetime) -> Glance:
    """Where a month's payments are, which steps are late, its payouts, the budget and its past."""
    reasons = await store.count_by_reason(tx, month, at=at)
    return Glance(
        reasons=reasons,
        places=rules.places_of(reasons),
        steps=await payment_calendar.read_month(
            tx, month, rules.remaining(reasons), today=business_day(at)
        ),
        payouts=await store.list_payouts_of_month(tx, month, at_most=PAYOUTS_SHOWN),
        history=await store.list_history(tx, month, months=HISTORY_MONTHS),
        budget=await budget.read_budget(tx),
    )


async def list_payments(
    tx: Connection, month: Month, asked: Asked, *, at: datetime, page: int, page_size: int
) -> tuple[list[MonthStanding], int]:
    """One page of a month's payments that are asked for, and how many there are in all."""
    listed = await store.list_at_place(
        tx,
        month,
        rules.filter_of(asked),
        at=at,
        at_most=page_size,
        passed_over=(page - 1) * page_size,
    )
    return listed, rules.counted(await store.count_by_reason(tx, month, at=at), asked)
