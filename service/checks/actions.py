"""What people do with checks: run them, override one, hold a payment, ask why it is not paid."""

from collections.abc import Sequence
from datetime import datetime

from service.actor import Actor
from service.checks import store
from service.checks.model import CheckRun
from service.clock import business_day
from service.db import Connection
from service.ids import CheckRunId, InstalmentId, new_id
from service.period import Month


async def run_checks(
    tx: Connection,
    instalment_ids: Sequence[InstalmentId],
    *,
    month: Month,
    by: Actor,
    at: datetime,
) -> CheckRun:
    """Runs every check over instalments and keeps what each found, by which facts.

    Blocked is what fails a blocking check without an override in force, and what a check that
    applies gave no result for. Overrides that have lapsed are noted, and count no more.
    """
    run_id, on = CheckRunId(new_id()), business_day(at)
    await store.plan_for_these(tx)
    await store.insert_run(tx, run_id, month=month, run_by=by.account_id, at=at, on=on)
    await store.insert_lapses(tx, run_id, at=at)
    checked = await store.insert_checked(tx, run_id, instalment_ids)
    await store.insert_results(tx, run_id, instalment_ids, at=at, on=on)
    blocked = await store.list_blocked(tx, run_id, at=at)
    return CheckRun(run_id, month, checked, frozenset(one.id for one in blocked))


async def check_month(tx: Connection, month: Month, *, by: Actor, at: datetime) -> CheckRun:
    """Runs the checks over all that could be put up up to a month, and puts nothing up."""
    found = await store.list_to_check(tx, month)
    return await run_checks(tx, [one.id for one in found], month=month, by=by, at=at)
