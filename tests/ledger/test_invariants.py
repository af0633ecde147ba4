"""The invariants hold of a month's work, and each names the row that breaks it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.servers import Urls
from service.actor import Role
from service.crypto import Sealer
from service.db import Connection, prepare
from service.ledger import actions
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.given import Given, actor_of
from tests.ledger.plants import PLANTS, Plant
from tests.ledger.writes import WRITES
from tests.payouts.rows import OCTOBER, due_month, supersede


@pytest.fixture(scope="module")
async def sent(servers: Urls, connection: Connection, sealer: Sealer) -> AsyncIterator[Connection]:
    """The owner's transaction, with a payout of two lines sent to the bank; nothing of it stays."""
    assert not connection.is_in_transaction()
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    given = Given(OneConnection(owner), FixedClock(START), sealer)
    officers = (await given.case_officer(), await given.case_officer())
    await due_month(given, amount_cents=350_00, officers=officers)
    await due_month(given, amount_cents=297_50, officers=officers)
    authoriser = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await given.approved_payout(payout, by=authoriser)
    await given.sent_payout(payout.id, by=authoriser)
    yield owner
    await undone.rollback()
    await owner.close()


@pytest.fixture
async def owner(sent: Connection) -> AsyncIterator[Connection]:
    """The owner, whose changes are undone after each test."""
    undone = sent.transaction()
    await undone.start()
    yield sent
    await undone.rollback()


@pytest.fixture
def given(owner: Connection, clock: FixedClock, sealer: Sealer) -> Given:
    """Builds more state inside the owner's transaction."""
    return Given(OneConnection(owner), clock, sealer)


async def test_every_step_from_agreement_to_return_keeps_the_invariants(
    given: Given, owner: Connection
) -> None:
    finance, authoriser = (
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )
    found = []
    due = await due_month(given)
    await supersede(given, due)
    await due_month(given, scheme="SP-FLAT", amount_cents=264_00)
    await due_month(given, amount_cents=297_50)
    found.append(await actions.broken_invariants(owner))
    payout = await given.submitted_payout(OCTOBER, by=finance)
    found.append(await actions.broken_invariants(owner))
    await given.approved_payout(payout, by=authoriser)
    found.append(await actions.broken_invariants(owner))
    for wage_cents in (0, 600_00):
        await supersede(given, due, wage_cents=wage_cents)
        found.append(await actions.broken_invariants(owner))
    file = await given.sent_payout(payout.id, by=authoriser)
    found.append(await actions.broken_invariants(owner))

    answer = await given.bank_answer(file, by=authoriser, rejected=1, returned=1)
    for content in (answer.status_report, answer.statement):
        await given.read_from_bank(content, by=authoriser)
        found.append(await actions.broken_invariants(owner))

    assert len(found) > 4
    assert not any(found)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.invariant} {plant.what}")
async def test_a_broken_invariant_is_named_with_its_row(owner: Connection, plant: Plant) -> None:
    assert not await actions.broken_invariants(owner)

    await owner.execute(plant.statement)

    found = await actions.broken_invariants(owner)
    named = [one for one in found if one.invariant == plant.invariant]
    assert named, found
    assert any(one.subject.startswith(plant.subject) for one in named)
    assert all(one.found for one in named)


@pytest.mark.parametrize(("table", "trigger", "statement"), WRITES)
async def test_whatever_a_standing_follows_from_is_noted_when_it_is_written(
    owner: Connection, table: str, trigger: str, statement: str
) -> None:
    await owner.execute("DELETE FROM standing_change")
    await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_{trigger}")

    await owner.execute(statement)

    assert await owner.fetchval("SELECT count(*) FROM standing_change") > 0
