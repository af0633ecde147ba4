"""Payouts in a browser: what waits, what there is to sign, and the forms to decide with."""

from datetime import date, datetime
from math import ceil
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service import doorbell, list_pages
from service.actor import Actor, Role, Scope
from service.approvals import actions as approvals
from service.approvals.model import RejectionCode, Stop
from service.approvals.rules import Frozen, part_of
from service.auth import allow
from service.checks.words import ACTS as WHO_ACTS
from service.comparison import actions as comparison
from service.comparison.words import CAUSES
from service.crypto import Sealer
from service.flags import actions as flags
from service.flags.model import Flag
from service.i18n import _, language
from service.ids import PayoutId
from service.payouts import actions, listing, rules
from service.payouts.words import ACTS, CODES, LEFT_OUT, STALE, STATE_TAGS, STATES
from service.period import InvalidMonth, Month, add_months, format_month, month_of, parse_month
from service.problems import InvalidFields
from service.quality import actions as quality
from service.quality.words import REASONS as DRAWN_FOR
from service.quality.words import RESULTS
from service.second_factors.model import Act
from service.second_factors.proofs import proving
from service.standing.words import reason_in_words
from service.web import ActingDatabase, AnyRequest, Db, Held, Me, Now, Seal, page, redirect
from service.work import actions as work
from service.work.model import NewWork, WorkKind
from service.work.words import title as work_title

LINES_AT_ONCE = 50
FLAGGED_SHOWN = 10

OFFICER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
AUTHORISER = allow(Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

SAID: dict[str, Any] = {
    "states": STATES,
    "state_tags": STATE_TAGS,
    "acts": ACTS,
    "codes": CODES,
    "stale_reasons": STALE,
    "causes": CAUSES,
    "drawn_for": DRAWN_FOR,
    "results": RESULTS,
    "reason_words": reason_in_words,
    "who_acts": WHO_ACTS,
}

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]


class PutUpForm(msgspec.Struct):
    """The last month to pay."""

    month: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ApprovalForm(msgspec.Struct):
    """The digest of what the page showed."""

    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]


class ReasonedForm(ApprovalForm):
    """The digest of what the page showed, and why."""

    reason: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class RejectionForm(ReasonedForm):
    """The same, and what is wrong in a word."""

    code: RejectionCode = RejectionCode.OTHER


@get("/", guards=[READER])
async def show_payouts(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """All payouts, and what is due but cannot be paid yet."""
    last = format_month(last_month(clock.today()))
    return await _payouts_page(request, db, me, clock.now(), sealer, month=last)


@post("/", guards=[OFFICER])
async def put_up(
    data: URLEncodedBody[PutUpForm],
    request: AnyRequest,
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
    services: Held,
) -> Redirect | Template:
    """Has a worker put up everything due up to a month; a word beside it when it cannot be."""
    at = clock.now()
    try:
        month = parse_month(data.month)
        rules.refuse_unfinished(month, clock.today())
        async with db.transaction() as tx:
            await approvals.refuse_frozen(tx, Stop.PUT_UP, at=at)
            await actions.refuse_open(tx, month)
            asked = NewWork(kind=WorkKind.PUT_UP, month=month, language=language())
            work_id = await work.ask(tx, asked, by=me, at=at)
    except (InvalidMonth, Frozen, rules.TooEarlyToPay, rules.PayoutAlreadyOpen) as refused:
        errors = {"month": refused.sentence()}
        return await _payouts_page(
            request, db, me, at, sealer, month=data.month, errors=errors, status=refused.status
        )
    await doorbell.ring(services.redis_url, job=doorbell.WORK)
    return redirect(f"/work/{work_id}")


@get("/left-out", guards=[READER])
async def show_left_out(db: Db, clock: Now) -> Template:
    """What is due but cannot be paid yet, for want of an account."""
    at = clock.now()
    async with db.transaction() as tx:
        left_out = await actions.list_left_out(tx, month_of(at.date()), at=at)
    return page("payouts/left_out.html", left_out=left_out, reasons=LEFT_OUT)


@get("/{payout_id:uuid}", guards=[READER])
async def show_payout(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, number: PageNumber = 1
) -> Template:
    """What there is to sign."""
    return await _payout_page(db, me, payout_id, clock.now(), number=number)


@post(
    "/{payout_id:uuid}/approve",
    guards=[OFFICER, proving(Act.APPROVE_PAYOUT, "payout_id")],
)
async def approve(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ApprovalForm], db: Db, me: Me, clock: Now
) -> Redirect:
    """A finance officer approves what the page showed."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        await actions.approve(tx, payout_id, digest=digest, by=me, at=clock.now())
    return redirect(f"/payouts/{payout_id}")


@post(
    "/{payout_id:uuid}/authorise",
    guards=[AUTHORISER, proving(Act.AUTHORISE_PAYOUT, "payout_id")],
)
async def authorise(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ApprovalForm], db: Db, me: Me, clock: Now
) -> Redirect:
    """A finance authoriser authorises what the page showed."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        await actions.authorise(tx, payout_id, digest=digest, by=me, at=clock.now())
    return redirect(f"/payouts/{payout_id}")


@post("/{payout_id:uuid}/reject", guards=[FINANCE])
async def reject(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[RejectionForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Turns the payout down; without a reason the form comes back."""
    digest, at = bytes.fromhex(data.digest), clock.now()
    try:
        async with db.transaction() as tx:
            await actions.reject(
                tx, payout_id, digest=digest, code=data.code, reason=data.reason, by=me, at=at
            )
    except InvalidFields as refused:
        return await _returned(db, me, payout_id, at, refused, data.reason)
    return redirect(f"/payouts/{payout_id}")


@post("/{payout_id:uuid}/withdraw", guards=[OFFICER])
async def withdraw(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ReasonedForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Takes one's own payout back; without a reason the form comes back."""
    digest, at = bytes.fromhex(data.digest), clock.now()
    try:
        async with db.transaction() as tx:
            await actions.withdraw(tx, payout_id, digest=digest, reason=data.reason, by=me, at=at)
    except InvalidFields as refused:
        return await _returned(db, me, payout_id, at, refused, data.reason)
    return redirect(f"/payouts/{payout_id}")


@post(
    "/{payout_id:uuid}/void/request",
    guards=[FINANCE, proving(Act.REQUEST_VOID, "payout_id")],
)
async def request_void(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ReasonedForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Asks to void an approved payout; without a reason the form comes back."""
    digest, at = bytes.fromhex(data.digest), clock.now()
    try:
        async with db.transaction() as tx:
            await actions.request_void(
                tx, payout_id, digest=digest, reason=data.reason, by=me, at=at
            )
    except InvalidFields as refused:
        return await _returned(db, me, payout_id, at, refused, data.reason)
    return redirect(f"/payouts/{payout_id}")


@post(
    "/{payout_id:uuid}/void",
    guards=[FINANCE, proving(Act.VOID_PAYOUT, "payout_id")],
)
async def void(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ApprovalForm], db: Db, me: Me, clock: Now
) -> Redirect:
    """Voids a payout that somebody else asked to void."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        await actions.void(tx, payout_id, digest=digest, by=me, at=clock.now())
    return redirect(f"/payouts/{payout_id}")


@post("/{payout_id:uuid}/void/refuse", guards=[FINANCE])
async def refuse_void(
    payout_id: FromPath[PayoutId], data: URLEncodedBody[ReasonedForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Refuses to void it; without a reason the form comes back."""
    digest, at = bytes.fromhex(data.digest), clock.now()
    try:
        async with db.transaction() as tx:
            await actions.refuse_void(
                tx, payout_id, digest=digest, reason=data.reason, by=me, at=at
            )
    except InvalidFields as refused:
        return await _returned(db, me, payout_id, at, refused, data.reason)
    return redirect(f"/payouts/{payout_id}")


@post("/{payout_id:uuid}/reopen", guards=[OFFICER])
async def reopen(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, services: Held
) -> Redirect:
    """Has a worker put the month of a closed payout up anew."""
    asked = NewWork(kind=WorkKind.REOPENING, payout_id=payout_id, language=language())
    async with db.transaction() as tx:
        work_id = await work.ask(tx, asked, by=me, at=clock.now())
    await doorbell.ring(services.redis_url, job=doorbell.WORK)
    return redirect(f"/work/{work_id}")


def last_month(today: date) -> Month:
    """The month that ended last."""
    return month_of(add_months(today, -1))


async def _payouts_page(
    request: AnyRequest,
    db: ActingDatabase,
    me: Actor,
    at: datetime,
    sealer: Sealer,
    *,
    month: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        shown = await list_pages.read_list(request, tx, sealer, listing.LIST, listing.find)
        open_work = await work.list_work(tx, also_finished=False)
    return page(
        "payouts/list.html",
        status=InvalidFields.status if shown.errors else status,
        shown=shown,
        open_work=open_work,
        work_title=work_title,
        month=month,
        errors={**shown.errors, **(errors or {})},
        states=STATES,
        state_tags=STATE_TAGS,
        may_put_up=me.role is Role.FINANCE_OFFICER,
    )


async def _returned(
    db: ActingDatabase,
    me: Actor,
    payout_id: PayoutId,
    at: datetime,
    refused: InvalidFields,
    reason: str,
) -> Template:
    return await _payout_page(
        db, me, payout_id, at, reason=reason, errors=refused.fields, status=refused.status
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
        following = sheet.standing.following if sheet.is_open else None
        free = await approvals.list_people_free(tx, payout_id, kind=following) if following else []
        parts = await approvals.list_conflicts(tx, payout_id, by=me)
        odd = await flags.read_payout(tx, payout_id, at_most=FLAGGED_SHOWN)
        drawn = await quality.count_drawn(tx, payout_id)
        compared = await comparison.read_comparison(
            tx, payout_id, previous_id=sheet.previous.id if sheet.previous else None
        )
    return page(
        "payouts/sheet.html",
        status=status,
        sheet=sheet,
        payout=sheet.payout,
        standing=sheet.standing,
        lines=lines,
        odd=odd,
        red=Flag.ACCOUNT_CHANGED,
        drawn=drawn,
        compared=compared,
        number=number,
        last_number=max(1, ceil(sheet.payout.line_count / LINES_AT_ONCE)),
        reason=reason,
        errors=errors or {},
        code_choices=[(code, _(words)) for code, words in CODES.items()],
        following=following,
        free=free,
        parts=[part_of(part) for part in parts] if me.role in rules.FINANCE else [],
        open_acts=rules.acts_open_to(sheet, is_concerned=bool(parts), by=me),
        **SAID,
    )


router = Router(
    "/payouts",
    route_handlers=[
        show_payouts,
        show_left_out,
        *listing.HANDLERS,
        put_up,
        show_payout,
        approve,
        authorise,
        reject,
        withdraw,
        request_void,
        void,
        refuse_void,
        reopen,
    ],
)
