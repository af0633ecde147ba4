"""Payouts in a browser: what waits, what there is to sign, and the forms to decide with."""

from datetime import date, datetime
from math import ceil
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.i18n import N_
from service.ids import PayoutId
from service.payouts import actions, rules
from service.payouts.model import LeftOutReason, PayoutState, StaleReason
from service.period import InvalidMonth, Month, add_months, format_month, month_of, parse_month
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Me, Now, page, redirect

LINES_AT_ONCE = 50

PREPARER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
DECIDER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

STATES = {
    PayoutState.DRAFT: N_("Being put up"),
    PayoutState.SUBMITTED: N_("Waits for approval"),
    PayoutState.APPROVED: N_("Approved"),
    PayoutState.REJECTED: N_("Rejected"),
    PayoutState.EXPORTED: N_("Sent to the bank"),
}
LEFT_OUT = {
    LeftOutReason.NO_ACCOUNT: N_("No bank account is known. Ask the payee for one."),
    LeftOutReason.UNCONFIRMED: N_("The bank account waits for a second person to confirm it."),
    LeftOutReason.COOLING_OFF: N_("The new bank account is confirmed but not yet in force."),
}
STALE = {
    StaleReason.SUPERSEDED: N_("The month was computed again with another result."),
    StaleReason.ACCOUNT_GONE: N_("The payee has no bank account in force any more."),
    StaleReason.ACCOUNT_CHANGED: N_("The payee has another bank account now."),
    StaleReason.ON_HOLD: N_("Somebody has stopped this payment since."),
}

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]


class PutUpForm(msgspec.Struct):
    """The last month to pay."""

    month: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ApprovalForm(msgspec.Struct):
    """The digest of what the page showed."""

    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]


class RejectionForm(msgspec.Struct):
    """Why the payout is turned down."""

    reason: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@get("/", guards=[READER])
async def show_payouts(db: Db, me: Me, clock: Now) -> Template:
    """All payouts, and what is due but cannot be paid yet."""
    last = format_month(last_month(clock.today()))
    return await _payouts_page(db, me, clock.now(), month=last)


@post("/", guards=[PREPARER])
async def put_up(
    data: URLEncodedBody[PutUpForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Puts up everything due up to a month; the form comes back with a word beside it."""
    at = clock.now()
    try:
        async with db.transaction() as tx:
            payout = await actions.put_up(tx, parse_month(data.month), by=me, at=at)
    except (
        InvalidMonth, rules.TooEarlyToPay, rules.NothingToPay, rules.PayoutAlreadyOpen
    ) as refused:  # fmt: skip
        errors = {"month": refused.sentence()}
        return await _payouts_page(
            db, me, at, month=data.month, errors=errors, status=refused.status
        )
    return redirect(f"/payouts/{payout.id}")


@get("/{payout_id:uuid}", guards=[READER])
async def show_payout(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, number: PageNumber = 1
) -> Template:
    """What there is to sign."""
    return await _payout_page(db, me, payout_id, clock.now(), number=number)


@post("/{payout_id:uuid}/approve", guards=[DECIDER])
async def approve(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ApprovalForm], db: Db, me: Me, clock: Now
) -> Redirect:
    """Signs what the page showed."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        await actions.approve(tx, payout_id, digest=digest, by=me, at=clock.now())
    return redirect(f"/payouts/{payout_id}")


@post("/{payout_id:uuid}/reject", guards=[DECIDER])
async def reject(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[RejectionForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Turns the payout down; without a reason the form comes back."""
    at = clock.now()
    try:
        async with db.transaction() as tx:
            await actions.reject(tx, payout_id, reason=data.reason, by=me, at=at)
    except InvalidFields as refused:
        return await _payout_page(
            db, me, payout_id, at, reason=data.reason, errors=refused.fields, status=refused.status
        )
    return redirect(f"/payouts/{payout_id}")


def last_month(today: date) -> Month:
    """The month that ended last."""
    return month_of(add_months(today, -1))


async def _payouts_page(
    db: ActingDatabase,
    me: Actor,
    at: datetime,
    *,
    month: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        payouts = await actions.list_payouts(tx)
        left_out = await actions.list_left_out(tx, month_of(at.date()), at=at)
    return page(
        "payouts/list.html",
        status=status,
        payouts=payouts,
        left_out=left_out,
        month=month,
        errors=errors or {},
        states=STATES,
        reasons=LEFT_OUT,
        format_month=format_month,
        may_put_up=me.role is Role.FINANCE_OFFICER,
    )


async def _payout_page(
    db: ActingDatabase,
    me: Actor,
    payout_id: PayoutId,
    at: datetime,
    *,
    number: int = 1,
    reason: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        sheet = await actions.read_sheet(tx, payout_id, at=at)
        lines = await actions.list_lines(tx, payout_id, page=number, page_size=LINES_AT_ONCE)
    return page(
        "payouts/sheet.html",
        status=status,
        sheet=sheet,
        payout=sheet.payout,
        lines=lines,
        number=number,
        last_number=max(1, ceil(sheet.payout.line_count / LINES_AT_ONCE)),
        reason=reason,
        errors=errors or {},
        states=STATES,
        stale_reasons=STALE,
        format_month=format_month,
        is_open=sheet.payout.state is PayoutState.SUBMITTED,
        may_decide=me.role in rules.DECIDERS,
        is_own=me.account_id == sheet.payout.submitted_by,
    )


router = Router("/payouts", route_handlers=[show_payouts, put_up, show_payout, approve, reject])
