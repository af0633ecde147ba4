"""Asking candidates by themselves: what has come up each minute, and each morning who is silent."""

from service.actor import SYSTEM
from service.clock import Clock
from service.config import Config
from service.db import Database
from service.ids import QuestionId
from service.links import actions

ASKED_AT_ONCE = 500  # then other jobs get their turn


async def ask(database: Database, clock: Clock, config: Config) -> int:
    """Raises what candidates have to be asked, and writes a mail for each; how many questions.

    Each mail is a transaction of its own, so a run that was cut off is made up for by the next.
    """
    async with database.transaction(SYSTEM) as tx:
        await actions.close_questions(tx, at=clock.now())
        await actions.raise_questions(tx, at=clock.now())
    return await _reach(database, clock, config)


async def remind(database: Database, clock: Clock, config: Config) -> int:
    """Asks where people stand whose day has come, and asks the silent ones again; how many looked
    at."""
    async with database.transaction(SYSTEM) as tx:
        await actions.raise_points(tx, at=clock.now(), on=clock.today())
        await actions.forget(tx, at=clock.now())
    total = await _reach(database, clock, config)
    after: QuestionId | None = None
    while True:
        async with database.transaction(SYSTEM) as tx:
            after = await actions.remind_next(
                tx,
                after=after,
                at=clock.now(),
                on=clock.today(),
                sealer=config.sealer,
                public_url=config.public_url,
            )
        if after is None:
            break
        total += 1
    async with database.transaction(SYSTEM) as tx:
        return total + await actions.remind_employers(
            tx,
            at=clock.now(),
            on=clock.today(),
            sealer=config.sealer,
            public_url=config.public_url,
        )


async def _reach(database: Database, clock: Clock, config: Config) -> int:
    for reached in range(ASKED_AT_ONCE):
        async with database.transaction(SYSTEM) as tx:
            found = await actions.reach_next(
                tx, at=clock.now(), sealer=config.sealer, public_url=config.public_url
            )
        if not found:
            return reached
    return ASKED_AT_ONCE
