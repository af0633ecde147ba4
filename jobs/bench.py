"""`ura bench month`: a month by the workers beside a hand-written statement and a bare insert.

Everything runs in databases of its own on the same server, one after the other, so that what counts
are ratios within one run on one machine. The three ways must come to the same rows, or there is
nothing to compare.
"""

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec

from jobs.instalments import start_worker, stop_workers
from service import doorbell, migrations
from service.actor import SYSTEM
from service.clock import Clock
from service.config import Config
from service.db import connect_owner, open_database
from service.instalments import actions
from service.instalments.model import Progress, RunState
from service.period import parse_month

COUNTRY = "kosovo"
OCTOBER = parse_month("2026-10")
SQL = Path(__file__).parent.parent / "sql" / "bench"
TEMPLATE, COPY = "ura_bench_seeded", "ura_bench_run"
POLL_SECONDS = 0.02
MEBIBYTE = 1024

Say: TypeAlias = Callable[[str], None]


class BenchFailed(RuntimeError):
    """The ways of computing the month do not agree, so their times say nothing."""


class Fingerprint(msgspec.Struct, frozen=True):
    """What a month came to: rows, cents, a hash of every amount and trace, and the ledger's sum."""

    row_count: int
    cents: int
    content_hash: str
    booked_cents: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of each way for one size, and the most memory that one worker held, in kibibytes."""

    agreements: int
    first: float
    again: float
    again_written: int
    corrected: float
    corrected_written: int
    set_based: float
    insert: float
    worker_kibibytes: int


async def bench_month(
    config: Config, sizes: Sequence[int], *, workers: int, say: Say
) -> list[Measured]:
    """Measures each size in turn; BenchFailed when the ways come to different rows."""
    found = []
    for size in sizes:
        say(f"{size:,} agreements: seeding …")
        await seed_bench(config, size)
        try:
            found.append(await _measure(config, size, workers=workers, say=say))
        finally:
            await drop_bench(config, TEMPLATE)
        head, row = table(found[-1:])
        say("; ".join(f"{name}: {figure}" for name, figure in zip(head, row, strict=True)))
    return found


async def _measure(config: Config, size: int, *, workers: int, say: Say) -> Measured:
    say("the hand-written statement …")
    async with copied(config) as copy:
        await run_file(copy, "prepare_set_based")
        set_based = await _timed(copy, "set_based")
        by_hand = await _fingerprint(copy)
    async with copied(config) as copy:
        say(f"the month by {workers} workers …")
        first, _, held = await _month(copy, workers)
        by_workers = await _fingerprint(copy)
        if by_workers != by_hand:
            raise BenchFailed(f"the workers came to {by_workers}, the statement to {by_hand}")
        say("the unchanged month again …")
        again, unchanged, _ = await _month(copy, workers)
        say("one in a hundred corrected …")
        await run_file(copy, "correct")
        corrected, changed, _ = await _month(copy, workers)
        say("a bare insert of the same rows …")
        await run_file(copy, "set_rows_aside")
        insert = await _timed(copy, "insert")
    return Measured(
        agreements=size,
        first=first,
        again=again,
        again_written=unchanged.written_count,
        corrected=corrected,
        corrected_written=changed.written_count,
        set_based=set_based,
        insert=insert,
        worker_kibibytes=held,
    )


async def _month(config: Config, workers: int) -> tuple[float, Progress, int]:
    """Asks for the month and follows its workers, who wait for it, to the end.

    Seconds, the run, and the most memory that one of them held, in kibibytes.
    """
    clock, database = Clock(), await open_database(config)
    started = [await start_worker(config) for _ in range(workers)]
    try:
        await _awake(config, started)
        begun = time.perf_counter()
        async with database.transaction(SYSTEM) as tx:
            await actions.request_month(tx, OCTOBER, by=SYSTEM, at=clock.now(), today=clock.today())
        await doorbell.ring(config.redis_url)
        while True:
            async with database.transaction(SYSTEM) as tx:
                run = await actions.find_progress(tx, OCTOBER, at=clock.now())
            assert run is not None, "it was asked for above"
            if run.state is not RunState.RUNNING:
                break
            if run.last_error is not None:
                raise BenchFailed(run.last_error)
            await asyncio.sleep(POLL_SECONDS)
        return time.perf_counter() - begun, run, max(map(_peak_memory, started))
    finally:
        await stop_workers(started)
        await database.close()


async def _awake(config: Config, workers: Sequence[Process]) -> None:
    """Waits until each worker holds a connection, so that starting Python is not counted."""
    owner = await connect_owner(config)
    try:
        async with asyncio.timeout(60):
            # One connection is this program's own.
            while await owner.fetchval(text_of("connections")) <= len(workers):  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
    finally:
        await owner.close()


def _peak_memory(worker: Process) -> int:
    """The most that a process ever held in memory, in kibibytes; 0 where nobody knows."""
    status = Path(f"/proc/{worker.pid}/status")
    if not status.exists():
        return 0
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


# ----- databases


def named(config: Config, name: str) -> Config:
    url = urlunsplit(urlsplit(config.database_url)._replace(path=f"/{name}"))
    return msgspec.structs.replace(config, database_url=url)


async def _administer(config: Config, statement: str) -> None:
    owner = await asyncpg.connect(named(config, "postgres").database_url)
    try:
        await owner.execute(statement)
    finally:
        await owner.close()


async def drop_bench(config: Config, name: str) -> None:
    await _administer(config, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def seed_bench(config: Config, size: int, *, files: Sequence[str] = ("seed",)) -> Config:
    """A database of its own, with some files of sql/bench/ laid in; the way to it."""
    await drop_bench(config, TEMPLATE)
    await _administer(config, f"CREATE DATABASE {TEMPLATE}")
    seeded = named(config, TEMPLATE)
    await migrations.migrate(seeded)
    await migrations.load_country(seeded, COUNTRY)
    owner = await connect_owner(seeded)
    try:
        async with owner.transaction():
            for file in files:
                await owner.execute(text_of(file).replace("{count}", str(size)), timeout=None)
        await owner.execute("VACUUM ANALYZE", timeout=None)
    finally:
        await owner.close()
    return seeded


@asynccontextmanager
async def copied(config: Config) -> AsyncIterator[Config]:
    """A fresh copy of the seeded database, on disk as it would be after a checkpoint."""
    await drop_bench(config, COPY)
    await _administer(config, f"CREATE DATABASE {COPY} TEMPLATE {TEMPLATE}")
    await _administer(config, "CHECKPOINT")
    try:
        yield named(config, COPY)
    finally:
        await drop_bench(config, COPY)


def text_of(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


async def run_file(config: Config, name: str) -> None:
    """Runs a file in one transaction."""
    owner = await connect_owner(config)
    try:
        async with owner.transaction():
            await owner.execute(text_of(name), timeout=None)
    finally:
        await owner.close()


async def _timed(config: Config, name: str) -> float:
    """Seconds of a file's statement and its commit."""
    begun = time.perf_counter()
    await run_file(config, name)
    return time.perf_counter() - begun


async def _fingerprint(config: Config) -> Fingerprint:
    owner = await connect_owner(config)
    try:
        row = await owner.fetchrow(text_of("fingerprint"), timeout=None)
    finally:
        await owner.close()
    assert row is not None
    return msgspec.convert(dict(row), Fingerprint)


# ----- what is said


def table(measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    """The rows of a report: a heading, then for each size its seconds and ratios."""
    head = (
        *("agreements", "first s", "µs each", "× set-based", "× insert"),
        *("again s", "× first", "1 % s", "% of first", "MiB a worker"),
    )
    return [head, *(_row(one) for one in measured)]


def _row(one: Measured) -> tuple[str, ...]:
    return (
        f"{one.agreements:,}",
        f"{one.first:.2f}",
        f"{one.first / one.agreements * 1e6:.0f}",
        f"{one.first / one.set_based:.2f}",
        f"{one.first / one.insert:.2f}",
        f"{one.again:.2f}",
        f"{one.again / one.first:.3f}",
        f"{one.corrected:.2f}",
        f"{one.corrected / one.first * 100:.1f}",
        f"{one.worker_kibibytes / MEBIBYTE:.0f}",
    )


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
