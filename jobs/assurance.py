"""What keeps the books believable by itself: a seal a minute, a check of all rules a night."""

from service.actor import SYSTEM
from service.assurance import actions
from service.clock import Clock
from service.db import Database


async def seal(database: Database) -> int:
    """Closes the open seal and opens the next, each in its own transaction; how many steps."""
    steps = 0
    for _ in range(2):
        async with database.transaction(SYSTEM) as tx:
            steps += await actions.seal(tx)
    return steps


async def check(database: Database, clock: Clock) -> int:
    """Checks the books as one moment sees them and keeps what was found; how many rows break a
    rule."""
    started_at = clock.now()
    async with database.reading(SYSTEM) as tx:
        broken = await actions.check_books(tx)
    async with database.transaction(SYSTEM) as tx:
        await actions.keep_check(
            tx, broken, started_at=started_at, finished_at=clock.now(), by=SYSTEM
        )
    return len(broken)
