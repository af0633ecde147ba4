"""What follows when payments fail, and what people do about it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from service import db
from service.actor import Actor
from service.bank.model import AttemptState
from service.bank.rules import Step
from service.clock import business_day
from service.db import Connection
from service.failures import rules, store
from service.failures.model import (
    HOLDING,
    Action,
    Alarm,
    Failed,
    FailedAttempt,
    Hold,
    Payment,
    Recall,
    RecallOutcome,
)
from service.ids import (
    AccountHoldId,
    AgreementId,
    AlarmId,
    AttemptId,
    RecallId,
    ReissueRequestId,
    new_id,
)
from service.ledger import actions as ledger
from service.period import Month

LIST_SHOWN = 200
RAISING = frozenset(Action) - HOLDING - {Action.CLOSE_RECALL}


async def follow(
    tx: Connection, steps: Mapping[AttemptState, Iterable[Step]], *, by: Actor, at: datetime
) -> None:
    """Does what the reason codes of orders that just failed ask for: holds accounts, raises alarms,
    closes recalls. Asked again it adds nothing."""
    codes = {rules.code_of(step) for made in steps.values() for step in made}
    found = rules.consequences(steps, await store.list_reasons(tx, codes))
    if not found:
        return
    held = rules.of_action(found, HOLDING)
    if held:
        await store.insert_holds(tx, held, at=at)
    raised = rules.of_action(found, RAISING)
    if raised:
        await store.insert_alarms(tx, raised, at=at)
    honoured = rules.of_action(found, {Action.CLOSE_RECALL})
    if honoured:
        await store.mark_recalls_honoured(
            tx,
            [one.attempt_id for one in honoured],
            reason=honoured[0].reason_code,
            closed_by=by.account,
            at=at,
        )


async def get_payment(tx: Connection, attempt_id: AttemptId) -> Payment:
    """One payment, failed or not; NotFound."""
    return await store.get_payment(tx, attempt_id)


async def list_failed(tx: Connection) -> list[Failed]:
    """Payments that failed and are neither paid again nor closed; the oldest two hundred."""
    return await store.list_failed(tx, at_most=LIST_SHOWN)


async def list_failed_attempts_to_pay_again(
    tx: Connection, agreement_ids: Collection[AgreementId], *, month: Month, at: datetime
) -> list[FailedAttempt]:
    """What of agreements failed and waits, for a payout of all months until one that is put up;
    hold the agreements."""
    return await store.list_failed_attempts_to_pay_again(tx, agreement_ids, month=month, at=at)


async def request_reissue(
    tx: Connection, attempt_id: AttemptId, *, reason: str, by: Actor, at: datetime
) -> ReissueRequestId:
    """Asks for a failed payment to be paid again; the next payout of its month or a later
    one takes it to its second person.

    Raises NotAllowed, NotFound, InvalidFields, NotFailed and AlreadyRequested.
    """
    rules.refuse_unless_officer(by)
    said = rules.check_reason(reason)
    rules.refuse_unless_failed(await store.lock_attempt(tx, attempt_id))
    request_id = ReissueRequestId(new_id())
    with db.refusing(
        reissue_request_of_failed=rules.NotFailed,
        reissue_request_one_open=rules.AlreadyRequested,
    ):
        await store.insert_request(
            tx, request_id, attempt_id, reason=said, requested_by=by.account, at=at
        )
    return request_id


async def withdraw_request(
    tx: Connection, request_id: ReissueRequestId, *, reason: str, by: Actor, at: datetime
) -> None:
    """Takes a request back that no payout has taken up. NotAllowed, InvalidFields, NothingOpen."""
    rules.refuse_unless_officer(by)
    said = rules.check_reason(reason)
    if not await store.mark_request_withdrawn(
        tx, request_id, reason=said, withdrawn_by=by.account, at=at
    ):
        raise rules.NothingOpen


async def close_failure(
    tx: Connection, attempt_id: AttemptId, *, reason: str, by: Actor, at: datetime
) -> None:
    """Closes a failed payment of which nothing is due any more: its money is free again.

    Raises NotAllowed, NotFound, InvalidFields, NotFailed and StillDue.
    """
    rules.refuse_unless_officer(by)
    said = rules.check_reason(reason)
    attempt = await store.lock_attempt(tx, attempt_id)
    rules.refuse_unless_failed(attempt)
    rules.refuse_while_due(attempt)
    closure_id = new_id()
    with db.refusing(
        payment_closure_of_failed=rules.NotFailed, payment_closure_once_per_line=rules.NotFailed
    ):
        await store.insert_closure(
            tx,
            attempt.payout_line_id,
            closure_id=closure_id,
            amount_cents=attempt.amount_cents,
            reason=said,
            closed_by=by.account,
            at=at,
        )
    await ledger.post_bulk(tx, [rules.closed_transfer(attempt, closure_id, on=business_day(at))])


async def list_holds(tx: Connection) -> list[Hold]:
    """Accounts that no line is paid to now; the oldest two hundred."""
    return await store.list_holds(tx, at_most=LIST_SHOWN)


async def release_hold(
    tx: Connection, hold_id: AccountHoldId, *, reason: str, by: Actor, at: datetime
) -> None:
    """Lets lines be paid to an account again. NotAllowed, InvalidFields, NothingOpen."""
    rules.refuse_unless_finance(by)
    said = rules.check_reason(reason)
    if not await store.mark_hold_released(tx, hold_id, reason=said, released_by=by.account, at=at):
        raise rules.NothingOpen


async def list_alarms(tx: Connection) -> list[Alarm]:
    """What banks' reason codes ask of people; the oldest two hundred that the person may see."""
    return await store.list_alarms(tx, at_most=LIST_SHOWN)


async def refuse_if_stopped(tx: Connection) -> None:
    """BankStopped while the bank has said that our account lacks money, and nobody has looked."""
    rules.refuse_stopped(await store.stop_alarms(tx))


async def close_alarm(
    tx: Connection, alarm_id: AlarmId, *, reason: str, by: Actor, at: datetime
) -> None:
    """Says what was done about an alarm. NotAllowed, InvalidFields, NothingOpen."""
    rules.refuse_unless_finance(by)
    said = rules.check_reason(reason)
    if not await store.mark_alarm_closed(tx, alarm_id, reason=said, closed_by=by.account, at=at):
        raise rules.NothingOpen


async def ask_recall(
    tx: Connection, attempt_id: AttemptId, *, reason: str, by: Actor, at: datetime
) -> RecallId:
    """Asks for a sent payment to be called back; a second person confirms, finance tells the bank.

    Raises NotAllowed, NotFound, InvalidFields, NotSent and RecallOpen.
    """
    rules.refuse_unless_finance(by)
    said = rules.check_reason(reason)
    rules.refuse_failed(await store.lock_attempt(tx, attempt_id))
    recall_id = RecallId(new_id())
    with db.refusing(payment_recall_one_open=rules.RecallOpen):
        await store.insert_recall(
            tx, recall_id, attempt_id, reason=said, asked_by=by.account, at=at
        )
    return recall_id


async def confirm_recall(tx: Connection, recall_id: RecallId, *, by: Actor, at: datetime) -> None:
    """A second person's word. NotAllowed, NotFound, NothingOpen, SecondPersonRecalls."""
    rules.refuse_unless_finance(by)
    rules.refuse_own_recall(await store.lock_recall(tx, recall_id), by)
    with db.refusing(payment_recall_two_people=rules.SecondPersonRecalls):
        await store.mark_recall_confirmed(tx, recall_id, confirmed_by=by.account, at=at)


async def close_recall(
    tx: Connection,
    recall_id: RecallId,
    *,
    outcome: RecallOutcome,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Ends a recall that the bank refused or we take back; what it honours it closes by itself.

    Raises NotAllowed, NotFound, InvalidFields and NothingOpen.
    """
    rules.refuse_unless_finance(by)
    said = rules.check_reason(reason)
    recall = await store.lock_recall(tx, recall_id)
    rules.refuse_outcome(recall, outcome)
    await store.mark_recall_closed(
        tx, recall_id, outcome=outcome, reason=said, closed_by=by.account, at=at
    )


async def list_recalls(tx: Connection) -> list[Recall]:
    """Recalls, open ones first; two hundred at most."""
    return await store.list_recalls(tx, at_most=LIST_SHOWN)
