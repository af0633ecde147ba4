"""Keeping where payments stand: what has changed since the last sweep, in batches."""

from datetime import timedelta

from service.actor import SYSTEM
from service.clock import Clock
from service.db import Database
from service.standing import actions

NOTES_AT_ONCE = 20  # each of 200 agreements at most


async def keep(database: Database, clock: Clock, *, time_max: timedelta | None = None) -> int:
    """Keeps anew until nothing waits or the time is over; answers of how many months.

    Each batch is a transaction of its own; another worker at the same work leaves nothing to do.
    """
    total, started = 0, clock.now()
    while time_max is None or clock.now() - started < time_max:
        async with database.transaction(SYSTEM) as tx:
            kept = await actions.keep_changed(tx, at=clock.now(), at_most=NOTES_AT_ONCE)
        if not kept:
            break
        total += kept
    return total
