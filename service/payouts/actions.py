"""What people do with payouts: put a month up, approve or reject it, send it to the bank."""

from datetime import datetime

from service import db
from service.actor import Actor
from service.clock import business_day
from service.db import Connection
from service.ids import PayoutId, new_id, reference
from service.ledger import actions as ledger
from service.money import Cents
from service.payouts import rules, store
from service.payouts.model import (
    ExportLine,
    LeftOut,
    Payout,
    PayoutEvent,
    PayoutLine,
    PayoutSheet,
    PayoutState,
    PayoutSummary,
)
from service.period import Month
from service.recoveries import netting as recoveries
from service.recoveries.rules import RecoveryChanged

STALE_SHOWN = 50
LEFT_OUT_SHOWN = 200
PAYOUTS_SHOWN = 100


async def put_up(tx: Connection, month: Month, *, by: Actor, at: datetime) -> Payout:
    """Puts up all that is due up to a month, not yet in a payout, and has an account in force.

    What was put in before and is not due any more is kept back from the same agreement's lines, and
    a share of what is then left for what their payees owe otherwise. The agreements stay held until
    the commit.

    Raises NotAllowed, TooEarlyToPay, NothingToPay, PayoutAlreadyOpen and AlreadyInPayout.
    """
    rules.refuse_unless_preparer(by)
    rules.refuse_unfinished(month, business_day(at))
    held = await store.lock_agreements_to_pay(tx, month)
    # A query of its own: it sees what another payout has put in that the lock waited for.
    deltas = await store.list_deltas(tx, [one.id for one in held], month=month, at=at)
    lines = rules.lines_of(deltas)
    rules.refuse_empty(lines)
    kept = await recoveries.keep_back(
        tx, rules.keeping(lines), busy=rules.paid_agreements(deltas), at=at
    )
    lines = rules.less_kept(lines, kept)
    payout_id = PayoutId(new_id())
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
            at=at,
        )
        await store.insert_payout_lines(tx, payout_id, lines)
    await store.insert_nettings(tx, lines)
    await recoveries.insert_kept(tx, kept)
    await store.record_submission(
        tx,
        payout_id,
        line_count=len(lines),
        total_cents=Cents(sum(line.amount_cents for line in lines)),
    )
    return await store.get_payout(tx, payout_id)


async def approve(
    tx: Connection, payout_id: PayoutId, *, digest: bytes, by: Actor, at: datetime
) -> Payout:
    """Signs a payout as a second person; `digest` is that of the content the person was shown.

    Raises NotAllowed, AlreadyDecided, SecondPersonNeeded, ContentChanged when the content is no
    longer what was seen and put up, and RecoveryChanged when what it nets is not owed any more.
    Payout, instalments and accounts stay held until the commit.
    """
    rules.refuse_unless_decider(by)
    payout = await store.lock_payout(tx, payout_id)
    rules.move(payout, PayoutEvent.APPROVED)
    await store.lock_instalments(tx, payout_id)
    lines = await store.lock_lines(tx, payout_id)
    rules.refuse_own(payout, {line.account_proposed_by for line in lines}, by)
    rules.refuse_changed(
        payout,
        seen=digest,
        now=await store.digest_now(tx, payout_id, at=at),
        stale=await store.list_stale_lines(tx, payout_id, at=at, at_most=1),
    )
    with db.refusing(
        payout_two_people=rules.SecondPersonNeeded, payout_nets_what_is_owed=RecoveryChanged
    ):
        await store.record_approval(tx, payout_id, approved_by=by.account, at=at)
    nettings = await store.list_nettings(tx, payout_id)
    await ledger.post_bulk(tx, rules.transfers_of(lines, nettings, on=business_day(at)))
    await recoveries.settle_nettings(tx, payout_id, by=by, at=at)
    return await store.get_payout(tx, payout_id)


async def reject(
    tx: Connection, payout_id: PayoutId, *, reason: str, by: Actor, at: datetime
) -> Payout:
    """Turns a payout down, or takes one's own back; its instalments are free for the next.

    Raises NotAllowed, AlreadyDecided, and InvalidFields without a reason.
    """
    rules.refuse_unless_decider(by)
    said = rules.check_reason(reason)
    rules.move(await store.lock_payout(tx, payout_id), PayoutEvent.REJECTED)
    await store.record_rejection(tx, payout_id, rejected_by=by.account, reason=said, at=at)
    await store.mark_lines_released(tx, payout_id, at=at)
    await store.mark_nettings_released(tx, payout_id, at=at)
    return await store.get_payout(tx, payout_id)


async def begin_export(
    tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime
) -> list[ExportLine]:
    """Notes that an approved payout goes to the bank; its lines, for the file that is written now.

    Raises NotAllowed, NotApproved when it is not approved or went before, and NothingForTheBank
    when all that is due is kept back.
    """
    rules.refuse_unless_decider(by)
    rules.move(await store.lock_payout(tx, payout_id), PayoutEvent.EXPORTED)
    lines = await store.list_export_lines(tx, payout_id)
    rules.refuse_without_payments(lines)
    await store.record_export(tx, payout_id, exported_by=by.account, at=at)
    return lines


async def list_payouts(tx: Connection) -> list[PayoutSummary]:
    """The newest hundred payouts."""
    return await store.list_payouts(tx, at_most=PAYOUTS_SHOWN)


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
    )


async def list_lines(
    tx: Connection, payout_id: PayoutId, *, page: int, page_size: int
) -> list[PayoutLine]:
    """One page of a payout's lines, by payee; the first page is 1."""
    return await store.list_payout_lines(
        tx, payout_id, at_most=page_size, passed_over=(page - 1) * page_size
    )
