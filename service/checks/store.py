"""The queries of checks."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.checks.model import (
    Check,
    CheckedInstalment,
    Hold,
    HoldScope,
    Key,
    LockedHold,
    LockedOverride,
    Override,
    Result,
    ResultCount,
    Rule,
    Shortcoming,
)
from service.db import Connection
from service.ids import AccountId, CheckOverrideId, CheckRunId, HoldId, InstalmentId, PayoutId
from service.period import Month
from service.work.model import OnStep, WorkStep

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
    on_step: OnStep,
) -> int:
    """What every check finds of the instalments of a run; how many results."""
    given = {"run_id": run_id, "instalment_ids": list(instalment_ids), "at": at, "on": on}
    written, checks = 0, db.load_checks()
    for number, (code, query) in enumerate(checks.items(), start=1):
        on_step(WorkStep.CHECKING, number, len(checks))
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


async def get_month(tx: Connection, instalment_id: InstalmentId) -> Key:
    """What of which agreement an instalment is for; NotFound when it is not this actor's to see."""
    return await db.fetch_one(tx, SQL["get_month"], Key, instalment_id=instalment_id)


async def list_results(
    tx: Connection, instalment_id: InstalmentId, *, run_id: CheckRunId | None
) -> list[Result]:
    """What the checks found of an instalment in a run; without one, in the last."""
    return await db.fetch_all(
        tx, SQL["list_results"], Result, instalment_id=instalment_id, run_id=run_id
    )


async def list_shortcomings(
    tx: Connection, payout_id: PayoutId, *, at_most: int
) -> list[Shortcoming]:
    """What of a payout's lines failed a check, lacks data that it demands, or was overridden."""
    return await db.fetch_all(
        tx, SQL["list_shortcomings"], Shortcoming, payout_id=payout_id, at_most=at_most
    )


async def count_results(tx: Connection, payout_id: PayoutId) -> list[ResultCount]:
    """How the checks of a payout's lines came out."""
    return await db.fetch_all(tx, SQL["count_results"], ResultCount, payout_id=payout_id)


async def list_rules(tx: Connection, *, on: date) -> list[Rule]:
    """What each check demands on a day."""
    return await db.fetch_all(tx, SQL["list_rules"], Rule, on=on)


async def insert_override(
    tx: Connection,
    override_id: CheckOverrideId,
    key: Key,
    *,
    code: Check,
    reason: str,
    asked_by: AccountId,
    expires_at: datetime,
    at: datetime,
) -> None:
    """An override that waits for a second person."""
    await db.execute(
        tx,
        SQL["insert_override"],
        override_id=override_id,
        agreement_id=key.agreement_id,
        month=key.month,
        kind=key.kind,
        code=code,
        reason=reason,
        asked_by=asked_by,
        expires_at=expires_at,
        at=at,
    )


async def lock_override(tx: Connection, override_id: CheckOverrideId) -> LockedOverride:
    """An override, held while it is decided on."""
    return await db.fetch_one(tx, SQL["lock_override"], LockedOverride, override_id=override_id)


async def record_grant(
    tx: Connection, override_id: CheckOverrideId, *, granted_by: AccountId, at: datetime
) -> int:
    """Grants what nobody has decided on; 0 when somebody has."""
    return await db.execute(
        tx, SQL["record_grant"], override_id=override_id, granted_by=granted_by, at=at
    )


async def record_refusal(
    tx: Connection, override_id: CheckOverrideId, *, refused_by: AccountId, at: datetime
) -> int:
    """Refuses what nobody has decided on; 0 when somebody has."""
    return await db.execute(
        tx, SQL["record_refusal"], override_id=override_id, refused_by=refused_by, at=at
    )


async def list_overrides(tx: Connection, *, at: datetime, at_most: int) -> list[Override]:
    """Overrides, those that wait first."""
    return await db.fetch_all(tx, SQL["list_overrides"], Override, at=at, at_most=at_most)


async def insert_hold(
    tx: Connection,
    hold_id: HoldId,
    scope: HoldScope,
    *,
    reason: str,
    placed_by: AccountId,
    at: datetime,
) -> None:
    """A hold in force from now on."""
    await db.execute(
        tx,
        SQL["insert_hold"],
        hold_id=hold_id,
        agreement_id=scope.agreement_id,
        month=scope.month,
        kind=scope.kind,
        employer_id=scope.employer_id,
        reason=reason,
        placed_by=placed_by,
        at=at,
    )


async def lock_hold(tx: Connection, hold_id: HoldId) -> LockedHold:
    """A hold, held while it is released."""
    return await db.fetch_one(tx, SQL["lock_hold"], LockedHold, hold_id=hold_id)


async def record_release(
    tx: Connection, hold_id: HoldId, *, reason: str, released_by: AccountId, at: datetime
) -> int:
    """Releases a hold in force; 0 when it was released before."""
    return await db.execute(
        tx, SQL["record_release"], hold_id=hold_id, reason=reason, released_by=released_by, at=at
    )


async def list_holds(tx: Connection, *, at_most: int) -> list[Hold]:
    """Holds, those in force first."""
    return await db.fetch_all(tx, SQL["list_holds"], Hold, at_most=at_most)
