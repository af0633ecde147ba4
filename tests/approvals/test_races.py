"""What is approved is what is there, whoever changes it at the same moment."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from service.actor import SYSTEM
from service.config import Config
from service.crypto import Sealer
from service.db import open_database
from service.ledger import actions as ledger
from tests.approvals.racing import Racing, leave_unchecked, unlock
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given

RACES = 1_000
RACES_WITHOUT_LOCKS = 30
SEED = 20261102


@pytest.fixture
async def config(new_database: MakeConfig) -> Config:
    """A database of the test's own."""
    return await new_database()


@pytest.fixture
async def races(config: Config, clock: FixedClock, sealer: Sealer) -> AsyncIterator[Racing]:
    """A month that is due, and all the people, on connections that really commit."""
    owner = await asyncpg.connect(config.database_url)
    await leave_unchecked(owner)
    await owner.close()
    database = await open_database(config)
    found = Racing(Given(database, clock, sealer), SEED)
    await found.open()
    yield found
    await database.close()


async def test_of_a_thousand_races_of_a_change_none_ends_with_other_content_approved(
    races: Racing,
) -> None:
    kinds = ("line", "line", "account", "instalment", "hold")
    for number in range(RACES):
        await races.race(kinds[number % 5], raw=number % 10 < 5)

    assert races.tally.wrong == 0
    assert min(races.tally.approved, races.tally.refused, races.tally.changed) > RACES // 20
    async with races.given.db.transaction(SYSTEM) as tx:
        broken = await ledger.broken_invariants(tx)
    assert not [one for one in broken if one.invariant == "I7"]


async def test_without_the_locks_such_races_do_end_with_other_content_approved(
    races: Racing, config: Config
) -> None:
    owner = await asyncpg.connect(config.database_url)
    await unlock(owner)
    await owner.close()

    for number in range(RACES_WITHOUT_LOCKS):
        await races.race(("account", "instalment")[number % 2], raw=True)

    assert races.tally.wrong > 0
