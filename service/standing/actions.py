"""What people ask of a month's money: where it stands, why it is not paid, and who must act."""

from datetime import datetime

import msgspec

from service import lists
from service.db import Connection
from service.ids import AgreementId
from service.lists import Found
from service.period import Month
from service.standing import store
from service.standing.model import MonthStanding, StandingCount, Wanted


async def count_month(tx: Connection, month: Month, *, at: datetime) -> list[StandingCount]:
    """How a month stands, reason by reason; an office and an employer see their own."""
    return await store.count_standing(tx, month, at=at)


async def list_month(
    tx: Connection,
    month: Month,
    wanted: Wanted,
    *,
    at: datetime,
    page: int,
    page_size: int,
) -> list[MonthStanding]:
    """One page of a month's payments, what is blocked longest first; the first page is 1.

    An employer is told no reason that says something of a person.
    """
    return await store.list_standing(
        tx, month, wanted, at=at, at_most=page_size, passed_over=(page - 1) * page_size
    )


async def list_payments(
    tx: Connection, page: lists.Wanted, month: Month, wanted: Wanted, *, at: datetime
) -> Found[MonthStanding]:
    """A page of a month's payments, sorted; how many there are is what `count_month` says."""
    uncounted = msgspec.structs.replace(page, counts=False)
    return await store.list_payments_of_month(tx, uncounted, month, wanted, at=at)


async def list_agreement(
    tx: Connection, agreement_id: AgreementId, *, at: datetime
) -> list[MonthStanding]:
    """Every month of an agreement; none of one that has not begun or is not the actor's to see."""
    return await store.list_agreement_standing(tx, agreement_id, at=at)


async def keep_changed(tx: Connection, *, at: datetime, at_most: int) -> int:
    """Keeps anew what so many notes tell of, each of 200 agreements at most; how many months.

    Until then each look at them works them out, so that what is shown is true at any time.
    """
    return await store.keep_standing(tx, at=at, at_most=at_most)
