"""Seals: set only when nobody can write under them, and broken by any change under them."""

import random

import asyncpg
import pytest

from jobs.assurance import check, seal
from service.actor import SYSTEM, Actor, Role
from service.assurance import actions
from service.assurance.model import Seal
from service.config import Config
from service.db import Database, connect_owner, open_database
from service.ledger import actions as ledger
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given
from tests.payouts.rows import due_month

TRIES = 100
SEED = 20261126
PLACES = {
    "transfer": (
        "UPDATE transfer SET amount_cents = amount_cents + 1 WHERE id = '{key}'",
        "UPDATE transfer SET effective_on = effective_on + 1 WHERE id = '{key}'",
        "UPDATE transfer SET recorded_at = recorded_at - interval '1 microsecond'"
        " WHERE id = '{key}'",
        "DELETE FROM transfer WHERE id = '{key}'",
    ),
    "audit_entry": (
        "UPDATE audit_entry SET actor_role = 'auditor' WHERE id = '{key}'",
        "UPDATE audit_entry SET row_id = gen_random_uuid() WHERE id = '{key}'",
        "DELETE FROM audit_entry WHERE id = '{key}'",
    ),
}


async def seals_of(database: Database) -> list[Seal]:
    async with database.transaction(SYSTEM) as tx:
        return await actions.list_seals(tx)


async def broken_seals(database: Database) -> set[str]:
    async with database.transaction(SYSTEM) as tx:
        broken = await ledger.broken_invariants(tx)
    return {one.subject for one in broken if one.subject.startswith("seal")}


async def due_october(config: Config, database: Database, clock: FixedClock) -> None:
    """A month due, in a database that commits."""
    given = Given(database, clock, config.sealer)
    officers = (await given.case_officer(), await given.case_officer())
    await due_month(given, officers=officers)


async def test_what_was_written_is_sealed_once_and_nothing_is_sealed_twice(
    new_database: MakeConfig, clock: FixedClock
) -> None:
    config = await new_database()
    database = await open_database(config, pool_max=2)
    await due_october(config, database, clock)

    steps = [await seal(database) for _ in range(3)]

    (first,) = await seals_of(database)
    assert steps == [2, 0, 0], "it opens a seal and closes it, and then there is nothing new"
    async with database.transaction(SYSTEM) as tx:
        written = await tx.fetchval(
            "SELECT (SELECT count(*) FROM transfer) + (SELECT count(*) FROM audit_entry)"
        )
    assert (first.number, first.row_count) == (1, written)
    await due_october(config, database, clock)
    await seal(database)
    assert [one.number for one in await seals_of(database)] == [2, 1]
    assert not await broken_seals(database)
    await database.close()


async def test_a_seal_waits_for_whoever_may_still_write_under_it(
    new_database: MakeConfig, clock: FixedClock
) -> None:
    config = await new_database()
    database = await open_database(config, pool_max=3)
    await due_october(config, database, clock)
    async with database.transaction(SYSTEM) as slow:
        await slow.execute("UPDATE employer SET legal_name = legal_name || ' SHPK'")

        opened = [await seal(database) for _ in range(3)]

        assert opened == [1, 0, 0]
        assert not await seals_of(database)
    assert await seal(database) == 1
    (only,) = await seals_of(database)
    assert not await broken_seals(database), "what came late lies under it"
    assert only.number == 1
    await database.close()


async def test_whatever_the_owner_changes_under_a_seal_is_found(
    new_database: MakeConfig, clock: FixedClock
) -> None:
    config = await new_database()
    database = await open_database(config, pool_max=2)
    for _ in range(2):
        await due_october(config, database, clock)
        await seal(database)
    owner = await connect_owner(config)
    chance, found = random.Random(SEED), 0
    for _ in range(TRIES):
        table = chance.choice(sorted(PLACES))
        keys = [row["id"] for row in await owner.fetch(f"SELECT id FROM {table} ORDER BY id")]
        tampering = owner.transaction()
        await tampering.start()
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await owner.execute(chance.choice(PLACES[table]).format(key=chance.choice(keys)))
        broken = await ledger.broken_invariants(owner)
        found += any(one.subject.startswith("seal") for one in broken)
        await tampering.rollback()

    assert found == TRIES
    assert not await broken_seals(database)
    await owner.close()
    await database.close()


async def test_the_nightly_check_keeps_what_it_found(
    committed: Database, clock: FixedClock
) -> None:
    assert await check(committed, clock) == 0

    async with committed.transaction(SYSTEM) as tx:
        (kept,) = (await actions.read_assurance(tx, by=Actor(Role.AUDITOR))).checks
    assert (kept.broken_count, kept.broken, kept.asked_by_name) == (0, [], None)


@pytest.mark.parametrize("statement", ["UPDATE seal SET number = 2", "DELETE FROM seal"])
async def test_a_seal_is_never_changed(
    new_database: MakeConfig, clock: FixedClock, statement: str
) -> None:
    config = await new_database()
    database = await open_database(config, pool_max=2)
    await due_october(config, database, clock)
    await seal(database)
    owner = await connect_owner(config)

    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(statement)

    await owner.close()
    await database.close()
