"""Computing months: a worker claims chunks until none is left."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from service import doorbell
from service.actor import SYSTEM, Actor
from service.clock import Clock
from service.config import Config
from service.db import Database, open_database
from service.instalments import actions
from service.instalments.actions import LostLease
from service.instalments.model import Chunk, Progress, RunState
from service.period import Month

CHECKOUT = Path(__file__).parent.parent
POLL_SECONDS = 0.1
STOP_SECONDS = 30.0
ATTEMPTS_MAX = 3
log = logging.getLogger("ura.instalments")


class RunFailed(RuntimeError):
    """A chunk fails again and again; the sentence says with what."""


async def drain(database: Database, clock: Clock, *, time_max: timedelta | None = None) -> int:
    """Computes chunks until none is left to claim, or the time is over; answers how many."""
    taken, started = 0, clock.now()
    while time_max is None or clock.now() - started < time_max:
        if not await compute_next(database, clock):
            break
        taken += 1
    return taken


async def compute_next(database: Database, clock: Clock) -> bool:
    """Claims a chunk and computes it; when none is left it ends the runs that are done."""
    async with database.transaction(SYSTEM) as tx:
        chunk = await actions.claim_chunk(tx)
    if chunk is None:
        async with database.transaction(SYSTEM) as tx:
            await actions.finish_runs(tx, at=clock.now())
        return False
    await _compute(database, clock, chunk)
    return True


async def _compute(database: Database, clock: Clock, chunk: Chunk) -> None:
    try:
        async with database.transaction(SYSTEM) as tx:
            await actions.compute_chunk(tx, chunk, at=clock.now())
    except LostLease:
        log.warning("chunk %s of run %s went to another worker", chunk.number, chunk.run_id)
    except Exception as error:
        # Whatever it is, the chunk must come back; the error is kept where people see it.
        log.exception("chunk %s of run %s failed", chunk.number, chunk.run_id)
        async with database.transaction(SYSTEM) as tx:
            await actions.put_back(tx, chunk, error)


async def compute_month(
    config: Config,
    month: Month,
    *,
    by: Actor,
    workers: int,
    on_progress: Callable[[Progress], None],
    everything: bool = False,
) -> Progress:
    """Asks for a month, starts workers, and follows them to the end; RunFailed when they cannot.

    A run that is under way is joined, not begun again. Without a Redis to wake the workers, or when
    none of them lives, the chunks are computed here.
    """
    clock = Clock()
    database = await open_database(config)
    try:
        async with database.transaction(by) as tx:
            under_way = await actions.find_progress(tx, month, at=clock.now())
            if under_way is None or under_way.state is not RunState.RUNNING:
                await actions.request_month(
                    tx,
                    month,
                    by=by,
                    at=clock.now(),
                    today=clock.today(),
                    everything=everything,
                )
        async with _workers(config, workers) as started:
            heard = await doorbell.ring(config.redis_url)
            return await _follow(database, clock, month, started if heard else [], on_progress)
    finally:
        await database.close()


async def _follow(
    database: Database,
    clock: Clock,
    month: Month,
    workers: list[Process],
    on_progress: Callable[[Progress], None],
) -> Progress:
    while True:
        async with database.transaction(SYSTEM) as tx:
            progress = await actions.find_progress(tx, month, at=clock.now())
        assert progress is not None, "the run was asked for above"
        on_progress(progress)
        if progress.state is not RunState.RUNNING:
            return progress
        if progress.attempts_failed >= ATTEMPTS_MAX:
            raise RunFailed(progress.last_error)
        alone = all(worker.returncode is not None for worker in workers)
        if not (alone and await compute_next(database, clock)):
            await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def _workers(config: Config, count: int) -> AsyncIterator[list[Process]]:
    started = [await start_worker(config) for _ in range(count)]
    try:
        yield started
    finally:
        await stop_workers(started)


async def start_worker(config: Config) -> Process:
    """A worker as a process of its own, told by its environment where the servers are."""
    environment = {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "URA_ROOT_KEY": config.root_key.hex(),
        "URA_STATE": str(config.state.absolute()),
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "jobs.worker",
        cwd=CHECKOUT,
        env=environment,
        start_new_session=True,
    )


async def stop_workers(workers: list[Process]) -> None:
    """Asks workers to end after the chunk in hand, and waits; one that does not end is killed."""
    for worker in workers:
        if worker.returncode is None:
            worker.terminate()
    for worker in workers:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await worker.wait()
        except TimeoutError:  # what it held is undone, and the next worker claims it
            worker.kill()
            await worker.wait()
