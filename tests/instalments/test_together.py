"""Workers side by side, on connections that really commit."""

import asyncio
from datetime import date

import pytest

from jobs.instalments import drain
from service.actor import SYSTEM
from service.clock import Clock
from service.crypto import Sealer
from service.db import Database
from service.instalments import actions
from service.instalments.actions import LostLease
from service.instalments.model import Chunk
from service.ledger import actions as ledger
from service.period import Month
from tests.conftest import FixedClock
from tests.facts.history import as_known, canonical
from tests.given import Given
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import report

SEPTEMBER, OCTOBER = Month(date(2026, 9, 1)), Month(date(2026, 10, 1))


@pytest.fixture
def at_work(committed: Database, clock: FixedClock, sealer: Sealer) -> Given:
    """Builds what really commits."""
    return Given(committed, clock, sealer)


@pytest.fixture(autouse=True)
async def person(at_work: Given) -> Hired:
    """Somebody works since September, and both months are reported."""
    officer = await at_work.case_officer()
    found = await hire(at_work, officer, scheme="WS-70", starts_on=SEPTEMBER, wage_cents=600_00)
    for month in (SEPTEMBER, OCTOBER):
        await report(at_work, found, month, wage_cents=600_00)
    return found


async def request(given: Given, *months: Month) -> None:
    at, today = given.clock.now(), given.clock.today()
    for month in months:
        async with given.db.transaction(SYSTEM) as tx:
            await actions.request_month(tx, month, by=SYSTEM, at=at, today=today)


async def claim(given: Given) -> Chunk:
    async with given.db.transaction(SYSTEM) as tx:
        chunk = await actions.claim_chunk(tx)
    assert chunk is not None
    return chunk


async def compute(given: Given, chunk: Chunk) -> bool:
    try:
        async with given.db.transaction(SYSTEM) as tx:
            await actions.compute_chunk(tx, chunk, at=given.clock.now())
    except LostLease:
        return False
    return True


async def test_two_workers_with_one_chunk_write_it_once(at_work: Given) -> None:
    await request(at_work, OCTOBER)
    chunk = await claim(at_work)

    done = await asyncio.gather(*(compute(at_work, chunk) for _ in range(4)))

    assert sorted(done) == [False, False, False, True]
    async with at_work.db.transaction(SYSTEM) as tx:
        (only,) = (await actions.list_instalments(tx, OCTOBER)).rows
        assert only.amount_cents == 350_00
        assert not await ledger.broken_invariants(tx)


async def test_a_second_month_of_an_agreement_waits_for_the_first(at_work: Given) -> None:
    await request(at_work, SEPTEMBER, OCTOBER)
    first, second = await claim(at_work), await claim(at_work)

    async with at_work.db.transaction(SYSTEM) as tx:
        await actions.compute_chunk(tx, first, at=at_work.clock.now())
        other = asyncio.create_task(compute(at_work, second))
        waiting, _ = await asyncio.wait([other], timeout=0.5)

    assert not waiting
    assert await other


async def test_a_chunk_in_work_is_not_claimed_though_its_lease_is_over(at_work: Given) -> None:
    await request(at_work, OCTOBER)
    chunk = await claim(at_work)
    async with at_work.db.transaction(SYSTEM) as tx:
        await tx.execute("UPDATE month_chunk SET lease_until = now() - interval '1 hour'")

    async with at_work.db.transaction(SYSTEM) as slow:
        await slow.execute("SELECT 1 FROM agreement FOR UPDATE")
        working = asyncio.create_task(compute(at_work, chunk))
        await asyncio.wait([working], timeout=0.5)
        async with at_work.db.transaction(SYSTEM) as elsewhere:
            claimed = await actions.claim_chunk(elsewhere)

    assert claimed is None
    assert await working


async def test_draining_together_leaves_every_month_finished(at_work: Given) -> None:
    await request(at_work, SEPTEMBER, OCTOBER)

    taken = await asyncio.gather(*(drain(at_work.db, Clock()) for _ in range(3)))

    assert sum(taken) == 2
    async with at_work.db.transaction(SYSTEM) as tx:
        for month in (SEPTEMBER, OCTOBER):
            progress = await actions.find_progress(tx, month, at=at_work.clock.now())
            assert progress is not None
            assert (progress.state, progress.done_count) == ("finished", 1)
            assert await actions.count_uncomputed(tx, month) == 0


async def test_a_report_in_the_middle_waits_and_counts_as_known_afterwards(
    at_work: Given, person: Hired
) -> None:
    await request(at_work, OCTOBER)
    chunk = await claim(at_work)

    async with at_work.db.transaction(SYSTEM) as tx:
        await actions.compute_chunk(tx, chunk, at=at_work.clock.now())
        telling = asyncio.create_task(report(at_work, person, OCTOBER, wage_cents=700_00))
        told, _ = await asyncio.wait([telling], timeout=0.5)
    await telling

    async with at_work.db.transaction(SYSTEM) as tx:
        stored = await actions.list_of_agreement(tx, person.agreement_id)
        changes = await actions.list_changes(tx, OCTOBER)
    assert not told
    assert [change.agreement_count for change in changes] == [1]
    for one in stored:
        assert await as_known(at_work, one) == canonical(one)
