"""Payouts for machines: put a month up, read what there is to decide on, and decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.approvals.model import Act, ActKind, Difference, RejectionCode, Standing
from service.auth import allow
from service.expected.model import PayoutExpected
from service.ids import AccountId, AgreementId, InstalmentId, PayoutId, PayoutLineId
from service.instalments.model import PaymentKind
from service.payouts import actions
from service.payouts.model import (
    ContestedLine,
    LeftOut,
    LeftOutReason,
    PayeeChanges,
    Payout,
    PayoutLine,
    PayoutSheet,
    PayoutState,
    PayoutSummary,
    SchemeTotal,
    StaleLine,
    StaleReason,
)
from service.period import format_month, parse_month
from service.second_factors.model import Act as Proved
from service.second_factors.proofs import proving
from service.web import Db, Me, Now

LINES_AT_ONCE = 100

OFFICER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
AUTHORISER = allow(Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Page = Annotated[int, QueryParameter(ge=1, le=100_000)]


class PutUpRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The last month to pay, such as 2026-10; what earlier months left over comes along."""

    month: Annotated[str, msgspec.Meta(max_length=7)]


class ApprovalRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the content that the approver has read."""

    digest: Digest


class ReasonedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the content that was read, and why."""

    digest: Digest
    reason: Annotated[str, msgspec.Meta(max_length=500)]


class RejectionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the content that was read, and why the payout is turned down."""

    digest: Digest
    code: RejectionCode
    reason: Annotated[str, msgspec.Meta(max_length=500)]


class PayoutView(msgspec.Struct, kw_only=True):
    """A payout; send `digest` back to act on exactly this content."""

    id: PayoutId
    reference: str
    month: str
    state: PayoutState
    line_count: int
    total_cents: int
    digest: str
    submitted_at: datetime
    submitted_by: AccountId
    submitted_by_name: str
    required_approvals: int
    required_authorisations: int
    reopens: PayoutId | None
    approved_at: datetime | None
    exported_at: datetime | None
    exported_by_name: str | None

    @classmethod
    def of(cls, payout: Payout) -> Self:
        """The view of a payout."""
        facts = msgspec.structs.asdict(payout)
        return cls(**facts | {"month": format_month(payout.month), "digest": payout.digest.hex()})


class PayoutSummaryView(msgspec.Struct, kw_only=True):
    """A payout in a list."""

    id: PayoutId
    reference: str
    month: str
    state: PayoutState
    line_count: int
    total_cents: int
    submitted_at: datetime
    submitted_by_name: str

    @classmethod
    def of(cls, payout: PayoutSummary) -> Self:
        """The view of a payout in a list."""
        return cls(**msgspec.structs.asdict(payout) | {"month": format_month(payout.month)})


class LeftOutView(msgspec.Struct, kw_only=True):
    """Something due that cannot be paid for want of an account."""

    instalment_id: InstalmentId
    agreement_reference: str
    month: str
    kind_label: Mapping[str, str]
    payee_name: str
    amount_cents: int
    reason: LeftOutReason

    @classmethod
    def of(cls, left_out: LeftOut) -> Self:
        """The view of what was left out."""
        return cls(**msgspec.structs.asdict(left_out) | {"month": format_month(left_out.month)})


class LineView(msgspec.Struct, kw_only=True):
    """A line; how what is due came about stands in the trace of its instalment.

    `amount_cents`, which the bank pays, is `due_cents` less what is kept back for `netted_months`.
    """

    id: PayoutLineId
    instalment_id: InstalmentId
    agreement_id: AgreementId
    agreement_reference: str
    month: str
    kind: PaymentKind
    kind_label: Mapping[str, str]
    scheme_code: str
    payee_name: str
    iban_last4: str
    due_cents: int
    netted_cents: int
    amount_cents: int
    netted_months: list[str]
    is_first_payment: bool
    is_account_new: bool

    @classmethod
    def of(cls, line: PayoutLine) -> Self:
        """The view of a line."""
        months = {
            "month": format_month(line.month),
            "netted_months": [format_month(month) for month in line.netted_months],
        }
        return cls(**msgspec.structs.asdict(line) | months)


class StaleLineView(msgspec.Struct, kw_only=True):
    """A line that no longer stands, so that the payout can only be rejected."""

    id: PayoutLineId
    payee_name: str
    month: str
    amount_cents: int
    reason: StaleReason

    @classmethod
    def of(cls, line: StaleLine) -> Self:
        """The view of a line that no longer stands."""
        return cls(**msgspec.structs.asdict(line) | {"month": format_month(line.month)})


class ContestedLineView(msgspec.Struct, kw_only=True):
    """An approved line that its candidate contests: it does not go to the bank."""

    id: PayoutLineId
    payee_name: str
    month: str
    amount_cents: int

    @classmethod
    def of(cls, line: ContestedLine) -> Self:
        """The view of a contested line."""
        return cls(**msgspec.structs.asdict(line) | {"month": format_month(line.month)})


class StandingView(msgspec.Struct, kw_only=True):
    """How far a payout is: "1 of 2 approvals, 0 of 1 authorisations", who acted and when."""

    approvals: int
    required_approvals: int
    authorisations: int
    required_authorisations: int
    following: ActKind | None
    is_void_requested: bool
    acts: list[Act]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The view of the acts on a payout."""
        return cls(
            approvals=standing.count(ActKind.APPROVAL),
            required_approvals=standing.needed.approvals,
            authorisations=standing.count(ActKind.AUTHORISATION),
            required_authorisations=standing.needed.authorisations,
            following=standing.following,
            is_void_requested=standing.is_void_requested,
            acts=list(standing.acts),
        )


class DifferenceView(msgspec.Struct, kw_only=True):
    """What a payout pays unlike the one that it puts up anew."""

    payee_name: str
    month: str
    before_cents: int | None
    now_cents: int | None
    is_account_new: bool

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """The view of a difference."""
        return cls(**msgspec.structs.asdict(difference) | {"month": format_month(difference.month)})


class PutUpView(msgspec.Struct):
    """A payout that was put up, and what is due but had to be left out."""

    payout: PayoutView
    left_out: list[LeftOutView]


class SheetView(msgspec.Struct, kw_only=True):
    """All that an approver reads: totals, changes since the last payout, a page of lines."""

    payout: PayoutView
    schemes: list[SchemeTotal]
    previous: PayoutSummaryView | None
    difference_cents: int | None
    changes: PayeeChanges
    stale: list[StaleLineView]
    contested: list[ContestedLineView]
    standing: StandingView
    differences: list[DifferenceView]
    expected: PayoutExpected | None
    lines: list[LineView]
    page: int

    @classmethod
    def of(cls, sheet: PayoutSheet, lines: list[PayoutLine], page: int) -> Self:
        """The view of a sheet with one page of its lines."""
        return cls(
            payout=PayoutView.of(sheet.payout),
            schemes=sheet.schemes,
            previous=PayoutSummaryView.of(sheet.previous) if sheet.previous else None,
            difference_cents=sheet.difference_cents,
            changes=sheet.changes,
            stale=[StaleLineView.of(line) for line in sheet.stale],
            contested=[ContestedLineView.of(line) for line in sheet.contested],
            standing=StandingView.of(sheet.standing),
            differences=[DifferenceView.of(one) for one in sheet.differences],
            expected=sheet.expected,
            lines=[LineView.of(line) for line in lines],
            page=page,
        )


@post("/", guards=[OFFICER])
async def put_up(data: JSONBody[PutUpRequest], db: Db, me: Me, clock: Now) -> PutUpView:
    """Puts up everything due up to a month; somebody else approves it."""
    month, at = parse_month(data.month), clock.now()
    async with db.transaction() as tx:
        payout = await actions.put_up(tx, month, by=me, at=at)
        left_out = await actions.list_left_out(tx, month, at=at)
    return PutUpView(PayoutView.of(payout), [LeftOutView.of(one) for one in left_out])


@get("/", guards=[READER])
async def list_payouts(db: Db) -> list[PayoutSummaryView]:
    """The newest hundred payouts."""
    async with db.transaction() as tx:
        payouts = await actions.list_payouts(tx)
    return [PayoutSummaryView.of(payout) for payout in payouts.rows]


@get("/{payout_id:uuid}", guards=[READER])
async def read_payout(
    payout_id: FromPath[PayoutId], db: Db, clock: Now, page: Page = 1
) -> SheetView:
    """What there is to sign, with a hundred lines a page."""
    async with db.transaction() as tx:
        sheet = await actions.read_sheet(tx, payout_id, at=clock.now())
        lines = await actions.list_lines(tx, payout_id, page=page, page_size=LINES_AT_ONCE)
    return SheetView.of(sheet, lines, page)


@post(
    "/{payout_id:uuid}/approve",
    status_code=200,
    guards=[OFFICER, proving(Proved.APPROVE_PAYOUT, "payout_id")],
)
async def approve(
    payout_id: FromPath[PayoutId], data: JSONBody[ApprovalRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """A finance officer approves the content with this digest."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.approve(tx, payout_id, digest=digest, by=me, at=clock.now())
    return PayoutView.of(payout)


@post(
    "/{payout_id:uuid}/authorise",
    status_code=200,
    guards=[AUTHORISER, proving(Proved.AUTHORISE_PAYOUT, "payout_id")],
)
async def authorise(
    payout_id: FromPath[PayoutId], data: JSONBody[ApprovalRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """A finance authoriser authorises it, when all approvals are there."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.authorise(tx, payout_id, digest=digest, by=me, at=clock.now())
    return PayoutView.of(payout)


@post("/{payout_id:uuid}/reject", status_code=200, guards=[FINANCE])
async def reject(
    payout_id: FromPath[PayoutId], data: JSONBody[RejectionRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """Turns the payout down; its instalments are free for the next."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.reject(
            tx, payout_id, digest=digest, code=data.code, reason=data.reason, by=me, at=clock.now()
        )
    return PayoutView.of(payout)


@post("/{payout_id:uuid}/withdraw", status_code=200, guards=[OFFICER])
async def withdraw(
    payout_id: FromPath[PayoutId], data: JSONBody[ReasonedRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """Takes one's own payout back; its instalments are free for the next."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.withdraw(
            tx, payout_id, digest=digest, reason=data.reason, by=me, at=clock.now()
        )
    return PayoutView.of(payout)


@post(
    "/{payout_id:uuid}/void/request",
    status_code=200,
    guards=[FINANCE, proving(Proved.REQUEST_VOID, "payout_id")],
)
async def request_void(
    payout_id: FromPath[PayoutId], data: JSONBody[ReasonedRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """Asks to void an approved payout; it does not go to the bank until somebody answers."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.request_void(
            tx, payout_id, digest=digest, reason=data.reason, by=me, at=clock.now()
        )
    return PayoutView.of(payout)


@post(
    "/{payout_id:uuid}/void",
    status_code=200,
    guards=[FINANCE, proving(Proved.VOID_PAYOUT, "payout_id")],
)
async def void(
    payout_id: FromPath[PayoutId], data: JSONBody[ApprovalRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """Voids a payout that somebody else asked to void."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.void(tx, payout_id, digest=digest, by=me, at=clock.now())
    return PayoutView.of(payout)


@post("/{payout_id:uuid}/void/refuse", status_code=200, guards=[FINANCE])
async def refuse_void(
    payout_id: FromPath[PayoutId], data: JSONBody[ReasonedRequest], db: Db, me: Me, clock: Now
) -> PayoutView:
    """Refuses to void it; it may go to the bank again."""
    digest = bytes.fromhex(data.digest)
    async with db.transaction() as tx:
        payout = await actions.refuse_void(
            tx, payout_id, digest=digest, reason=data.reason, by=me, at=clock.now()
        )
    return PayoutView.of(payout)


@post("/{payout_id:uuid}/reopen", guards=[OFFICER])
async def reopen(payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now) -> PayoutView:
    """Puts the month of a rejected, withdrawn or voided payout up anew."""
    async with db.transaction() as tx:
        payout = await actions.reopen(tx, payout_id, by=me, at=clock.now())
    return PayoutView.of(payout)


router = Router(
    "/payouts",
    route_handlers=[
        put_up,
        list_payouts,
        read_payout,
        approve,
        authorise,
        reject,
        withdraw,
        request_void,
        void,
        refuse_void,
        reopen,
    ],
    tags=["payouts"],
)
