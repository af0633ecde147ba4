"""Failed payments for machines: what failed, and what people do about it."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.failures import actions
from service.failures.model import Alarm, Failed, Hold, Payment, Recall, RecallOutcome
from service.ids import AccountHoldId, AlarmId, AttemptId, RecallId, ReissueRequestId
from service.statements import actions as statements
from service.statements.model import HistoryRow
from service.web import Db, Me, Now

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
ALARMED = allow(
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    Role.CASE_OFFICER,
    scope=Scope.READ,
)

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class ReasonForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: Text


class OutcomeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a recall ended, other than honoured, and why."""

    outcome: RecallOutcome
    reason: Text


class Requested(msgspec.Struct, frozen=True):
    """The request that was written."""

    request_id: ReissueRequestId


class Asked(msgspec.Struct, frozen=True):
    """The recall that was written."""

    recall_id: RecallId


@get("/", guards=[READER])
async def list_failed(db: Db) -> list[Failed]:
    """Payments that failed and are neither paid again nor closed, the oldest first; 200 at most."""
    async with db.transaction() as tx:
        return await actions.list_failed(tx)


@get("/attempts/{attempt_id:uuid}", guards=[READER])
async def get_payment(attempt_id: FromPath[AttemptId], db: Db) -> Payment:
    """One payment, failed or not: whom it pays and what for, how it went and what may follow."""
    async with db.transaction() as tx:
        return await actions.get_payment(tx, attempt_id)


@get("/attempts/{attempt_id:uuid}/history", guards=[READER])
async def list_history(attempt_id: FromPath[AttemptId], db: Db) -> list[HistoryRow]:
    """What was said of one payment, by which file, and what it did."""
    async with db.transaction() as tx:
        return await statements.list_history(tx, attempt_id)


@post("/attempts/{attempt_id:uuid}/reissue", status_code=201, guards=[FINANCE])
async def request_reissue(
    attempt_id: FromPath[AttemptId], data: JSONBody[ReasonForm], db: Db, me: Me, clock: Now
) -> Requested:
    """Asks for a failed payment to be paid again, by the next payout of its month or beyond."""
    async with db.transaction() as tx:
        done = await actions.request_reissue(
            tx, attempt_id, reason=data.reason, by=me, at=clock.now()
        )
    return Requested(done)


@post("/requests/{request_id:uuid}/withdraw", status_code=204, guards=[FINANCE])
async def withdraw_request(
    request_id: FromPath[ReissueRequestId],
    data: JSONBody[ReasonForm],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """Takes back a request that no payout has taken up."""
    async with db.transaction() as tx:
        await actions.withdraw_request(tx, request_id, reason=data.reason, by=me, at=clock.now())


@post("/attempts/{attempt_id:uuid}/close", status_code=204, guards=[FINANCE])
async def close_failure(
    attempt_id: FromPath[AttemptId], data: JSONBody[ReasonForm], db: Db, me: Me, clock: Now
) -> None:
    """Closes a failed payment of which nothing is due any more."""
    async with db.transaction() as tx:
        await actions.close_failure(tx, attempt_id, reason=data.reason, by=me, at=clock.now())


@get("/holds", guards=[READER])
async def list_holds(db: Db) -> list[Hold]:
    """Accounts that no line is paid to, because a bank refused a payment to them; 200 at most."""
    async with db.transaction() as tx:
        return await actions.list_holds(tx)


@post("/holds/{hold_id:uuid}/release", status_code=204, guards=[FINANCE])
async def release_hold(
    hold_id: FromPath[AccountHoldId], data: JSONBody[ReasonForm], db: Db, me: Me, clock: Now
) -> None:
    """Lets lines be paid to the account again."""
    async with db.transaction() as tx:
        await actions.release_hold(tx, hold_id, reason=data.reason, by=me, at=clock.now())


@get("/alarms", guards=[ALARMED])
async def list_alarms(db: Db) -> list[Alarm]:
    """What banks' reason codes ask of people; an office sees what concerns its own agreements."""
    async with db.transaction() as tx:
        return await actions.list_alarms(tx)


@post("/alarms/{alarm_id:uuid}/close", status_code=204, guards=[FINANCE])
async def close_alarm(
    alarm_id: FromPath[AlarmId], data: JSONBody[ReasonForm], db: Db, me: Me, clock: Now
) -> None:
    """Says what was done about an alarm."""
    async with db.transaction() as tx:
        await actions.close_alarm(tx, alarm_id, reason=data.reason, by=me, at=clock.now())


@get("/recalls", guards=[READER])
async def list_recalls(db: Db) -> list[Recall]:
    """Payments that we want back, open ones first; 200 at most."""
    async with db.transaction() as tx:
        return await actions.list_recalls(tx)


@post("/attempts/{attempt_id:uuid}/recall", status_code=201, guards=[FINANCE])
async def ask_recall(
    attempt_id: FromPath[AttemptId], data: JSONBody[ReasonForm], db: Db, me: Me, clock: Now
) -> Asked:
    """Asks for a sent payment to be called back; a second person confirms."""
    async with db.transaction() as tx:
        done = await actions.ask_recall(tx, attempt_id, reason=data.reason, by=me, at=clock.now())
    return Asked(done)


@post("/recalls/{recall_id:uuid}/confirm", status_code=204, guards=[FINANCE])
async def confirm_recall(recall_id: FromPath[RecallId], db: Db, me: Me, clock: Now) -> None:
    """A second person's word on a recall."""
    async with db.transaction() as tx:
        await actions.confirm_recall(tx, recall_id, by=me, at=clock.now())


@post("/recalls/{recall_id:uuid}/close", status_code=204, guards=[FINANCE])
async def close_recall(
    recall_id: FromPath[RecallId], data: JSONBody[OutcomeForm], db: Db, me: Me, clock: Now
) -> None:
    """Ends a recall that the bank refused or we take back."""
    async with db.transaction() as tx:
        await actions.close_recall(
            tx, recall_id, outcome=data.outcome, reason=data.reason, by=me, at=clock.now()
        )


router = Router(
    "/bank/failures",
    route_handlers=[
        list_failed,
        get_payment,
        list_history,
        request_reissue,
        withdraw_request,
        close_failure,
        list_holds,
        release_hold,
        list_alarms,
        close_alarm,
        list_recalls,
        ask_recall,
        confirm_recall,
        close_recall,
    ],
    tags=["bank"],
)
