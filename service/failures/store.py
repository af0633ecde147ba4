"""The queries of failed payments."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service import db
from service.db import Connection
from service.failures.model import (
    Alarm,
    Consequence,
    Failed,
    FailedAttempt,
    HeldAttempt,
    HeldRecall,
    Hold,
    Payment,
    ReasonCode,
    Recall,
    RecallOutcome,
)
from service.ids import (
    AccountHoldId,
    AccountId,
    AgreementId,
    AlarmId,
    AttemptId,
    PayoutLineId,
    RecallId,
    ReissueRequestId,
    new_id,
)
from service.money import Cents
from service.period import Month

SQL = db.load("failures")


async def list_reasons(tx: Connection, codes: Collection[str]) -> list[ReasonCode]:
    """What some codes mean, in each list that has them."""
    return await db.fetch_all(tx, SQL["list_reasons"], ReasonCode, codes=list(codes))


async def insert_holds(tx: Connection, held: Sequence[Consequence], *, at: datetime) -> int:
    """Holds accounts; one hold for one failed order."""
    return await db.execute(
        tx,
        SQL["insert_holds"],
        at=at,
        ids=[new_id() for _ in held],
        bank_account_ids=[one.bank_account_id for one in held],
        attempt_ids=[one.attempt_id for one in held],
        reason_codes=[one.reason_code for one in held],
        actions=[one.action for one in held],
    )


async def insert_alarms(tx: Connection, raised: Sequence[Consequence], *, at: datetime) -> int:
    """Raises alarms; one of a kind for one failed order."""
    return await db.execute(
        tx,
        SQL["insert_alarms"],
        at=at,
        ids=[new_id() for _ in raised],
        attempt_ids=[one.attempt_id for one in raised],
        agreement_ids=[one.agreement_id for one in raised],
        actions=[one.action for one in raised],
        reason_codes=[one.reason_code for one in raised],
    )


async def mark_recalls_honoured(
    tx: Connection,
    attempt_ids: Collection[AttemptId],
    *,
    reason: str,
    closed_by: AccountId | None,
    at: datetime,
) -> int:
    """Closes the confirmed recalls of orders that the bank gave back."""
    return await db.execute(
        tx,
        SQL["mark_recalls_honoured"],
        attempt_ids=list(attempt_ids),
        reason=reason,
        closed_by=closed_by,
        at=at,
    )


async def get_payment(tx: Connection, attempt_id: AttemptId) -> Payment:
    """One order with all that a person asks of it; NotFound."""
    return await db.fetch_one(tx, SQL["get_payment"], Payment, attempt_id=attempt_id)


async def list_holds(tx: Connection, *, at_most: int) -> list[Hold]:
    """Accounts that no line is paid to now, the oldest first."""
    return await db.fetch_all(tx, SQL["list_holds"], Hold, at_most=at_most)


async def mark_hold_released(
    tx: Connection,
    hold_id: AccountHoldId,
    *,
    reason: str,
    released_by: AccountId | None,
    at: datetime,
) -> int:
    """Ends a hold; 0 when there is none that stands."""
    return await db.execute(
        tx,
        SQL["mark_hold_released"],
        hold_id=hold_id,
        reason=reason,
        released_by=released_by,
        at=at,
    )


async def list_alarms(tx: Connection, *, at_most: int) -> list[Alarm]:
    """What waits for a person, the oldest first."""
    return await db.fetch_all(tx, SQL["list_alarms"], Alarm, at_most=at_most)


async def stop_alarms(tx: Connection) -> int:
    """How many alarms stop everything that would go to the bank."""
    return await db.fetch_value(tx, SQL["stop_alarms"], int)


async def mark_alarm_closed(
    tx: Connection, alarm_id: AlarmId, *, reason: str, closed_by: AccountId | None, at: datetime
) -> int:
    """Closes an alarm; 0 when there is none that is open."""
    return await db.execute(
        tx, SQL["mark_alarm_closed"], alarm_id=alarm_id, reason=reason, closed_by=closed_by, at=at
    )


async def list_failed(tx: Connection, *, at_most: int) -> list[Failed]:
    """Payments that failed and are neither paid again nor closed, the oldest first."""
    return await db.fetch_all(tx, SQL["list_failed"], Failed, at_most=at_most)


async def list_failed_attempts_to_pay_again(
    tx: Connection, agreement_ids: Collection[AgreementId], *, month: Month, at: datetime
) -> list[FailedAttempt]:
    """What of agreements' months until one failed and is neither paid again nor closed."""
    return await db.fetch_all(
        tx,
        SQL["list_failed_attempts_to_pay_again"],
        FailedAttempt,
        agreement_ids=list(agreement_ids),
        month=month,
        at=at,
    )


async def lock_attempt(tx: Connection, attempt_id: AttemptId) -> HeldAttempt:
    """One order, held until the transaction ends; NotFound."""
    return await db.fetch_one(tx, SQL["lock_attempt"], HeldAttempt, attempt_id=attempt_id)


async def insert_request(
    tx: Connection,
    request_id: ReissueRequestId,
    attempt_id: AttemptId,
    *,
    reason: str,
    requested_by: AccountId | None,
    at: datetime,
) -> None:
    """Asks for a failed payment to be paid again."""
    await db.execute(
        tx,
        SQL["insert_request"],
        request_id=request_id,
        attempt_id=attempt_id,
        reason=reason,
        requested_by=requested_by,
        at=at,
    )


async def mark_request_withdrawn(
    tx: Connection,
    request_id: ReissueRequestId,
    *,
    reason: str,
    withdrawn_by: AccountId | None,
    at: datetime,
) -> int:
    """Takes a request back; 0 when it is none that is open, or is in a payout."""
    return await db.execute(
        tx,
        SQL["mark_request_withdrawn"],
        request_id=request_id,
        reason=reason,
        withdrawn_by=withdrawn_by,
        at=at,
    )


async def insert_closure(
    tx: Connection,
    payout_line_id: PayoutLineId,
    *,
    closure_id: object,
    amount_cents: Cents,
    reason: str,
    closed_by: AccountId | None,
    at: datetime,
) -> None:
    """Closes a failed payment that is not due any more."""
    await db.execute(
        tx,
        SQL["insert_closure"],
        closure_id=closure_id,
        payout_line_id=payout_line_id,
        amount_cents=amount_cents,
        reason=reason,
        closed_by=closed_by,
        at=at,
    )


async def insert_recall(
    tx: Connection,
    recall_id: RecallId,
    attempt_id: AttemptId,
    *,
    reason: str,
    asked_by: AccountId | None,
    at: datetime,
) -> None:
    """Asks for a payment to be called back."""
    await db.execute(
        tx,
        SQL["insert_recall"],
        recall_id=recall_id,
        attempt_id=attempt_id,
        reason=reason,
        asked_by=asked_by,
        at=at,
    )


async def lock_recall(tx: Connection, recall_id: RecallId) -> HeldRecall:
    """One recall, held until the transaction ends; NotFound."""
    return await db.fetch_one(tx, SQL["lock_recall"], HeldRecall, recall_id=recall_id)


async def mark_recall_confirmed(
    tx: Connection, recall_id: RecallId, *, confirmed_by: AccountId | None, at: datetime
) -> int:
    """A second person's word on a recall."""
    return await db.execute(
        tx, SQL["mark_recall_confirmed"], recall_id=recall_id, confirmed_by=confirmed_by, at=at
    )


async def mark_recall_closed(
    tx: Connection,
    recall_id: RecallId,
    *,
    outcome: RecallOutcome,
    reason: str,
    closed_by: AccountId | None,
    at: datetime,
) -> int:
    """Ends a recall."""
    return await db.execute(
        tx,
        SQL["mark_recall_closed"],
        recall_id=recall_id,
        outcome=outcome,
        reason=reason,
        closed_by=closed_by,
        at=at,
    )


async def list_recalls(tx: Connection, *, at_most: int) -> list[Recall]:
    """Recalls, open ones first."""
    return await db.fetch_all(tx, SQL["list_recalls"], Recall, at_most=at_most)
