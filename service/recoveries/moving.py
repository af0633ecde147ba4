"""How a recovery moves: the state and the step together, and its end once nothing is open."""

from datetime import datetime

from service.actor import Actor
from service.db import Connection
from service.ids import RecoveryId, new_id
from service.recoveries import rules, store
from service.recoveries.model import LockedRecovery, MonthOwed, NewStep, RecoveryState, Step


async def note(
    tx: Connection,
    recovery_id: RecoveryId,
    step: Step,
    state: RecoveryState,
    *,
    by: Actor,
    at: datetime,
    said: str | None = None,
) -> None:
    """Writes a step down with the state that it leaves."""
    row = NewStep(id=new_id(), recovery_id=recovery_id, step=step, state=state, said=said)
    await store.insert_steps(tx, [row], happened_by=by.account_id, at=at)


async def take(
    tx: Connection,
    recovery: LockedRecovery,
    step: Step,
    *,
    by: Actor,
    at: datetime,
    said: str | None = None,
) -> RecoveryState:
    """Takes a step by the table of moves; the state that follows. WrongStateForThis."""
    following = rules.move(recovery.state, step)
    if following is not recovery.state:
        await _record(tx, recovery, following, by=by, at=at)
    await note(tx, recovery.id, step, following, by=by, at=at, said=said)
    return following


async def _record(
    tx: Connection, recovery: LockedRecovery, state: RecoveryState, *, by: Actor, at: datetime
) -> None:
    if state is RecoveryState.NOTIFIED:
        moved = await store.record_notice(tx, recovery.id, notified_by=by.account, at=at)
    elif state is RecoveryState.NETTING:
        moved = await store.record_netting(tx, recovery.id, at=at)
    else:
        moved = await store.record_state(tx, recovery.id, before=recovery.state, state=state)
    assert moved == 1, f"recovery {recovery.id} did not become {state}"


async def months_of(tx: Connection, recovery: LockedRecovery) -> list[MonthOwed]:
    """The months of a recovery as they stand."""
    months = await store.list_months_owed(tx, [recovery.agreement_id])
    return [one for one in months if one.recovery_id == recovery.id]


async def end_if_done(
    tx: Connection, recovery_id: RecoveryId, *, by: Actor, at: datetime
) -> RecoveryState:
    """Ends a recovery of which nothing is open any more; its state."""
    recovery = await store.lock_recovery(tx, recovery_id)
    months = await months_of(tx, recovery)
    step = rules.ends_in(
        open_cents=sum(one.open_cents for one in months),
        settled_cents=sum(one.settled_cents for one in months),
        written_off_cents=sum(one.written_off_cents for one in months),
    )
    if step is None or rules.move(recovery.state, step) is recovery.state:
        return recovery.state
    return await take(tx, recovery, step, by=by, at=at)
