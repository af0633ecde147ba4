"""Recoveries follow the facts: raised, grown, shrunk and cancelled, once for each cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from service import db
from service.actor import Actor, Role
from service.clock import business_day
from service.db import Connection
from service.ids import AgreementId, RecoveryId, new_id, reference
from service.instalments.model import Key
from service.ledger import actions as ledger
from service.ledger.model import NewTransfer, Reason
from service.money import Cents
from service.recoveries import books, moving, rules, store
from service.recoveries.model import (
    Case,
    Cause,
    Change,
    HeldAgreement,
    Means,
    MonthFacts,
    MonthOwed,
    NewChange,
    NewRecovery,
    NewSettlement,
    RecoveryState,
    Rule,
    Step,
    Why,
)
from service.schemes.model import Payee

AGREEMENTS_AT_ONCE = 200
NO_ID = UUID(int=0)
RAISERS = frozenset({Role.SYSTEM, *rules.FINANCE})
OfAgreement = TypeVar("OfAgreement", MonthFacts, MonthOwed)


async def raise_due(
    tx: Connection, *, after: AgreementId | None, by: Actor, at: datetime
) -> AgreementId | None:
    """Looks at the next ended agreements that changed since they were looked at last.

    Answers the last of them, to go on after; None when there are no more. For the nightly job.
    """
    held = await store.lock_agreements_to_check(
        tx, after=after or NO_ID, at_most=AGREEMENTS_AT_ONCE
    )
    await _follow(tx, held, by=by, at=at)
    return held[-1].id if held else None


async def raise_for(tx: Connection, agreement_id: AgreementId, *, by: Actor, at: datetime) -> int:
    """Makes the recoveries of one ended agreement say what its facts say; how many changed.

    Asked again, it writes nothing: one agreement, payee, cause and source have one recovery for
    ever, and of two who ask at once the second waits for the agreement and finds nothing to do.
    Raises NotAllowed.
    """
    rules.refuse_unless(by, RAISERS)
    return await _follow(tx, await store.lock_agreement(tx, agreement_id), by=by, at=at)


async def _follow(tx: Connection, held: Sequence[HeldAgreement], *, by: Actor, at: datetime) -> int:
    if not held:
        return 0
    ids = [one.id for one in held]
    cases = await store.list_cases(tx, ids)
    months = _by_agreement(await store.list_month_facts(tx, ids))
    owed = _by_agreement(await store.list_months_owed(tx, ids))
    known = await store.list_rules(tx)
    changed = 0
    for case in cases:
        changed += await _follow_case(
            tx, case, months[case.agreement_id], owed[case.agreement_id], known, by=by, at=at
        )
    await store.mark_checked(tx, held)
    return changed


def _by_agreement(rows: Iterable[OfAgreement]) -> dict[AgreementId, list[OfAgreement]]:
    found: dict[AgreementId, list[OfAgreement]] = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append(row)
    return found


async def _follow_case(
    tx: Connection,
    case: Case,
    months: Sequence[MonthFacts],
    owed: Sequence[MonthOwed],
    known: Sequence[Rule],
    *,
    by: Actor,
    at: datetime,
) -> int:
    plans = rules.plan(case, months, owed, known)
    ids = [one.recovery_id or await _open(tx, case, one, by=by, at=at) for one in plans]
    # One recovery may claim of a month what another drops: all that is less comes first.
    for one, recovery_id in zip(plans, ids, strict=True):
        undone = _undone(recovery_id, one.undo_write_off, one.claim.cause)
        await write(tx, case, recovery_id, one.less, undone, by=by, at=at)
    for one, recovery_id in zip(plans, ids, strict=True):
        await write(tx, case, recovery_id, one.more, [], by=by, at=at)
    for one in plans:
        if one.recovery_id is not None:
            await _step(tx, one.recovery_id, grows=one.grows, by=by, at=at)
    return len(plans)


async def _step(
    tx: Connection, recovery_id: RecoveryId, *, grows: bool, by: Actor, at: datetime
) -> None:
    recovery = await store.lock_recovery(tx, recovery_id)
    if grows:
        await moving.take(tx, recovery, Step.GROWN, by=by, at=at)
    else:
        await moving.note(tx, recovery_id, Step.SHRUNK, recovery.state, by=by, at=at)
    await moving.end_if_done(tx, recovery_id, by=by, at=at)


def _undone(
    recovery_id: RecoveryId, given_up: Mapping[Key, Cents], cause: Cause
) -> list[NewSettlement]:
    """What was given up and is not owed any more."""
    return [
        NewSettlement(
            id=(row_id := new_id()),
            recovery_id=recovery_id,
            key=key,
            amount_cents=cents,
            means=Means.WRITTEN_OFF_UNDONE,
            source_id=row_id,
            restores=cause is Cause.OVERPAID,
        )
        for key, cents in given_up.items()
    ]


async def _open(
    tx: Connection, case: Case, plan: rules.Plan, *, by: Actor, at: datetime
) -> RecoveryId:
    recovery_id = RecoveryId(new_id())
    owed_by_employer = plan.claim.payee is Payee.EMPLOYER
    recovery = NewRecovery(
        id=recovery_id,
        reference=reference("R", recovery_id),
        claim=plan.claim,
        employer_id=case.employer_id if owed_by_employer else None,
        candidate_id=None if owed_by_employer else case.candidate_id,
    )
    with db.refusing(recovery_once_per_cause=rules.AlreadyRecorded):
        await store.insert_recovery(tx, recovery, raised_by=by.account_id, at=at)
    await moving.note(tx, recovery_id, Step.RAISED, RecoveryState.RAISED, by=by, at=at)
    return recovery_id


async def write(
    tx: Connection,
    case: Case,
    recovery_id: RecoveryId,
    changes: Iterable[Change],
    undone: Sequence[NewSettlement],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Writes changes of a recovery, in one statement, with what they move in the ledger."""
    line, on = case.budget_line_id, business_day(at)
    if undone:
        transfers = books.of_settlements(undone, budget_line_id=line, on=on)
        await ledger.post_bulk(tx, transfers)
        await store.insert_settlements(tx, undone, at=at)
    rows = [NewChange(id=new_id(), recovery_id=recovery_id, change=one) for one in changes]
    if rows:
        await store.insert_changes(tx, rows, recorded_by=by.account_id, at=at)
        await ledger.post_bulk(tx, books.of_changes(rows, budget_line_id=line, on=on))


async def follow_returns(
    tx: Connection, transfers: Sequence[NewTransfer], *, by: Actor, at: datetime
) -> None:
    """Claims no more of a month than its payee keeps, now that the bank returned its payment.

    Call it with the transfers of what the bank moved, before they are posted. What had come back
    already stays so: the payment is sent again in full. What was given up of it was never lost.
    """
    if not any(one.reason is Reason.RETURNED for one in transfers):
        return  # as with nearly every file, which may settle a hundred thousand
    returned: Counter[Key] = Counter()
    settled: Counter[Key] = Counter()
    for one in transfers:
        if one.agreement_id and one.month and one.kind:
            key = Key(one.agreement_id, one.month, one.kind)
            returned[key] += one.amount_cents if one.reason is Reason.RETURNED else 0
            settled[key] += one.amount_cents if one.reason is Reason.SETTLED else 0
    returned = +returned
    ids = sorted({key.agreement_id for key in returned})
    if not ids:
        return
    owed = await store.list_months_owed(tx, ids)
    got = {one.key: one.got_cents for one in await store.list_month_facts(tx, ids)}
    cases = {one.agreement_id: one for one in await store.list_cases(tx, ids)}
    kept = {key: got.get(key, 0) + settled[key] - cents for key, cents in returned.items()}
    for month, cents in rules.beyond_kept(owed, kept):
        facts = {"returned_cents": returned[month.key]}
        change = Change(key=month.key, amount_cents=Cents(-cents), why=Why.RETURNED, facts=facts)
        case = cases[month.agreement_id]
        given_up = {month.key: Cents(cents - month.open_cents)} if cents > month.open_cents else {}
        undone = _undone(month.recovery_id, given_up, month.cause)
        await write(tx, case, month.recovery_id, [change], undone, by=by, at=at)
        await moving.note(tx, month.recovery_id, Step.SHRUNK, month.state, by=by, at=at)
        await moving.end_if_done(tx, month.recovery_id, by=by, at=at)
