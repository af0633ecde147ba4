"""What people do with payouts: put a month up, decide on it, send it to the bank."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service import db
from service.actor import Actor
from service.approvals import actions as approvals
from service.approvals import rules as approval_rules
from service.approvals.model import ActKind, Needed, NewAct, RejectionCode, Standing, Stop
from service.budget import actions as budget
from service.budget.rules import BudgetPassed
from service.checks import actions as checks
from service.clock import business_day
from service.db import Connection
from service.expected import actions as expected
from service.failures import actions as failures
from service.flags import actions as flags
from service.ids import CheckRunId, PayoutId, PayoutLineId, new_id, reference
from service.ledger import actions as ledger
from service.lists import Found, Wanted
from service.money import Cents
from service.payouts import rules, store
from service.payouts.model import (
    ContestedLine,
    LeftOut,
    ListedLine,
    NewLine,
    Payout,
    PayoutEvent,
    PayoutLine,
    PayoutSheet,
    PayoutState,
    PayoutSummary,
)
from service.payouts.reissues import requested
from service.period import Month
from service.quality.rules import ReviewsWanted
from service.recoveries import netting as recoveries
from service.recoveries.rules import RecoveryChanged
from service.undertakings import actions as undertakings
from service.undertakings.rules import CeilingPassed
from service.work.model import OnStep, WorkStep, unwatched

STALE_SHOWN = 50
LEFT_OUT_SHOWN = 200
NEWEST = Wanted("newest", descending=True, at_most=100, counts=False)


async def put_up(
    tx: Connection,
    month: Month,
    *,
    by: Actor,
    at: datetime,
    reopens: PayoutId | None = None,
    on_step: OnStep = unwatched,
) -> Payout:
    """Puts up all that is due up to a month, not yet in a payout, and passes every check.

    What fails a check is left out, and what each check found is kept. What was put in before and is
    not due any more is kept back from the same agreement's lines, and a share of what is then left
    for what their payees owe otherwise. What failed and is to be paid again is a line of its own.
    The agreements stay held until the commit. `reopens` is a closed payout, put up anew by this.

    Raises NotAllowed, Frozen, TooEarlyToPay, NothingToPay, PayoutAlreadyOpen, AlreadyInPayout,
    BudgetPassed when a budget line has too little left, and ComputedTwiceDiffers or
    NotComputedTwice where no second computation comes to the same. What would pass the ceiling of
    state aid waits, or is reduced to what is left, as the rule in force says.
    """
    rules.refuse_unless_preparer(by)
    await approvals.refuse_frozen(tx, Stop.PUT_UP, at=at)
    rules.refuse_unfinished(month, business_day(at))
    on_step(WorkStep.GATHERING, 0, None)
    held = await store.lock_agreements_to_pay(tx, month)
    # A query of its own: it sees what another payout has put in that the lock waited for.
    deltas = await store.list_deltas(tx, [one.id for one in held], month=month, at=at)
    failed = await failures.list_failed_attempts_to_pay_again(
        tx, [one.id for one in held], month=month, at=at
    )
    due = [delta.instalment_id for delta in deltas if delta.delta_cents > 0]
    run = await checks.run_checks(
        tx, [*due, *requested(failed)], month=month, by=by, at=at, on_step=on_step
    )
    passed = rules.without(deltas, run.blocked)
    # What is paid again was asked of its undertaking's ceiling when it was first approved.
    admitted = await undertakings.admit(tx, rules.asked_of(passed), on=business_day(at))
    lines = rules.lines_of(
        rules.within_ceiling(passed, admitted), failed=failed, blocked=run.blocked
    )
    rules.refuse_empty(lines)
    await budget.refuse_beyond_appropriation(tx, rules.puts_of(lines))
    kept = await recoveries.keep_back(
        tx, rules.keeping(lines), busy=rules.paid_agreements(deltas, failed, lines), at=at
    )
    lines = rules.less_kept(lines, kept)
    payout_id = PayoutId(new_id())
    await _write_draft(
        tx, payout_id, lines, month=month, check_run_id=run.id, by=by, at=at, reopens=reopens
    )
    put = [line.instalment_id for line in lines]
    on_step(WorkStep.FLAGGING, 0, None)
    await flags.flag_payout(tx, payout_id, put, at=at)
    await store.insert_nettings(tx, lines)
    await recoveries.insert_kept(tx, kept)
    await undertakings.record_reductions(tx, rules.reductions_of(lines, admitted), at=at)
    on_step(WorkStep.COMPUTING_TWICE, 0, None)
    # A line without a second computation has passed its check: a second person let it.
    await expected.refuse_difference(tx, payout_id, month=month, at=at, overridden=put)
    with db.refusing(
        payout_within_appropriation=BudgetPassed, payout_within_state_aid=CeilingPassed
    ):
        await store.record_submission(
            tx,
            payout_id,
            line_count=len(lines),
            total_cents=Cents(sum(line.amount_cents for line in lines)),
        )
    return await store.get_payout(tx, payout_id)


async def _write_draft(
    tx: Connection,
    payout_id: PayoutId,
    lines: Sequence[NewLine],
    *,
    month: Month,
    check_run_id: CheckRunId,
    by: Actor,
    at: datetime,
    reopens: PayoutId | None,
) -> None:
    with db.refusing(
        payout_one_open_per_month=rules.PayoutAlreadyOpen,
        payout_line_once_per_instalment=rules.AlreadyInPayout,
    ):
        await store.insert_payout(
            tx,
            payout_id,
            reference=reference("P", payout_id),
            month=month,
            submitted_by=by.account,
            check_run_id=check_run_id,
            at=at,
            reopens=reopens,
        )
        await store.insert_payout_lines(tx, payout_id, lines)


async def refuse_open(tx: Connection, month: Month) -> None:
    """PayoutAlreadyOpen while a payout of the month waits for a decision, before all the work."""
    found = await store.list_payouts(tx, NEWEST, state=PayoutState.SUBMITTED)
    for payout in found.rows:
        rules.refuse_open(payout, month)


async def approve(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, by: Actor, at: datetime
) -> Payout:
    """One finance officer's approval; `digest` is that of the content the person was shown.

    Raises NotAllowed, Frozen, AlreadyDecided, ActedBefore, OutOfTurn, SecondPersonNeeded,
    ContentChanged when the content is no longer what was seen and put up, RecoveryChanged when
    what it nets is not owed any more, ChecksNotMet when a check does not hold any more, and
    ReviewsWanted where the rule of the day has it wait for quality reviews. With the last act that
    it takes the payout is approved and the ledger follows. Payout, instalments and accounts stay
    held until the commit.
    """
    return await _sign(tx, payout_id, ActKind.APPROVAL, digest=digest, by=by, at=at)


async def authorise(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, by: Actor, at: datetime
) -> Payout:
    """One finance authoriser's authorisation, after all approvals; otherwise like `approve`."""
    return await _sign(tx, payout_id, ActKind.AUTHORISATION, digest=digest, by=by, at=at)


async def _sign(
    tx: Connection, payout_id: PayoutId, kind: ActKind, *, digest: bytes, by: Actor, at: datetime
) -> Payout:
    approval_rules.refuse_unless_may(kind, by)
    payout = await store.lock_payout(tx, payout_id)
    rules.move(payout, PayoutEvent.APPROVED)
    rules.refuse_unseen(payout, digest)
    await approvals.hold_instalments(tx, payout_id)
    lines = await store.lock_lines(tx, payout_id)
    rules.refuse_changed(
        payout,
        now=await store.digest_now(tx, payout_id, at=at),
        stale=await store.list_stale_lines(tx, payout_id, at=at, at_most=1),
    )
    act = NewAct(payout_id=payout_id, kind=kind, digest=digest)
    with db.refusing(
        payout_act_on_what_stands=rules.ContentChanged,
        payout_pays_nothing_contested=rules.ContentChanged,
        payout_rests_on_checks=rules.ChecksNotMet,
        payout_pays_no_held_account=rules.AccountHeld,
        payout_nets_what_is_owed=RecoveryChanged,
        payout_waits_for_reviews=ReviewsWanted,
    ):
        standing = await approvals.record_act(tx, act, needed=payout.needed, by=by, at=at)
        if standing.is_complete:
            await store.record_approval(tx, payout_id, at=at)
    if standing.is_complete:
        nettings = await store.list_nettings(tx, payout_id)
        await ledger.post_bulk(tx, rules.transfers_of(lines, nettings, on=business_day(at)))
        await recoveries.settle_nettings(tx, payout_id, by=by, at=at)
    return await store.get_payout(tx, payout_id)


async def reject(
    tx: Connection,
    payout_id: PayoutId,
    *,
    digest: bytes,
    code: RejectionCode,
    reason: str,
    by: Actor,
    at: datetime,
) -> Payout:
    """Turns a payout down; its instalments are free for the next.

    Raises NotAllowed, Frozen, AlreadyDecided, ContentChanged for another digest than that of what
    was put up, ActedBefore, SecondPersonNeeded, and InvalidFields without a reason.
    """
    act = NewAct(
        payout_id=payout_id, kind=ActKind.REJECTION, digest=digest, code=code, reason=reason
    )
    return await _close(tx, act, PayoutEvent.REJECTED, by=by, at=at)


async def withdraw(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, reason: str, by: Actor, at: datetime
) -> Payout:
    """Takes one's own payout back before it is approved; its instalments are free for the next.

    Raises NotAllowed, Frozen, AlreadyDecided, ContentChanged, NotWithdrawable for somebody else,
    and InvalidFields without a reason.
    """
    act = NewAct(payout_id=payout_id, kind=ActKind.WITHDRAWAL, digest=digest, reason=reason)
    return await _close(tx, act, PayoutEvent.WITHDRAWN, by=by, at=at)


async def _close(
    tx: Connection, act: NewAct, event: PayoutEvent, *, by: Actor, at: datetime
) -> Payout:
    """What is stale is closed all the same: only what was put up must be what was seen."""
    approval_rules.refuse_unless_may(act.kind, by)
    payout = await store.lock_payout(tx, act.payout_id)
    state = rules.move(payout, event)
    rules.refuse_unseen(payout, act.digest)
    await approvals.record_act(tx, act, needed=payout.needed, by=by, at=at)
    await _release(tx, act.payout_id, state, at=at)
    return await store.get_payout(tx, act.payout_id)


async def _release(
    tx: Connection, payout_id: PayoutId, state: PayoutState, *, at: datetime
) -> None:
    await store.record_closing(tx, payout_id, state=state)
    await store.mark_lines_released(tx, payout_id, at=at)
    await store.mark_nettings_released(tx, payout_id, at=at)


async def request_void(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, reason: str, by: Actor, at: datetime
) -> Payout:
    """Asks to void an approved payout; until somebody else answers it does not go to the bank.

    Raises NotAllowed, Frozen, NotApproved, ContentChanged, ActedBefore, OutOfTurn,
    SecondPersonNeeded, and InvalidFields without a reason.
    """
    act = NewAct(payout_id=payout_id, kind=ActKind.VOID_REQUEST, digest=digest, reason=reason)
    return await _answer(tx, act, by=by, at=at)


async def refuse_void(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, reason: str, by: Actor, at: datetime
) -> Payout:
    """Refuses to void a payout, which may go to the bank again; raises as `request_void` does."""
    act = NewAct(payout_id=payout_id, kind=ActKind.VOID_REFUSAL, digest=digest, reason=reason)
    return await _answer(tx, act, by=by, at=at)


async def _answer(tx: Connection, act: NewAct, *, by: Actor, at: datetime) -> Payout:
    approval_rules.refuse_unless_may(act.kind, by)
    payout = await store.lock_payout(tx, act.payout_id)
    rules.move(payout, PayoutEvent.VOIDED)
    rules.refuse_unseen(payout, act.digest)
    await approvals.record_act(tx, act, needed=payout.needed, by=by, at=at)
    return await store.get_payout(tx, act.payout_id)


async def void(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, by: Actor, at: datetime
) -> Payout:
    """Voids an approved payout that somebody else asked to void: as if it had not been approved.

    What the approval moved in the ledger goes back, and the ledger then says for each month what is
    due now. Its agreements stay held until the commit. Raises as `request_void` does.
    """
    act = NewAct(payout_id=payout_id, kind=ActKind.VOID, digest=digest)
    approval_rules.refuse_unless_may(act.kind, by)
    payout = await store.lock_payout(tx, payout_id)
    state = rules.move(payout, PayoutEvent.VOIDED)
    rules.refuse_unseen(payout, digest)
    await approvals.hold_agreements(tx, payout_id)
    await approvals.record_act(tx, act, needed=payout.needed, by=by, at=at)
    lines = await store.lock_lines(tx, payout_id)
    nettings = await store.list_nettings(tx, payout_id)
    await _release(tx, payout_id, state, at=at)
    await ledger.post_bulk(tx, rules.transfers_back(lines, nettings, on=business_day(at)))
    await recoveries.undo_nettings(tx, payout_id, by=by, at=at)
    # All that is drawn on a commitment now was given back to it just before.
    dues = await approvals.list_dues(tx, payout_id)
    await ledger.post_plan(tx, await ledger.plan_due(tx, dues))
    return await store.get_payout(tx, payout_id)


async def reopen(
    tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime, on_step: OnStep = unwatched
) -> Payout:
    """Puts the month of a rejected, withdrawn or voided payout up anew, as a payout of its own.

    Raises NotClosed, and what `put_up` raises.
    """
    rules.refuse_unless_preparer(by)
    closed = await store.lock_payout(tx, payout_id)
    rules.refuse_unless_closed(closed)
    act = NewAct(payout_id=payout_id, kind=ActKind.REOPENING, digest=closed.digest)
    with db.refusing(payout_act_reopened_once=rules.NotClosed):
        await approvals.record_act(tx, act, needed=closed.needed, by=by, at=at)
    return await put_up(tx, closed.month, by=by, at=at, reopens=payout_id, on_step=on_step)


async def begin_export(tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime) -> Payout:
    """Notes that an approved payout goes to the bank, by another person than put it up.

    Raises NotAllowed, Frozen, NotApproved when it is not approved or went before, VoidRequested,
    ExporterIsPreparer, and NothingForTheBank when all that is due is kept back.
    """
    rules.refuse_unless_finance(by)
    locked = await store.lock_payout(tx, payout_id)
    rules.move(locked, PayoutEvent.EXPORTED)
    rules.refuse_own_export(locked, by)
    await approvals.refuse_frozen(tx, Stop.EXPORT, at=at)
    rules.refuse_without_payments(await store.get_payout(tx, payout_id))
    with db.refusing(
        payout_not_sent_while_void_is_asked=rules.VoidRequested,
        payout_not_sent_while_frozen=approval_rules.Frozen,
        payout_exporter_not_preparer=rules.ExporterIsPreparer,
    ):
        await store.record_export(tx, payout_id, exported_by=by.account, at=at)
    return await store.get_payout(tx, payout_id)


async def release_lines(
    tx: Connection,
    payout_id: PayoutId,
    line_ids: Collection[PayoutLineId],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Sets approved lines free that could not be written for the bank, to be put up again.

    What their approval moved in the ledger goes back, and the ledger then says for each month what
    is due now. The database refuses it for a line that was sent.
    """
    rules.refuse_unless_finance(by)
    await store.lock_payout(tx, payout_id)
    await approvals.hold_agreements(tx, payout_id)
    lines = [one for one in await store.lock_lines(tx, payout_id) if one.id in line_ids]
    nettings = [
        one for one in await store.list_nettings(tx, payout_id) if one.payout_line_id in line_ids
    ]
    await store.mark_some_lines_released(tx, line_ids, at=at)
    await store.mark_some_nettings_released(tx, line_ids, at=at)
    await ledger.post_bulk(tx, rules.transfers_back(lines, nettings, on=business_day(at)))
    await ledger.post_plan(tx, await ledger.plan_due(tx, await approvals.list_dues(tx, payout_id)))


async def list_payouts(
    tx: Connection, wanted: Wanted = NEWEST, *, state: PayoutState | None = None
) -> Found[PayoutSummary]:
    """A page of the payouts, of a state or of all; the newest hundred unless asked otherwise."""
    return await store.list_payouts(tx, wanted, state=state)


async def get_payout(tx: Connection, payout_id: PayoutId) -> Payout:
    """One payout; NotFound."""
    return await store.get_payout(tx, payout_id)


async def list_lines_of_payout(
    tx: Connection,
    wanted: Wanted,
    payout_id: PayoutId,
    *,
    payee: str | None = None,
    is_kept_back: bool | None = None,
) -> Found[ListedLine]:
    """A page of a payout's lines, sorted and filtered; empty where there is no such payout."""
    return await store.list_lines_of_payout(
        tx, wanted, payout_id=payout_id, payee=payee, is_kept_back=is_kept_back
    )


async def list_contested_lines(tx: Connection, payout_id: PayoutId) -> list[ContestedLine]:
    """Lines that their candidates contest since they were put up: none of them goes to the bank."""
    return await store.list_contested_lines(tx, payout_id)


async def list_left_out(tx: Connection, month: Month, *, at: datetime) -> list[LeftOut]:
    """What is due up to a month and cannot be paid for want of an account; two hundred at most."""
    return await store.list_left_out(tx, month, at=at, at_most=LEFT_OUT_SHOWN)


async def read_sheet(tx: Connection, payout_id: PayoutId, *, at: datetime) -> PayoutSheet:
    """What an approver reads before signing; while undecided also which lines no longer stand."""
    payout = await store.get_payout(tx, payout_id)
    previous = await store.find_previous_payout(tx, payout_id)
    undecided = payout.state is PayoutState.SUBMITTED
    return PayoutSheet(
        payout=payout,
        schemes=await store.list_scheme_totals(tx, payout_id),
        previous=previous,
        changes=await store.get_payee_changes(
            tx, payout_id, previous_id=previous.id if previous else None
        ),
        stale=await store.list_stale_lines(tx, payout_id, at=at, at_most=STALE_SHOWN)
        if undecided
        else [],
        contested=await store.list_contested_lines(tx, payout_id)
        if payout.state is PayoutState.APPROVED
        else [],
        standing=Standing(
            Needed(payout.required_approvals, payout.required_authorisations),
            await approvals.list_acts(tx, payout_id),
        ),
        differences=await approvals.list_differences(tx, payout_id, earlier_id=payout.reopens),
        expected=await expected.find_of_payout(tx, payout_id),
    )


async def list_lines(
    tx: Connection, payout_id: PayoutId, *, page: int, page_size: int
) -> list[PayoutLine]:
    """One page of a payout's lines, by payee; the first page is 1."""
    return await store.list_payout_lines(
        tx, payout_id, at_most=page_size, passed_over=(page - 1) * page_size
    )
