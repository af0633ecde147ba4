"""Killed at any statement, a process leaves the state before or the state after, never between."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from service.actor import Actor, Role
from service.bank.simulator import Answer
from service.config import Config
from service.db import Connection, connect_owner, open_database
from service.ledger import actions as ledger
from service.payouts.model import Payout
from service.recoveries import actions as recoveries
from tests.conftest import FixedClock, MakeConfig
from tests.crash.victims import End, Order
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month
from tests.recoveries.owing import office_of, overpaid

STATEMENTS_MAX = 500
CONNECTED = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
TABLES = """
    SELECT c.relname FROM pg_class AS c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname
"""


class Scene:
    """A town whose October is due, its books as the owner of the database sees them, and victims
    to kill in it."""

    def __init__(self, config: Config, given: Given, owner: Connection, victims: Process) -> None:
        self.config, self.given, self.owner, self.victims = config, given, owner, victims
        self.own: set[int] = set()

    async def let(
        self, act: str, by: Actor, kill_at: int, *, once_sent: bool = False, **arguments: Any
    ) -> End:
        """Lets a process of somebody act, and kills it at one of its statements."""
        assert by.account_id is not None
        arguments["at"] = self.given.clock.now().isoformat()
        order = Order(self.config, by.account_id, act, arguments, kill_at, once_sent)
        assert self.victims.stdin is not None
        assert self.victims.stdout is not None
        self.victims.stdin.write(msgspec.json.encode(order, enc_hook=str) + b"\n")
        end = msgspec.json.decode(await self.victims.stdout.readline(), type=End)
        assert end.was_killed, "the victim failed by itself: its words are above"
        return end

    async def digest(self) -> bytes:
        """The content of every table, once the server has noticed that the victim is gone."""
        while await self.connected() - self.own:  # noqa: ASYNC110 - theirs
            await asyncio.sleep(0.005)
        told = sha256()
        for (table,) in await self.owner.fetch(TABLES):
            rows = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" AS t'
            told.update(f"{table} {await self.owner.fetchval(rows)}\n".encode())
        return told.digest()

    async def connected(self) -> set[int]:
        """The server's processes that serve somebody."""
        return {row["pid"] for row in await self.owner.fetch(CONNECTED)}

    async def sweep(self, act: str, by: Actor, **arguments: Any) -> int:
        """Kills the act before its first statement, its second …, its commit, then once the commit
        has left; how many statements it has. Each time the state is as before, at last another."""
        self.own = await self.connected()
        before = await self.digest()
        for kill_at in range(1, STATEMENTS_MAX):
            end = await self.let(act, by, kill_at, **arguments)
            assert await self.digest() == before, f"killed at {kill_at} it left something"
            if end.at_commit:
                await self.let(act, by, kill_at, once_sent=True, **arguments)
                assert await self.digest() != before, "what was committed is not there"
                return kill_at
        raise AssertionError(f"it has more than {STATEMENTS_MAX} statements")

    async def hold_books(self) -> None:
        """The invariants hold."""
        assert not await ledger.broken_invariants(self.owner)


@pytest.fixture
async def scene(new_database: MakeConfig, clock: FixedClock) -> AsyncIterator[Scene]:
    config = await new_database()
    owner = await connect_owner(config)
    victims = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.victims", stdin=PIPE, stdout=PIPE, limit=2**24
    )
    database = await open_database(config, pool_max=2)
    given = Given(database, clock, config.sealer)
    officers = (await given.case_officer(), await given.case_officer())
    for amount_cents in (350_00, 297_50, 280_00):
        await due_month(given, amount_cents=amount_cents, officers=officers)
    try:
        yield Scene(config, given, owner, victims)
    finally:
        assert victims.stdin is not None
        victims.stdin.close()
        await victims.wait()
        await database.close()
        await owner.close()


async def the_answer(given: Given, payout: Payout, by: Actor) -> Answer:
    """What the bank says of it: one refused, one sent back."""
    file = await given.sent_payout(payout.id, by=by)
    return await given.bank_answer(file, by=by, rejected=1, returned=1)


async def test_whatever_statement_it_is_killed_at_a_payout_is_as_before_or_done(
    scene: Scene,
) -> None:
    given = scene.given
    finance = actor_of(await given.finance_officer())
    authoriser = actor_of(await given.account(Role.FINANCE_AUTHORISER))

    payout = await given.submitted_payout(OCTOBER, by=finance)
    approver = actor_of(await given.finance_officer())
    for act, by in (("approve", approver), ("authorise", authoriser)):
        await scene.sweep(act, by, payout=str(payout.id), digest=payout.digest.hex())
    await scene.hold_books()
    await scene.sweep("export", authoriser, payout=str(payout.id))
    await scene.hold_books()
    answer = await the_answer(given, payout, authoriser)
    for content in (answer.status_report, answer.statement):
        await scene.sweep("import", finance, content=b64encode(content).decode())
        await scene.hold_books()


async def test_whatever_statement_it_is_killed_at_money_is_claimed_and_repaid_once(
    scene: Scene, clock: FixedClock
) -> None:
    office = await office_of(scene.given, clock)
    person = await overpaid(office)
    await scene.sweep("claim", office.preparer, agreement=str(person.agreement_id))
    await scene.hold_books()
    one = await office.netting()
    async with scene.given.db.transaction(office.preparer) as tx:
        payment_id = await recoveries.record_payment(
            tx,
            one.id,
            amount_cents=70_00,
            received_on=clock.today(),
            bank_reference="transfer FT-1",
            by=office.preparer,
            at=clock.now(),
        )
    await scene.sweep("repay", office.authoriser, payment=str(payment_id))
    await scene.hold_books()


async def test_an_act_that_commits_its_half_is_caught(scene: Scene) -> None:
    administrator = actor_of(await scene.given.account(Role.ADMINISTRATOR))

    with pytest.raises(AssertionError, match="it left something"):
        await scene.sweep("halve", administrator)
