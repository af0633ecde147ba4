"""Workers are killed in the middle of a month: nothing is lost, nothing is doubled."""

import asyncio
import random
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from jobs.instalments import compute_month, start_worker, stop_workers
from service import doorbell
from service.actor import SYSTEM
from service.clock import Clock
from service.config import Config
from service.db import Connection, Database, connect_owner, open_database
from service.instalments import actions
from service.instalments.model import Progress, RunState
from service.ledger import actions as ledger
from service.period import parse_month
from tests.conftest import MakeConfig

AGREEMENTS = 20_000
KILLS = 10
OCTOBER = parse_month("2026-10")
SECONDS_MAX = 120
SEED = 20261123


@asynccontextmanager
async def many_agreements(config: Config, count: int) -> AsyncIterator[Database]:
    owner = await connect_owner(config)
    async with owner.transaction():
        text = (Path(__file__).parent / "many.sql").read_text()
        await owner.execute(text.replace("{count}", str(count)))
    await owner.execute("ANALYZE")
    await owner.close()
    database = await open_database(config, pool_max=2)
    try:
        yield database
    finally:
        await database.close()


async def progress_of(database: Database) -> Progress:
    async with database.transaction(SYSTEM) as tx:
        found = await actions.find_progress(tx, OCTOBER, at=Clock().now())
    assert found is not None
    return found


async def kill_again_and_again(config: Config, database: Database, workers: list[Process]) -> int:
    """Kills a worker at a random instant, with work in its hands, and starts another."""
    chance, killed = random.Random(SEED), 0
    while killed < KILLS:
        before = await progress_of(database)
        assert before.state is RunState.RUNNING, f"the month was over after {killed} kills"
        while (await progress_of(database)).done_count == before.done_count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0, 0.05))
        victim = workers.pop(0)
        victim.kill()
        await victim.wait()
        killed += 1
        if killed == KILLS // 2:
            async with Redis.from_url(config.redis_url) as redis:
                await redis.flushall()
        workers.append(await start_worker(config))
        await doorbell.ring(config.redis_url)
    return killed


async def until_over(database: Database) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while (await progress_of(database)).state is RunState.RUNNING:  # noqa: ASYNC110 - theirs
            await asyncio.sleep(0.1)


async def figures(tx: Connection) -> dict[str, int]:
    """What must be the same however often a worker was killed."""
    row = await tx.fetchrow(
        "SELECT count(*) AS rows, count(DISTINCT agreement_id) AS agreements, "
        "sum(amount_cents)::bigint AS cents, "
        "count(*) FILTER (WHERE outcome = 'blocked') AS blocked "
        "FROM instalment WHERE month = $1 AND superseded_at IS NULL",
        OCTOBER,
    )
    calculated = await tx.fetchval(
        "SELECT sum(amount_cents)::bigint FROM transfer WHERE reason = 'calculated'"
    )
    assert row is not None
    return {**dict(row), "calculated": calculated}


async def test_ten_killed_workers_lose_nothing_and_double_nothing(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    async with many_agreements(config, AGREEMENTS) as database:
        async with database.transaction(SYSTEM) as tx:
            clock = Clock()
            await actions.request_month(tx, OCTOBER, by=SYSTEM, at=clock.now(), today=clock.today())
        workers = [await start_worker(config) for _ in range(2)]
        try:
            await doorbell.ring(config.redis_url)
            async with asyncio.timeout(SECONDS_MAX):
                killed = await kill_again_and_again(config, database, workers)
            await until_over(database)
        finally:
            await stop_workers(workers)

        async with database.transaction(SYSTEM) as tx:
            found = await figures(tx)
            broken = await ledger.broken_invariants(tx)
        assert killed == KILLS
        assert found["rows"] == found["agreements"] == AGREEMENTS
        assert found["blocked"] == AGREEMENTS // 100
        assert found["cents"] == found["calculated"] > 0
        assert not broken


async def test_a_month_by_real_workers_and_again_writes_nothing(new_database: MakeConfig) -> None:
    config = await new_database()
    async with many_agreements(config, 1_200) as database:
        seen: list[Progress] = []

        first = await compute_month(config, OCTOBER, by=SYSTEM, workers=2, on_progress=seen.append)
        again = await compute_month(config, OCTOBER, by=SYSTEM, workers=1, on_progress=seen.append)

        assert (first.done_count, first.written_count) == (1_200, 1_200)
        assert (again.done_count, again.standing_count, again.written_count) == (0, 1_200, 0)
        assert again.due_cents == first.due_cents > 0
        async with database.transaction(SYSTEM) as tx:
            assert not await ledger.broken_invariants(tx)


async def test_a_month_is_computed_without_any_redis(new_database: MakeConfig) -> None:
    config = msgspec.structs.replace(await new_database(), redis_url="unix:///nowhere/valkey.sock")
    async with many_agreements(config, 600):
        over = await compute_month(
            config, OCTOBER, by=SYSTEM, workers=1, on_progress=lambda progress: None
        )

    assert (over.state, over.done_count) == (RunState.FINISHED, 600)
