"""The reader's half of `ura bench payouts`, whole: a statement read, matched and posted.

As many payments as are asked for were sent to the bank, in a database of their own; the statement
that books them all is handed in as people hand it in. Beside it stands the public reader that only
reads the same file.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias
from uuid import UUID

import msgspec

from jobs.bench import TEMPLATE, BenchFailed, copied, drop_bench, run_file, seed_bench, text_of
from jobs.bench_reading import PEER, Measured, measure, write_statement
from service.actor import Actor, Role
from service.bank.model import Effect
from service.clock import Clock
from service.config import Config
from service.db import connect_owner, open_database
from service.ids import AccountId
from service.statements import actions

Say: TypeAlias = Callable[[str], None]
# As the seed has it: a finance officer, who did not put the payout up.
OFFICER = Actor(
    role=Role.FINANCE_OFFICER,
    account_id=AccountId(UUID("00000000-0000-7000-8000-0000000000a2")),
    name="Two",
)


class Posted(msgspec.Struct, frozen=True):
    """Seconds to read, match and post a statement with its commit; and two ways of only reading."""

    entries: int
    seconds: float
    ours: Measured
    peer: Measured


async def bench_posting(config: Config, payments: int, *, say: Say) -> Posted:
    """Measures one size; BenchFailed when not every payment was settled, or a reader miscounted.

    Not every seeded agreement is due, so the entries are a little fewer than `payments`.
    """
    say(f"{payments:,} payments: seeding …")
    await seed_bench(config, payments)
    try:
        async with copied(config) as copy:
            for name in ("prepare_set_based", "set_based", "sent"):
                await run_file(copy, name)
            with TemporaryDirectory() as folder:
                file = Path(folder) / "statement.xml"
                sent = await _write(copy, file)
                say("the statement read, matched and posted …")
                seconds = await _post(copy, file, sent)
                say("the same file only read …")
                ours, peer = measure("ura", file), measure(PEER, file)
    finally:
        await drop_bench(config, TEMPLATE)
    if {ours.entries, peer.entries} != {sent}:
        raise BenchFailed(
            f"of {sent:,} entries ura found {ours.entries:,}, {PEER} {peer.entries:,}"
        )
    return Posted(sent, seconds, ours, peer)


async def _write(config: Config, file: Path) -> int:
    owner = await connect_owner(config)
    try:
        await owner.execute("VACUUM ANALYZE", timeout=None)
        rows = await owner.fetch(text_of("sent_names"), timeout=None)
    finally:
        await owner.close()
    write_statement(file, [(row["end_to_end_id"], row["amount_cents"]) for row in rows])
    return len(rows)


async def _post(config: Config, file: Path, sent: int) -> float:
    content = await asyncio.to_thread(file.read_bytes)
    database, at = await open_database(config), Clock().now()
    try:
        started = time.perf_counter()
        async with database.transaction(OFFICER) as tx:
            summary = await actions.import_file(
                tx, content, by=OFFICER, at=at, sealer=config.sealer
            )
        seconds = time.perf_counter() - started
    finally:
        await database.close()
    if summary.counts != {Effect.SETTLED: sent}:
        raise BenchFailed(f"of {sent:,} payments these were decided: {summary.counts}")
    return seconds


def table(posted: Posted) -> list[tuple[str, ...]]:
    """A heading and three rows: each way with its seconds, as a part of what the peer took."""
    theirs = posted.peer.seconds
    ways = (
        ("ura: read, matched and posted", posted.seconds, ""),
        ("ura: only read", posted.ours.seconds, str(posted.ours.peak_mebibytes)),
        (f"{PEER}: only read", theirs, str(posted.peer.peak_mebibytes)),
    )
    rows = [
        (way, f"{posted.entries:,}", f"{seconds:.2f}", f"{seconds / theirs:.2f}", peak)
        for way, seconds, peak in ways
    ]
    return [("statement", "entries", "seconds", f"x {PEER}", "peak MiB"), *rows]
