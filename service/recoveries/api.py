"""Recoveries for machines: what is owed back, and every step that people take about it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.agreements.model import EndCause
from service.auth import allow
from service.ids import AgreementId, RecoveryId, RecoveryPaymentId, WriteOffId
from service.instalments.model import PaymentKind
from service.period import format_month
from service.recoveries import actions, raising
from service.recoveries.model import Outcome, RecoveryState, Why, Words
from service.recoveries.shown import (
    ChangeShown,
    Dossier,
    Forecast,
    Listed,
    Payment,
    Receivables,
    StepShown,
    WriteOff,
)
from service.web import Db, Me, Now

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
OWNER = allow(
    Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, Role.EMPLOYER, scope=Scope.READ
)
PREPARER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
DECIDER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
APPELLANT = allow(Role.FINANCE_OFFICER, Role.EMPLOYER, scope=Scope.WRITE)
CASE_OFFICER = allow(Role.CASE_OFFICER, scope=Scope.WRITE)

CentsAsked = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000_00)]


class LetterRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The words of the letter to the payee."""

    letter: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class ReasonRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Words


class DecisionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided about an appeal; by how many cents less is owed when it is upheld in part."""

    outcome: Outcome
    reason: Words
    less_cents: CentsAsked = 0


class PaymentRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Money that came in, with the bank's reference."""

    amount_cents: CentsAsked
    received_on: date
    bank_reference: Annotated[str, msgspec.Meta(min_length=5, max_length=140)]


class WriteOffRequest(msgspec.Struct, forbid_unknown_fields=True):
    """How many cents are given up, and why."""

    amount_cents: CentsAsked
    reason: Words


class DismissalRequest(msgspec.Struct, forbid_unknown_fields=True):
    """When somebody lost the job after the subsidised months, and how."""

    dismissed_on: date
    cause: EndCause
    reason: Words


class ChangeView(msgspec.Struct, kw_only=True):
    """By how much a month of a recovery changed, and the facts it follows from."""

    month: str
    kind: PaymentKind
    kind_label: Mapping[str, str]
    amount_cents: int
    why: Why
    facts: Mapping[str, Any]
    recorded_at: datetime

    @classmethod
    def of(cls, change: ChangeShown) -> Self:
        """The view of a change."""
        return cls(**msgspec.structs.asdict(change) | {"month": format_month(change.month)})


class DossierView(msgspec.Struct, kw_only=True):
    """A recovery with how its amount came about and what happened."""

    recovery: Listed
    changes: list[ChangeView]
    steps: list[StepShown]
    payments: list[Payment]
    write_offs: list[WriteOff]

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The view of a dossier."""
        return cls(
            recovery=dossier.recovery,
            changes=[ChangeView.of(one) for one in dossier.changes],
            steps=dossier.steps,
            payments=dossier.payments,
            write_offs=dossier.write_offs,
        )


class RaisedView(msgspec.Struct):
    """How many recoveries of an agreement were raised or changed."""

    changed: int


class PaymentView(msgspec.Struct):
    """A payment that waits for a second person."""

    payment_id: RecoveryPaymentId


class WriteOffView(msgspec.Struct):
    """A write-off that waits for a second signature."""

    write_off_id: WriteOffId


@get("/", guards=[READER])
async def list_receivables(db: Db) -> Receivables:
    """What ended agreements were paid beyond what is due, the oldest first, and the total."""
    async with db.transaction() as tx:
        return await actions.list_receivables(tx)


@get("/", guards=[OWNER])
async def list_recoveries(
    db: Db,
    me: Me,
    chosen: Annotated[RecoveryState | None, QueryParameter(name="state")] = None,
    is_open: Annotated[bool, QueryParameter(name="open")] = False,
) -> list[Listed]:
    """Recoveries, the newest first, five hundred at most; an employer's are its own."""
    async with db.transaction() as tx:
        found = await actions.list_recoveries(tx, by=me, state=chosen, is_open=is_open or None)
    return found.rows


@get("/forecast", guards=[READER])
async def read_forecast(db: Db, clock: Now) -> Forecast:
    """What can be recovered by netting within 3 and 12 months and by invoice."""
    async with db.transaction() as tx:
        return await actions.forecast(tx, at=clock.now())


@get("/{recovery_id:uuid}", guards=[OWNER])
async def read_recovery(recovery_id: FromPath[RecoveryId], db: Db) -> DossierView:
    """One recovery with how its amount came about and all its steps."""
    async with db.transaction() as tx:
        return DossierView.of(await actions.read_recovery(tx, recovery_id))


@post("/raise/{agreement_id:uuid}", status_code=200, guards=[PREPARER])
async def raise_recoveries(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> RaisedView:
    """Makes the recoveries of an ended agreement say what its facts say; nothing a second time."""
    async with db.transaction() as tx:
        return RaisedView(await raising.raise_for(tx, agreement_id, by=me, at=clock.now()))


@post("/{recovery_id:uuid}/notify", status_code=200, guards=[PREPARER])
async def notify(
    recovery_id: FromPath[RecoveryId], data: JSONBody[LetterRequest], db: Db, me: Me, clock: Now
) -> DossierView:
    """Tells the payee; from now on the days of appeal run."""
    async with db.transaction() as tx:
        await actions.notify(tx, recovery_id, letter=data.letter, by=me, at=clock.now())
        return DossierView.of(await actions.read_recovery(tx, recovery_id))


@post("/{recovery_id:uuid}/appeal", status_code=200, guards=[APPELLANT])
async def appeal(
    recovery_id: FromPath[RecoveryId], data: JSONBody[ReasonRequest], db: Db, me: Me, clock: Now
) -> DossierView:
    """Appeals; nothing is collected until somebody decides."""
    async with db.transaction() as tx:
        await actions.appeal(tx, recovery_id, reason=data.reason, by=me, at=clock.now())
        return DossierView.of(await actions.read_recovery(tx, recovery_id))


@post("/{recovery_id:uuid}/decide-appeal", status_code=200, guards=[DECIDER])
async def decide_appeal(
    recovery_id: FromPath[RecoveryId], data: JSONBody[DecisionRequest], db: Db, me: Me, clock: Now
) -> DossierView:
    """Decides an appeal, as somebody who took no part before."""
    async with db.transaction() as tx:
        await actions.decide_appeal(
            tx,
            recovery_id,
            data.outcome,
            less_cents=data.less_cents,
            reason=data.reason,
            by=me,
            at=clock.now(),
        )
        return DossierView.of(await actions.read_recovery(tx, recovery_id))


@post("/{recovery_id:uuid}/invoice", status_code=200, guards=[PREPARER])
async def invoice(recovery_id: FromPath[RecoveryId], db: Db, me: Me, clock: Now) -> DossierView:
    """Issues the invoice without waiting for payments to net against."""
    async with db.transaction() as tx:
        await actions.invoice(tx, recovery_id, by=me, at=clock.now())
        return DossierView.of(await actions.read_recovery(tx, recovery_id))


@post("/{recovery_id:uuid}/payments", guards=[PREPARER])
async def record_payment(
    recovery_id: FromPath[RecoveryId], data: JSONBody[PaymentRequest], db: Db, me: Me, clock: Now
) -> PaymentView:
    """Notes money that came in; a second person confirms it."""
    async with db.transaction() as tx:
        payment_id = await actions.record_payment(
            tx,
            recovery_id,
            amount_cents=data.amount_cents,
            received_on=data.received_on,
            bank_reference=data.bank_reference,
            by=me,
            at=clock.now(),
        )
    return PaymentView(payment_id)


@post("/payments/{payment_id:uuid}/confirm", status_code=204, guards=[DECIDER])
async def confirm_payment(
    payment_id: FromPath[RecoveryPaymentId], db: Db, me: Me, clock: Now
) -> None:
    """Says as a second person that the money is there; it settles the oldest months."""
    async with db.transaction() as tx:
        await actions.confirm_payment(tx, payment_id, by=me, at=clock.now())


@post("/payments/{payment_id:uuid}/refuse", status_code=204, guards=[DECIDER])
async def refuse_payment(
    payment_id: FromPath[RecoveryPaymentId], db: Db, me: Me, clock: Now
) -> None:
    """Says that the money is not there."""
    async with db.transaction() as tx:
        await actions.refuse_payment(tx, payment_id, by=me, at=clock.now())


@post("/{recovery_id:uuid}/write-offs", guards=[PREPARER])
async def propose_write_off(
    recovery_id: FromPath[RecoveryId], data: JSONBody[WriteOffRequest], db: Db, me: Me, clock: Now
) -> WriteOffView:
    """Signs first under giving up a sum."""
    async with db.transaction() as tx:
        write_off_id = await actions.propose_write_off(
            tx,
            recovery_id,
            amount_cents=data.amount_cents,
            reason=data.reason,
            by=me,
            at=clock.now(),
        )
    return WriteOffView(write_off_id)


@post("/write-offs/{write_off_id:uuid}/sign", status_code=204, guards=[DECIDER])
async def sign_write_off(write_off_id: FromPath[WriteOffId], db: Db, me: Me, clock: Now) -> None:
    """Signs second; the sum is given up."""
    async with db.transaction() as tx:
        await actions.sign_write_off(tx, write_off_id, by=me, at=clock.now())


@post("/write-offs/{write_off_id:uuid}/refuse", status_code=204, guards=[DECIDER])
async def refuse_write_off(write_off_id: FromPath[WriteOffId], db: Db, me: Me, clock: Now) -> None:
    """Does not sign; the sum stays owed."""
    async with db.transaction() as tx:
        await actions.refuse_write_off(tx, write_off_id, by=me, at=clock.now())


@post("/dismissals/{agreement_id:uuid}", status_code=204, guards=[CASE_OFFICER])
async def record_dismissal(
    agreement_id: FromPath[AgreementId],
    data: JSONBody[DismissalRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """Notes that somebody lost the job after the subsidised months, and how."""
    async with db.transaction() as tx:
        await actions.record_dismissal(
            tx,
            agreement_id,
            dismissed_on=data.dismissed_on,
            end_cause=data.cause,
            reason=data.reason,
            by=me,
            at=clock.now(),
        )


@post("/dismissals/{agreement_id:uuid}/withdraw", status_code=204, guards=[CASE_OFFICER])
async def withdraw_dismissal(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> None:
    """Says that what was noted was a mistake."""
    async with db.transaction() as tx:
        await actions.withdraw_dismissal(tx, agreement_id, by=me, at=clock.now())


router = Router(
    "/",
    route_handlers=[
        Router("/receivables", route_handlers=[list_receivables]),
        Router(
            "/recoveries",
            route_handlers=[
                list_recoveries,
                read_forecast,
                read_recovery,
                raise_recoveries,
                notify,
                appeal,
                decide_appeal,
                invoice,
                record_payment,
                confirm_payment,
                refuse_payment,
                propose_write_off,
                sign_write_off,
                refuse_write_off,
                record_dismissal,
                withdraw_dismissal,
            ],
        ),
    ],
    tags=["recoveries"],
)
