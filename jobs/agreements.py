"""The nightly end of agreements: completed ones are closed, and money they cannot use is freed."""

from service.actor import SYSTEM
from service.agreements import actions
from service.clock import Clock
from service.db import Database
from service.ledger import actions as ledger


async def complete(database: Database, clock: Clock) -> int:
    """Completes agreements batch by batch, each in its own transaction; answers how many."""
    total = 0
    while True:
        async with database.transaction(SYSTEM) as tx:
            done = await actions.complete_agreements(tx, on=clock.today(), at=clock.now())
        total += done
        if not done:
            break
    async with database.transaction(SYSTEM) as tx:
        await ledger.release_unused(tx, on=clock.today())
    return total
