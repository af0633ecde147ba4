"""Thirty planted schemes among three hundred payments in order: who is found, and who by mistake.

The schemes were written by who wrote the flags, so this measures that the flags do what they say,
and how many of the payments in order they trouble; not how clever a thief is.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import asyncpg
import pytest

from deploy.servers import Urls
from service.crypto import Sealer
from service.db import Connection, prepare
from service.flags import actions, store
from service.flags.model import Flag, FlaggedLine
from service.ids import PayoutId
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.flags.world import CLEAN, PLANTED, SCHEMES, build, plant
from tests.given import Given
from tests.payouts.rows import due_month

AT = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
FOUND_LEAST = 27
MISTAKES_MOST = CLEAN * 2 // 100
World = tuple[Connection, PayoutId]


@pytest.fixture(scope="module")
async def world(servers: Urls, connection: Connection, sealer: Sealer) -> AsyncIterator[World]:
    """The owner's transaction with both kinds of payments; nothing of it stays."""
    assert not connection.is_in_transaction()
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    try:
        yield owner, await _planted(owner, sealer)
    finally:
        await undone.rollback()
        await owner.close()


async def _planted(owner: Connection, sealer: Sealer) -> PayoutId:
    due = await due_month(Given(OneConnection(owner), FixedClock(START), sealer))
    payout_id = await build(owner, due.agreement_id)
    await plant(owner)
    await owner.execute("ANALYZE")
    rows = await owner.fetch(
        "SELECT instalment_id FROM payout_line WHERE payout_id = $1", payout_id
    )
    await store.insert_flags(
        owner, payout_id, [row["instalment_id"] for row in rows], at=AT, on=date(2026, 11, 5)
    )
    return payout_id


async def lines_of(world: World) -> dict[int, FlaggedLine]:
    """The flagged lines by the number of their agreement."""
    found = await actions.read_payout(*world, at_most=1000)
    return {int(line.agreement_reference.removeprefix("A-")): line for line in found.lines}


async def test_nine_in_ten_schemes_are_found_and_two_in_a_hundred_others_at_most(
    world: World,
) -> None:
    lines = await lines_of(world)

    suspicious = {number for number, line in lines.items() if line.is_suspicious}
    missed = [
        f"{300 + place}: {flag}"
        for place, (flag, _) in enumerate(PLANTED, start=1)
        if 300 + place not in suspicious
    ]
    troubled = {number: lines[number].signs for number in suspicious if number <= CLEAN}

    assert len(PLANTED) == SCHEMES
    assert SCHEMES - len(missed) >= FOUND_LEAST, missed
    assert 0 < len(troubled) <= MISTAKES_MOST, troubled


async def test_every_flag_is_shown_and_each_scheme_shows_its_own(world: World) -> None:
    lines = await lines_of(world)

    signs = {number: {sign.code for sign in line.signs} for number, line in lines.items()}
    missing = [
        f"{300 + place}: {flag}"
        for place, (flag, _) in enumerate(PLANTED, start=1)
        if flag not in signs.get(300 + place, set())
    ]

    assert not missing
    assert set().union(*signs.values()) == set(Flag)


async def test_the_evidence_is_said_in_words(world: World) -> None:
    lines = await lines_of(world)

    said = [sign.sentence for line in lines.values() for sign in line.signs]

    assert not [sentence for sentence in said if "{" in sentence]
    assert any("A-BEFORE" in sentence for sentence in said)
    assert any("after €150.00" in sentence for sentence in said)
