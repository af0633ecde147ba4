"""The reader's half of `ura bench payouts`, whole: a statement read, matched and posted.

As many payments as are asked for were sent to the bank, in a database of their own; the statement
that books them all is handed in as people hand it in. Beside it stands the public reader that only
reads the same file.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias
from uuid import UUID

import msgspec

from jobs.bench import (
    TEMPLATE,
    BenchFailed,
    copied,
    drop_bench,
    named,
    run_file,
    seed_bench,
    text_of,
)
from jobs.bench_reading import PEER, Measured, has_peer, measure, write_statement
from service.actor import Actor, Role
from service.bank.model import Effect
from service.clock import Clock
from service.config import Config
from service.db import connect_owner, open_database
from service.ids import AccountId
from service.statements import actions

Say: TypeAlias = Callable[[str], None]
TURNS = 3
# As the seed has it: a finance officer, who did not put the payout up.
OFFICER = Actor(
    role=Role.FINANCE_OFFICER,
    account_id=AccountId(UUID("00000000-0000-7000-8000-0000000000a2")),
    name="Two",
)


class Posted(msgspec.Struct, frozen=True):
    """Seconds to read, match and post a statement with its commit, by the clock and of processors
    (this program's and the database's; None where it runs elsewhere); and two ways of only reading,
    the peer's None where it is not installed."""

    entries: int
    seconds: float
    processor_seconds: float | None
    ours: Measured
    peer: Measured | None


async def bench_posting(config: Config, payments: int, *, say: Say, turns: int = TURNS) -> Posted:
    """Measures one size; BenchFailed when not every payment was settled, or a reader miscounted.

    Each way has its turn several times, one after the other, and the quickest counts: what else a
    machine is busy with only ever slows one down. Not every seeded agreement is due, so the entries
    are a little fewer than `payments`.
    """
    say(f"{payments:,} payments: seeding …")
    await seed_bench(config, payments)
    try:
        seeded = named(config, TEMPLATE)
        for name in ("prepare_set_based", "set_based", "sent"):
            await run_file(seeded, name)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "statement.xml"
            sent = await _write(seeded, file)
            taken = [await _turn(config, file, sent, say=say) for _ in range(turns)]
    finally:
        await drop_bench(config, TEMPLATE)
    peers = [one.peer for one in taken if one.peer is not None]
    quickest = min(taken, key=_clock)
    return Posted(
        entries=sent,
        seconds=quickest.seconds,
        processor_seconds=quickest.processor_seconds,
        ours=min((one.ours for one in taken), key=_clock),
        peer=min(peers, key=_clock) if peers else None,
    )


async def _turn(config: Config, file: Path, sent: int, *, say: Say) -> Posted:
    """Posts the statement in a fresh copy of what was sent, then only reads it both ways."""
    async with copied(config) as copy:
        seconds, spent = await _post(copy, file, sent)
    ours = measure("ura", file)
    peer = measure(PEER, file) if has_peer() else None
    for read in (ours, peer):
        if read is not None and read.entries != sent:
            raise BenchFailed(f"of {sent:,} entries {read.way} found {read.entries:,}")
    beside = "" if peer is None else f"; {PEER} only read them in {peer.seconds:.2f} s"
    say(f"{sent:,} entries read, matched and posted in {seconds:.2f} s{beside}")
    return Posted(sent, seconds, spent, ours, peer)


def _clock(one: "Posted | Measured") -> float:
    return one.seconds


async def bench_postings(config: Config, sizes: Sequence[int], *, say: Say) -> list[Posted]:
    """Measures each size in turn, and says once how to get the peer where it is missing."""
    if not has_peer():
        say(
            f"{PEER}, the public reader to compare with, is not installed, so ours is measured"
            f" alone; this installs it: {sys.executable} -m pip install --require-hashes -r"
            " requirements-test.lock"
        )
    return [await bench_posting(config, size, say=say) for size in sizes]


async def _write(config: Config, file: Path) -> int:
    owner = await connect_owner(config)
    try:
        await owner.execute("VACUUM ANALYZE", timeout=None)
        rows = await owner.fetch(text_of("sent_names"), timeout=None)
    finally:
        await owner.close()
    write_statement(file, [(row["end_to_end_id"], row["amount_cents"]) for row in rows])
    return len(rows)


async def _post(config: Config, file: Path, sent: int) -> tuple[float, float | None]:
    content = await asyncio.to_thread(file.read_bytes)
    database, at = await open_database(config), Clock().now()
    try:
        started, started_processor = time.perf_counter(), _spent_here()
        async with database.transaction(OFFICER) as tx:
            backend = await tx.fetchval(text_of("backend"))
            before = _spent_by(backend)
            summary = await actions.import_file(
                tx, content, by=OFFICER, at=at, sealer=config.sealer
            )
        seconds, spent = time.perf_counter() - started, _spent_here() - started_processor
        after = _spent_by(backend)
    finally:
        await database.close()
    if summary.counts != {Effect.SETTLED: sent}:
        raise BenchFailed(f"of {sent:,} payments these were decided: {summary.counts}")
    return seconds, None if before is None or after is None else spent + after - before


def _spent_here() -> float:
    """Processor seconds of this program and of the readers that it has waited for."""
    return sum(os.times()[:4])


def _spent_by(process: int) -> float | None:
    """Processor seconds of a process of PostgreSQL on this machine; None where there is none."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return None
    name, _, figures = file.read_text().rpartition(")")
    if "postgres" not in name:
        return None
    user, system = figures.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def table(posted: Sequence[Posted]) -> list[tuple[str, ...]]:
    """A heading, then for each size each way with its seconds, as a part of what the peer took."""
    head = ("entries", "way", "seconds", f"× {PEER}", "processor s", f"× {PEER}", "peak MiB")
    return [head, *(row for one in posted for row in _rows(one))]


def _rows(posted: Posted) -> list[tuple[str, ...]]:
    peer = posted.peer
    ways: list[tuple[str, float, float | None, str]] = [
        ("ura: read, matched, posted", posted.seconds, posted.processor_seconds, "")
    ]
    ways += [
        (f"{read.way}: only read", read.seconds, read.processor_seconds, str(read.peak_mebibytes))
        for read in (posted.ours, peer)
        if read is not None
    ]
    return [
        (
            f"{posted.entries:,}",
            way,
            f"{seconds:.2f}",
            _ratio(seconds, None if peer is None else peer.seconds),
            "" if spent is None else f"{spent:.2f}",
            _ratio(spent, None if peer is None else peer.processor_seconds),
            peak,
        )
        for way, seconds, spent, peak in ways
    ]


def _ratio(ours: float | None, theirs: float | None) -> str:
    return "" if ours is None or not theirs else f"{ours / theirs:.2f}"
