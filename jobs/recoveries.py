"""The nightly look at what is owed back: recoveries follow the facts, and time moves them on."""

from service.actor import SYSTEM
from service.clock import Clock
from service.db import Database
from service.ids import AgreementId
from service.recoveries import actions, raising


async def follow(database: Database, clock: Clock) -> int:
    """Looks at ended agreements and recoveries batch by batch, each batch in its own transaction.

    Answers how many recoveries time moved on. What was looked at is not looked at again until
    something changes, so a run that was cut off is made up for by the next.
    """
    after: AgreementId | None = None
    while True:
        async with database.transaction(SYSTEM) as tx:
            after = await raising.raise_due(tx, after=after, by=SYSTEM, at=clock.now())
        if after is None:
            break
    total = 0
    while True:
        async with database.transaction(SYSTEM) as tx:
            done = await actions.move_on(tx, by=SYSTEM, at=clock.now())
        total += done
        if not done:
            return total
