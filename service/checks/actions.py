"""What people do with checks: run them, override one, hold a payment, ask why it is not paid."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.actor import Actor
from service.checks import rules, store
from service.checks.model import (
    Check,
    CheckRun,
    Hold,
    HoldScope,
    Override,
    PayoutChecks,
    Result,
    Rule,
)
from service.clock import business_day, end_of_day
from service.db import Connection
from service.ids import (
    CheckOverrideId,
    CheckRunId,
    HoldId,
    InstalmentId,
    PayoutId,
    new_id,
)
from service.period import Month
from service.work.model import OnStep, unwatched

LISTED = 200
FEW = 200  # instalments for which the plan that suits any number will do
SHORTCOMINGS_SHOWN = 200


async def run_checks(
    tx: Connection,
    instalment_ids: Sequence[InstalmentId],
    *,
    month: Month,
    by: Actor,
    at: datetime,
    on_step: OnStep = unwatched,
) -> CheckRun:
    """Runs every check over instalments and keeps what each found, by which facts.

    Blocked is what fails a blocking check without an override in force, and what a check that
    applies gave no result for. Overrides that have lapsed are noted, and count no more.
    """
    run_id, on = CheckRunId(new_id()), business_day(at)
    if len(instalment_ids) > FEW:
        await store.plan_for_these(tx)
    await store.insert_run(tx, run_id, month=month, run_by=by.account_id, at=at, on=on)
    await store.insert_lapses(tx, run_id, at=at)
    checked = await store.insert_checked(tx, run_id, instalment_ids)
    await store.insert_results(tx, run_id, instalment_ids, at=at, on=on, on_step=on_step)
    blocked = await store.list_blocked(tx, run_id, at=at)
    return CheckRun(run_id, month, checked, frozenset(one.id for one in blocked))


async def check_month(
    tx: Connection, month: Month, *, by: Actor, at: datetime, on_step: OnStep = unwatched
) -> CheckRun:
    """Runs the checks over all that could be put up up to a month, and puts nothing up."""
    found = await store.list_to_check(tx, month)
    return await run_checks(
        tx, [one.id for one in found], month=month, by=by, at=at, on_step=on_step
    )


async def list_rules(tx: Connection, *, on: date) -> list[Rule]:
    """What each check demands on a day."""
    return await store.list_rules(tx, on=on)


async def list_results(tx: Connection, instalment_id: InstalmentId) -> list[Result]:
    """What the checks found of an instalment in the last run over it; nothing before the first.

    NotFound when the instalment is not this person's to see.
    """
    await store.get_month(tx, instalment_id)
    return await store.list_results(tx, instalment_id, run_id=None)


async def read_payout(tx: Connection, payout_id: PayoutId) -> PayoutChecks:
    """How the checks of a payout's lines came out, and what did not simply pass; 200 at most."""
    return PayoutChecks(
        counts=await store.count_results(tx, payout_id),
        shortcomings=await store.list_shortcomings(tx, payout_id, at_most=SHORTCOMINGS_SHOWN),
    )


async def ask_override(
    tx: Connection,
    instalment_id: InstalmentId,
    code: Check,
    *,
    reason: str,
    expires_on: date | None,
    by: Actor,
    at: datetime,
) -> CheckOverrideId:
    """Asks that a check does not stop a payment until the end of a day; a second person decides.

    Raises NotAllowed, InvalidFields, HardStop, and OwnCase for who has handled the agreement.
    """
    rules.refuse_unless(rules.ASKERS, by)
    said = rules.check_reason(reason)
    last_day = rules.check_expiry(expires_on, today=business_day(at))
    key = await store.get_month(tx, instalment_id)
    override_id = CheckOverrideId(new_id())
    with db.refusing(
        check_override_of_no_hard_stop=rules.HardStop, check_override_not_own_case=rules.OwnCase
    ):
        await store.insert_override(
            tx,
            override_id,
            key,
            code=code,
            reason=said,
            asked_by=by.account,
            expires_at=end_of_day(last_day),
            at=at,
        )
    return override_id


async def grant_override(
    tx: Connection, override_id: CheckOverrideId, *, by: Actor, at: datetime
) -> None:
    """Grants what another person asked for; it counts from the next run on.

    Raises NotAllowed, OverrideDecided, SecondPersonNeeded, OwnCase and HardStop.
    """
    rules.refuse_unless(rules.GRANTERS, by)
    override = await store.lock_override(tx, override_id)
    rules.refuse_decided(override, at=at)
    rules.refuse_own_override(override, by)
    with db.refusing(
        check_override_two_people=rules.SecondPersonNeeded,
        check_override_not_own_case=rules.OwnCase,
        check_override_of_no_hard_stop=rules.HardStop,
    ):
        await store.record_grant(tx, override_id, granted_by=by.account, at=at)


async def refuse_override(
    tx: Connection, override_id: CheckOverrideId, *, by: Actor, at: datetime
) -> None:
    """Refuses what somebody asked for, or takes one's own back. NotAllowed, OverrideDecided."""
    rules.refuse_unless(rules.GRANTERS, by)
    rules.refuse_decided(await store.lock_override(tx, override_id), at=at)
    await store.record_refusal(tx, override_id, refused_by=by.account, at=at)


async def list_overrides(tx: Connection, *, at: datetime) -> list[Override]:
    """Two hundred overrides, those that wait for a second person first."""
    return await store.list_overrides(tx, at=at, at_most=LISTED)


async def hold(tx: Connection, scope: HoldScope, *, reason: str, by: Actor, at: datetime) -> HoldId:
    """Stops a payment, an agreement or an employer until another person releases it.

    What is put up already can no longer be approved. Raises NotAllowed, InvalidFields,
    OneScopeNeeded and HeldAlready.
    """
    rules.refuse_unless(rules.HOLDERS, by)
    said = rules.check_reason(reason)
    hold_id = HoldId(new_id())
    with db.refusing(instalment_hold_once=rules.HeldAlready):
        await store.insert_hold(
            tx, hold_id, rules.check_scope(scope, by), reason=said, placed_by=by.account, at=at
        )
    return hold_id


async def hold_instalment(
    tx: Connection, instalment_id: InstalmentId, *, reason: str, by: Actor, at: datetime
) -> HoldId:
    """Stops the payment of an instalment's month and kind, in this and later versions."""
    key = await store.get_month(tx, instalment_id)
    scope = HoldScope(agreement_id=key.agreement_id, month=key.month, kind=key.kind)
    return await hold(tx, scope, reason=reason, by=by, at=at)


async def release_hold(
    tx: Connection, hold_id: HoldId, *, reason: str, by: Actor, at: datetime
) -> None:
    """Lets go what another person has stopped.

    Raises NotAllowed, InvalidFields, HoldReleased and SecondPersonNeeded.
    """
    rules.refuse_unless(rules.GRANTERS, by)
    said = rules.check_reason(reason)
    rules.refuse_release(await store.lock_hold(tx, hold_id), by)
    with db.refusing(instalment_hold_two_people=rules.SecondPersonNeeded):
        await store.record_release(tx, hold_id, reason=said, released_by=by.account, at=at)


async def list_holds(tx: Connection) -> list[Hold]:
    """Two hundred holds, those in force first."""
    return await store.list_holds(tx, at_most=LISTED)
