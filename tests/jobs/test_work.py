"""Long work by a real worker, woken by a real doorbell."""

import asyncio
from datetime import date

from jobs.instalments import start_worker, stop_workers
from service import doorbell
from service.actor import SYSTEM
from service.clock import Clock
from service.db import open_database
from service.period import Month
from service.work import actions
from service.work.model import NewWork, Work, WorkKind, WorkState
from tests.conftest import MakeConfig
from tests.given import Given, actor_of

SECONDS_MAX = 60
NOTHING_DUE = NewWork(
    kind=WorkKind.PUT_UP, month=Month(date(2026, 1, 1)), language="en"
)  # fmt: skip
NOTHING_TO_CHECK = NewWork(
    kind=WorkKind.CHECK_MONTH, month=Month(date(2026, 1, 1)), language="en"
)  # fmt: skip


async def test_a_real_worker_does_what_was_asked_for_and_says_so(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    database, clock = await open_database(config, pool_max=2), Clock()
    officer = actor_of(await Given(database, clock, config.sealer).finance_officer())
    async with database.transaction(officer) as tx:
        asked = [
            await actions.ask(tx, new, by=officer, at=clock.now())
            for new in (NOTHING_TO_CHECK, NOTHING_DUE)
        ]

    async def read() -> list[Work]:
        async with database.transaction(SYSTEM) as tx:
            return [await actions.read_work(tx, one) for one in asked]

    worker = await start_worker(config)
    try:
        await doorbell.ring(config.redis_url, job=doorbell.WORK)
        async with asyncio.timeout(SECONDS_MAX):
            while any(one.is_open for one in await read()):  # noqa: ASYNC110 - the worker's
                await asyncio.sleep(0.1)
        checked, refused = await read()
    finally:
        await stop_workers([worker])
        await database.close()

    assert (checked.state, checked.attempts) == (WorkState.DONE, 1)
    assert refused.state is WorkState.REFUSED
    assert refused.refusal is not None
    assert "nothing is due" in refused.refusal
