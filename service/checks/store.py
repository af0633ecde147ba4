"""The queries of checks."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.checks.model import CheckedInstalment
from service.db import Connection
from service.ids import AccountId, CheckRunId, InstalmentId
from service.period import Month

SQL = db.load("checks")


async def plan_for_these(tx: Connection) -> str:
    """Has statements of this transaction planned for the values they are given."""
    return await db.fetch_value(tx, SQL["plan_for_these"], str)


async def insert_run(
    tx: Connection,
    run_id: CheckRunId,
    *,
    month: Month,
    run_by: AccountId | None,
    at: datetime,
    on: date,
) -> None:
    """A run by a person, or by a job that has no account."""
    await db.execute(tx, SQL["insert_run"], run_id=run_id, month=month, run_by=run_by, at=at, on=on)


async def insert_checked(
    tx: Connection, run_id: CheckRunId, instalment_ids: Sequence[InstalmentId]
) -> int:
    """The instalments of a run; how many."""
    return await db.execute(
        tx, SQL["insert_checked"], run_id=run_id, instalment_ids=list(instalment_ids)
    )


async def insert_lapses(tx: Connection, run_id: CheckRunId, *, at: datetime) -> int:
    """Notes which overrides have lapsed since the run before; how many."""
    return await db.execute(tx, SQL["insert_lapses"], run_id=run_id, at=at)


async def insert_results(
    tx: Connection,
    run_id: CheckRunId,
    instalment_ids: Sequence[InstalmentId],
    *,
    at: datetime,
    on: date,
) -> int:
    """What every check finds of the instalments of a run; how many results."""
    given = {"run_id": run_id, "instalment_ids": list(instalment_ids), "at": at, "on": on}
    written = 0
    for code, query in db.load_checks().items():
        values = {name: value for name, value in given.items() if name in query.parameters}
        written += await db.execute(tx, query, code=code, **values)
    return written


async def list_blocked(
    tx: Connection, run_id: CheckRunId, *, at: datetime
) -> list[CheckedInstalment]:
    """The instalments of a run that a check stops."""
    return await db.fetch_all(tx, SQL["list_blocked"], CheckedInstalment, run_id=run_id, at=at)


async def list_to_check(tx: Connection, month: Month) -> list[CheckedInstalment]:
    """What could be put up up to a month."""
    return await db.fetch_all(tx, SQL["list_to_check"], CheckedInstalment, month=month)
