"""The nightly look at what is owed back: recoveries follow the facts, and time moves them on."""

from service.actor import SYSTEM
from service.clock import Clock
from service.db import Database
from service.recoveries import actions, raising


async def follow(database: Database, clock: Clock) -> int:
    """Looks at ended agreements and recoveries batch by batch, each batch in its own transaction.

    Answers how many. What was looked at is not looked at again until something changes, so a run
    that was cut off goes on where it stopped.
    """
    total = 0
    for step in (raising.raise_due, actions.move_on):
        while True:
            async with database.transaction(SYSTEM) as tx:
                done = await step(tx, by=SYSTEM, at=clock.now())
            total += done
            if not done:
                break
    return total
