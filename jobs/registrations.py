"""The nightly end of registrations that nobody went on with."""

from service.actor import SYSTEM
from service.clock import Clock
from service.db import Database
from service.registrations import actions


async def sweep(database: Database, clock: Clock) -> int:
    """Forgets drafts that were kept for 30 days, batch by batch; answers how many."""
    total = 0
    while True:
        async with database.transaction(SYSTEM) as tx:
            done = await actions.sweep_drafts(tx, at=clock.now())
        total += done
        if not done:
            return total
