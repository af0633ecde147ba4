"""Long work: a worker takes it, does it as who asked for it, and says how far it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from service.accounts import actions as accounts
from service.actor import SYSTEM, Actor
from service.bank import actions as bank
from service.checks import actions as checks
from service.clock import Clock
from service.crypto import Sealer
from service.db import Connection, Database
from service.i18n import use_language
from service.payouts import actions as payouts
from service.problems import NotAllowed, Problem
from service.statements import actions as statements
from service.statements.model import ImportStep
from service.work import actions
from service.work.actions import LostWork
from service.work.model import Done, HowFar, Work, WorkKind, WorkStep

SAY_SECONDS = 1.0
IMPORT_STEPS: Mapping[ImportStep, WorkStep] = {
    ImportStep.READING: WorkStep.READING,
    ImportStep.WAITING: WorkStep.WAITING_FOR_TURN,
    ImportStep.POSTING: WorkStep.POSTING,
}
log = logging.getLogger("ura.work")


class Task:
    """One attempt at a piece of work: by whom, when, with which keys, and how far it is."""

    def __init__(self, work: Work, by: Actor, clock: Clock, sealer: Sealer) -> None:
        self.work = work
        self.by = by
        self.clock = clock
        self.sealer = sealer
        self.content = b""
        self.far = HowFar()


async def drain(database: Database, clock: Clock, sealer: Sealer) -> int:
    """Does one piece of work after another until none waits; answers how many."""
    count = 0
    while await do_next(database, clock, sealer):
        count += 1
    return count


async def do_next(database: Database, clock: Clock, sealer: Sealer) -> bool:
    """Takes a piece of work and does it; False when none waits."""
    async with database.transaction(SYSTEM) as tx:
        work = await actions.take_next(tx)
    if work is None:
        return False
    with use_language(work.language):
        await _do(database, clock, sealer, work)
    async with database.transaction(SYSTEM) as tx:
        await actions.drop_files(tx)
    return True


async def _do(database: Database, clock: Clock, sealer: Sealer, work: Work) -> None:
    try:
        task = await _prepare(database, clock, sealer, work)
        await _watched(database, task)
    except LostWork:
        log.warning("work %s went to another worker", work.id)
    except Problem as refused:
        async with database.transaction(SYSTEM) as tx:
            await actions.refuse(tx, work, refused.detail or refused.title, at=clock.now())
    except Exception:
        # Whatever it is, the work must come back; what it wrote is undone.
        log.exception("work %s failed", work.id)
        async with database.transaction(SYSTEM) as tx:
            await actions.put_back(tx, work, at=clock.now())


async def _prepare(database: Database, clock: Clock, sealer: Sealer, work: Work) -> Task:
    """Who asked, if that account may still act, and the file where there is one."""
    async with database.transaction(SYSTEM) as tx:
        actor = await accounts.find_actor(tx, work.asked_by)
        if actor is None:
            raise NotAllowed
        task = Task(work, actor, clock, sealer)
        if work.kind is WorkKind.BANK_IMPORT:
            task.content = await actions.read_file(tx, work, sealer=sealer)
    return task


async def _watched(database: Database, task: Task) -> None:
    """Does the work while another task writes down how far it is, and breaks off when that ends."""
    doing = asyncio.create_task(_finish(database, task))
    saying = asyncio.create_task(_say(database, task))
    try:
        await asyncio.wait({doing, saying}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():  # the lease was lost, or the database is away
            doing.cancel()
            with suppress(asyncio.CancelledError):
                await doing
            await saying
        await doing
    finally:
        for one in (doing, saying):
            one.cancel()
        await asyncio.gather(doing, saying, return_exceptions=True)


async def _say(database: Database, task: Task) -> None:
    while True:
        await asyncio.sleep(SAY_SECONDS)
        async with database.transaction(SYSTEM) as tx:
            await actions.keep(tx, task.work, task.far)


async def _finish(database: Database, task: Task) -> None:
    """What is done and that it is done are one transaction: a crash leaves both or neither."""
    try:
        async with database.transaction(task.by) as tx:
            done = await DOERS[task.work.kind](tx, task)
            await actions.finish(tx, task.work, done, at=task.clock.now())
    except NotAllowed:
        raise
    except Problem as refused:
        if task.work.kind is WorkKind.BANK_IMPORT:
            async with database.transaction(task.by) as tx:
                await statements.note_refusal(
                    tx, task.content, refused, by=task.by, at=task.clock.now()
                )
        raise


async def _put_up(tx: Connection, task: Task) -> Done:
    assert task.work.month is not None, "a month is put up"
    payout = await payouts.put_up(
        tx, task.work.month, by=task.by, at=task.clock.now(), on_step=task.far.watch
    )
    return Done(payout.id)


async def _reopen(tx: Connection, task: Task) -> Done:
    assert task.work.payout_id is not None, "a payout is put up anew"
    payout = await payouts.reopen(
        tx, task.work.payout_id, by=task.by, at=task.clock.now(), on_step=task.far.watch
    )
    return Done(payout.id)


async def _check_month(tx: Connection, task: Task) -> Done:
    assert task.work.month is not None, "a month is checked"
    run = await checks.check_month(
        tx, task.work.month, by=task.by, at=task.clock.now(), on_step=task.far.watch
    )
    return Done(run.id)


async def _import(tx: Connection, task: Task) -> Done:
    summary = await statements.import_file(
        tx,
        task.content,
        by=task.by,
        at=task.clock.now(),
        sealer=task.sealer,
        on_step=lambda step, entries: task.far.watch(IMPORT_STEPS[step], 0, entries),
    )
    return Done(summary.file.id, is_repeat=summary.already_imported)


async def _export(tx: Connection, task: Task) -> Done:
    assert task.work.payout_id is not None, "a payout is sent"
    sent = await bank.export_payout(
        tx,
        task.work.payout_id,
        by=task.by,
        at=task.clock.now(),
        sealer=task.sealer,
        on_progress=lambda done, total: task.far.watch(WorkStep.WRITING, done, total),
    )
    return Done(sent.payout_id)


Doer = Callable[[Connection, Task], Awaitable[Done]]
DOERS: Mapping[WorkKind, Doer] = {
    WorkKind.PUT_UP: _put_up,
    WorkKind.REOPENING: _reopen,
    WorkKind.CHECK_MONTH: _check_month,
    WorkKind.BANK_IMPORT: _import,
    WorkKind.BANK_EXPORT: _export,
}
