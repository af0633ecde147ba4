"""The lists by which a missing guard shows name every guard that the database has."""

from collections.abc import AsyncIterator

import pytest

from service import db
from service.db import Connection, connect_owner
from service.ledger.model import Broken
from tests.conftest import MakeConfig

QUERIES = db.load("tampering")
TRIGGERS = "SELECT DISTINCT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
KEPT = """
    SELECT DISTINCT 'table ' || t.tgrelid::regclass::text
    FROM pg_trigger AS t
    WHERE t.tgfoid = 'refuse_change()'::regprocedure
"""
PUT_TO_SLEEP = """
    DO $$
    DECLARE
        one regclass;
    BEGIN
        FOR one IN SELECT DISTINCT tgrelid FROM pg_trigger WHERE NOT tgisinternal LOOP
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one);
        END LOOP;
    END
    $$
"""


@pytest.fixture
async def owner(new_database: MakeConfig) -> AsyncIterator[Connection]:
    """Who can do what the lists are there to notice, in a database of its own."""
    connection = await connect_owner(await new_database())
    yield connection
    await connection.close()


async def subjects(owner: Connection, *queries: str) -> set[str]:
    """What some of the lists say is wrong."""
    found = [row for name in queries for row in await db.fetch_all(owner, QUERIES[name], Broken)]
    assert len({(one.subject, one.found) for one in found}) == len(found)
    return {one.subject for one in found}


async def test_every_trigger_is_missed_when_it_sleeps(owner: Connection) -> None:
    guards = (
        "list_missing_guards",
        "list_missing_rules",
        "list_missing_access_rules",
        "list_missing_notes",
    )
    assert not await subjects(owner, *guards)

    await owner.execute(PUT_TO_SLEEP)

    assert await subjects(owner, *guards) == {row[0] for row in await owner.fetch(TRIGGERS)}


async def test_no_right_to_change_what_is_kept_goes_unnoticed(owner: Connection) -> None:
    assert not await subjects(owner, "list_forbidden_rights")

    await owner.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO ura_app")

    kept = {row[0] for row in await owner.fetch(KEPT)}
    assert kept - await subjects(owner, "list_forbidden_rights") == set()


async def test_what_is_never_deleted_is_never_truncated_either(owner: Connection) -> None:
    """A trigger for each row does not see TRUNCATE."""
    names = {row[0] for row in await owner.fetch(TRIGGERS)}
    kept = {row[0].removeprefix("table ") for row in await owner.fetch(KEPT)}

    assert {table for table in kept if f"trigger {table}_no_truncate" not in names} == set()
