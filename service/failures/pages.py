"""Failed payments in a browser: what failed and why, what is held, and the forms to act."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Role, Scope
from service.auth import allow
from service.bank.words import WORDS
from service.failures import actions
from service.failures.model import Action, RecallOutcome
from service.i18n import N_
from service.ids import AccountHoldId, AlarmId, AttemptId, RecallId, ReissueRequestId
from service.statements import actions as statements
from service.web import Db, Me, Now, page, redirect

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
ALARMED = allow(
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    Role.CASE_OFFICER,
    scope=Scope.READ,
)
ACTING = {Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER}
HOME = "/bank/failures"

ACTIONS = {
    Action.CHANGE_ACCOUNT: N_("The payee gives another account; a second person confirms it"),
    Action.CONTACT_PAYEE: N_("Ask the payee; the account cannot take money"),
    Action.STOP_BATCH: N_("Our account lacks money: nothing goes out before somebody has looked"),
    Action.FREEZE: N_("It may be paid twice: a person decides before it is paid again"),
    Action.CORRECT: N_("Correct the data, then pay it again"),
    Action.STOP_PLACEMENT: N_("The payee has died: the office stops the placement"),
    Action.CLOSE_RECALL: N_("Our recall was honoured"),
    Action.OPERATOR: N_("Days or format: the operator looks at the file"),
    Action.PERSON: N_("A person looks at it"),
}
OUTCOMES = {
    RecallOutcome.HONOURED: N_("The bank gave it back"),
    RecallOutcome.REFUSED: N_("The bank refused"),
    RecallOutcome.WITHDRAWN: N_("Withdrawn"),
}


class ReasonPage(msgspec.Struct):
    """What the forms send: why."""

    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class OutcomePage(msgspec.Struct):
    """How a recall ended, and why."""

    outcome: RecallOutcome
    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


@get("/", guards=[READER])
async def show_failures(db: Db, me: Me) -> Template:
    """What failed and waits, accounts that are held, alarms, and recalls."""
    async with db.transaction() as tx:
        failed = await actions.list_failed(tx)
        holds = await actions.list_holds(tx)
        alarms = await actions.list_alarms(tx)
        recalls = await actions.list_recalls(tx)
    return page(
        "failures/list.html",
        failed=failed,
        holds=holds,
        alarms=alarms,
        recalls=recalls,
        may_act=me.role in ACTING,
        words=WORDS,
        actions=ACTIONS,
        outcomes=OUTCOMES,
    )


@get("/alarms", guards=[ALARMED])
async def show_alarms(db: Db, me: Me) -> Template:
    """What banks' answers ask of people; an office sees what concerns its own agreements."""
    async with db.transaction() as tx:
        alarms = await actions.list_alarms(tx)
    return page("failures/alarms.html", alarms=alarms, may_act=me.role in ACTING, actions=ACTIONS)


@get("/attempts/{attempt_id:uuid}", guards=[READER])
async def show_attempt(attempt_id: FromPath[AttemptId], db: Db, me: Me) -> Template:
    """One payment: what it is, what was said of it, and the forms for what may follow."""
    async with db.transaction() as tx:
        payment = await actions.get_payment(tx, attempt_id)
        history = await statements.list_history(tx, attempt_id)
    return page(
        "failures/attempt.html",
        payment=payment,
        history=history,
        may_act=me.role in ACTING,
        words=WORDS,
    )


@post("/attempts/{attempt_id:uuid}/reissue", guards=[FINANCE])
async def request_reissue(
    attempt_id: FromPath[AttemptId], data: URLEncodedBody[ReasonPage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Asks for a failed payment to be paid again."""
    async with db.transaction() as tx:
        await actions.request_reissue(tx, attempt_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/requests/{request_id:uuid}/withdraw", guards=[FINANCE])
async def withdraw_request(
    request_id: FromPath[ReissueRequestId],
    data: URLEncodedBody[ReasonPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """Takes such a request back."""
    async with db.transaction() as tx:
        await actions.withdraw_request(tx, request_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/attempts/{attempt_id:uuid}/close", guards=[FINANCE])
async def close_failure(
    attempt_id: FromPath[AttemptId], data: URLEncodedBody[ReasonPage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Closes a failed payment of which nothing is due any more."""
    async with db.transaction() as tx:
        await actions.close_failure(tx, attempt_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/holds/{hold_id:uuid}/release", guards=[FINANCE])
async def release_hold(
    hold_id: FromPath[AccountHoldId], data: URLEncodedBody[ReasonPage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Lets lines be paid to an account again."""
    async with db.transaction() as tx:
        await actions.release_hold(tx, hold_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/alarms/{alarm_id:uuid}/close", guards=[FINANCE])
async def close_alarm(
    alarm_id: FromPath[AlarmId], data: URLEncodedBody[ReasonPage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Says what was done about an alarm."""
    async with db.transaction() as tx:
        await actions.close_alarm(tx, alarm_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/attempts/{attempt_id:uuid}/recall", guards=[FINANCE])
async def ask_recall(
    attempt_id: FromPath[AttemptId], data: URLEncodedBody[ReasonPage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Asks for a payment to be called back."""
    async with db.transaction() as tx:
        await actions.ask_recall(tx, attempt_id, reason=data.reason, by=me, at=clock.now())
    return redirect(HOME)


@post("/recalls/{recall_id:uuid}/confirm", guards=[FINANCE])
async def confirm_recall(recall_id: FromPath[RecallId], db: Db, me: Me, clock: Now) -> Redirect:
    """A second person's word on a recall."""
    async with db.transaction() as tx:
        await actions.confirm_recall(tx, recall_id, by=me, at=clock.now())
    return redirect(HOME)


@post("/recalls/{recall_id:uuid}/close", guards=[FINANCE])
async def close_recall(
    recall_id: FromPath[RecallId], data: URLEncodedBody[OutcomePage], db: Db, me: Me, clock: Now
) -> Redirect:
    """Ends a recall that the bank refused or we take back."""
    async with db.transaction() as tx:
        await actions.close_recall(
            tx, recall_id, outcome=data.outcome, reason=data.reason, by=me, at=clock.now()
        )
    return redirect(HOME)


router = Router(
    HOME,
    route_handlers=[
        show_failures,
        show_alarms,
        show_attempt,
        request_reissue,
        withdraw_request,
        close_failure,
        release_hold,
        close_alarm,
        ask_recall,
        confirm_recall,
        close_recall,
    ],
)
