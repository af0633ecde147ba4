"""Recoveries in a browser: who owes what back and why, each with its steps and what can be done."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Right, Role
from service.agreements.model import CAUSE_WORDS as END_CAUSE_WORDS
from service.agreements.model import EARLY_CAUSES
from service.auth import holding
from service.db import Connection
from service.i18n import _
from service.ids import AgreementId, RecoveryId, RecoveryPaymentId, WriteOffId
from service.money import InvalidAmount, parse_euros
from service.problems import InvalidFields, Problem
from service.recoveries import actions, chart, listing
from service.recoveries.api import (
    APPELLANT,
    CASE_OFFICER,
    DECIDER,
    OWNER,
    PREPARER,
    READER,
)
from service.recoveries.forms import (
    DecisionForm,
    DismissalForm,
    Empty,
    LetterForm,
    PaymentForm,
    ReasonForm,
    WriteOffForm,
)
from service.recoveries.model import (
    CAUSE_WORDS,
    MOVES,
    OPEN_STATES,
    OUTCOME_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    Outcome,
    Step,
)
from service.recoveries.rules import FINANCE
from service.recoveries.words import explain, letter_of
from service.second_factors.model import Act as Proved
from service.second_factors.proofs import proving
from service.web import ActingDatabase, Db, Me, Now, page, redirect

SHOWN_AGAIN = (409, 422)
DECIDED_STEPS = frozenset({Step.APPEAL_UPHELD, Step.APPEAL_PARTLY, Step.APPEAL_DISMISSED})
Act = Callable[[Connection, datetime], Awaitable[object]]


@get("/", guards=[READER])
async def show_receivables(db: Db) -> Template:
    """What ended agreements owe back."""
    async with db.transaction() as tx:
        receivables = await actions.list_receivables(tx)
    return page("recoveries/receivables.html", receivables=receivables)


@get("/forecast", guards=[READER])
async def show_forecast(db: Db, clock: Now) -> Template:
    """What can be recovered by which way, and how much of what is older came back."""
    async with db.transaction() as tx:
        forecast = await actions.forecast(tx, at=clock.now())
    return page(
        "recoveries/forecast.html",
        forecast=forecast,
        bars=chart.bars_of(forecast),
        ageing=chart.ageing_of(forecast),
        states=STATE_WORDS,
    )


@get("/{recovery_id:uuid}", guards=[OWNER])
async def show_recovery(recovery_id: FromPath[RecoveryId], db: Db, me: Me) -> Template:
    """One recovery: how the amount came about, what happened, what can be done."""
    return await _recovery_page(db, me, recovery_id)


@post("/{recovery_id:uuid}/notify", guards=[PREPARER])
async def notify(
    recovery_id: FromPath[RecoveryId], data: URLEncodedBody[LetterForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Tells the payee."""

    async def act(tx: Connection, at: datetime) -> None:
        await actions.notify(tx, recovery_id, letter=data.letter, by=me, at=at)

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="letter")


@post("/{recovery_id:uuid}/appeal", guards=[APPELLANT])
async def appeal(
    recovery_id: FromPath[RecoveryId], data: URLEncodedBody[ReasonForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Appeals, or notes an appeal that came by letter."""

    async def act(tx: Connection, at: datetime) -> None:
        await actions.appeal(tx, recovery_id, reason=data.reason, by=me, at=at)

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="reason")


@post("/{recovery_id:uuid}/decide-appeal", guards=[DECIDER])
async def decide_appeal(
    recovery_id: FromPath[RecoveryId],
    data: URLEncodedBody[DecisionForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Decides an appeal."""

    async def act(tx: Connection, at: datetime) -> None:
        if data.outcome not in set(Outcome):
            raise InvalidFields({"outcome": _("Choose what is decided.")})
        await actions.decide_appeal(
            tx,
            recovery_id,
            Outcome(data.outcome),
            less_cents=_euros(data.less, "less") if data.less.strip() else 0,
            reason=data.decision,
            by=me,
            at=at,
        )

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="outcome")


@post("/{recovery_id:uuid}/invoice", guards=[PREPARER])
async def invoice(
    recovery_id: FromPath[RecoveryId], data: URLEncodedBody[Empty], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Issues the invoice now."""

    async def act(tx: Connection, at: datetime) -> None:
        await actions.invoice(tx, recovery_id, by=me, at=at)

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="invoice")


@post("/{recovery_id:uuid}/payments", guards=[PREPARER])
async def record_payment(
    recovery_id: FromPath[RecoveryId], data: URLEncodedBody[PaymentForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Notes money that came in."""

    async def act(tx: Connection, at: datetime) -> None:
        await actions.record_payment(
            tx,
            recovery_id,
            amount_cents=_euros(data.amount, "amount"),
            received_on=data.received(),
            bank_reference=data.bank_reference,
            by=me,
            at=at,
        )

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="amount")


@post("/{recovery_id:uuid}/payments/{payment_id:uuid}/{word:str}", guards=[DECIDER])
async def decide_payment(
    recovery_id: FromPath[RecoveryId],
    payment_id: FromPath[RecoveryPaymentId],
    word: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Confirms or refuses, as a second person, money that somebody noted."""

    async def act(tx: Connection, at: datetime) -> None:
        decide = actions.confirm_payment if word == "confirm" else actions.refuse_payment
        await decide(tx, payment_id, by=me, at=at)

    return await _act(db, me, recovery_id, act, Empty(), at=clock.now(), field="payments")


@post(
    "/{recovery_id:uuid}/write-offs",
    guards=[PREPARER, proving(Proved.PROPOSE_WRITE_OFF, "recovery_id")],
)
async def propose_write_off(
    recovery_id: FromPath[RecoveryId],
    data: URLEncodedBody[WriteOffForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Signs first under giving up a sum."""

    async def act(tx: Connection, at: datetime) -> None:
        await actions.propose_write_off(
            tx,
            recovery_id,
            amount_cents=_euros(data.given_up, "given_up"),
            reason=data.why,
            by=me,
            at=at,
        )

    return await _act(db, me, recovery_id, act, data, at=clock.now(), field="given_up")


@post(
    "/{recovery_id:uuid}/write-offs/{write_off_id:uuid}/{word:str}",
    guards=[DECIDER, proving(Proved.DECIDE_WRITE_OFF, "write_off_id")],
)
async def decide_write_off(
    recovery_id: FromPath[RecoveryId],
    write_off_id: FromPath[WriteOffId],
    word: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Signs second, or does not."""

    async def act(tx: Connection, at: datetime) -> None:
        decide = actions.sign_write_off if word == "sign" else actions.refuse_write_off
        await decide(tx, write_off_id, by=me, at=at)

    return await _act(db, me, recovery_id, act, Empty(), at=clock.now(), field="write-offs")


@get("/dismissals/{agreement_id:uuid}", guards=[CASE_OFFICER])
async def show_dismissal(agreement_id: FromPath[AgreementId]) -> Template:
    """The form that notes a dismissal after the subsidised months."""
    return _dismissal_page(agreement_id, DismissalForm(), {})


@post("/dismissals/{agreement_id:uuid}", guards=[CASE_OFFICER])
async def record_dismissal(
    agreement_id: FromPath[AgreementId],
    data: URLEncodedBody[DismissalForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Notes it."""
    try:
        async with db.transaction() as tx:
            await actions.record_dismissal(
                tx,
                agreement_id,
                dismissed_on=data.dismissed(),
                end_cause=data.chosen(),
                reason=data.reason,
                by=me,
                at=clock.now(),
            )
    except Problem as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        own = refused.fields if isinstance(refused, InvalidFields) else None
        errors = own or {"dismissed_on": refused.sentence()}
        return _dismissal_page(agreement_id, data, errors, status=refused.status)
    return redirect(f"/agreements/{agreement_id}")


@post("/dismissals/{agreement_id:uuid}/withdraw", guards=[CASE_OFFICER])
async def withdraw_dismissal(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Says that what was noted was a mistake."""
    async with db.transaction() as tx:
        await actions.withdraw_dismissal(tx, agreement_id, by=me, at=clock.now())
    return redirect(f"/agreements/{agreement_id}")


def _dismissal_page(
    agreement_id: AgreementId, typed: DismissalForm, errors: Mapping[str, str], *, status: int = 200
) -> Template:
    return page(
        "recoveries/dismissal.html",
        status=status,
        agreement_id=agreement_id,
        typed=typed,
        errors=errors,
        end_causes=[(str(cause), _(END_CAUSE_WORDS[cause])) for cause in EARLY_CAUSES],
    )


def _euros(text: str, field: str) -> int:
    try:
        return int(parse_euros(text))
    except InvalidAmount as refused:
        raise InvalidFields({field: refused.sentence()}) from refused


async def _act(
    db: ActingDatabase,
    me: Actor,
    recovery_id: RecoveryId,
    act: Act,
    typed: msgspec.Struct,
    *,
    at: datetime,
    field: str,
) -> Redirect | Template:
    """Does it, or shows the recovery again with the refusal on top and what was typed."""
    try:
        async with db.transaction() as tx:
            await act(tx, at)
    except Problem as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        own = isinstance(refused, InvalidFields)
        errors = refused.fields if isinstance(refused, InvalidFields) else {}
        return await _recovery_page(
            db,
            me,
            recovery_id,
            status=refused.status,
            typed=msgspec.structs.asdict(typed),
            errors=errors if own else {field: refused.sentence()},
        )
    return redirect(f"/recoveries/{recovery_id}")


async def _recovery_page(
    db: ActingDatabase,
    me: Actor,
    recovery_id: RecoveryId,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        dossier = await actions.read_recovery(tx, recovery_id)
    prepares, decides = me.role is Role.FINANCE_OFFICER, me.role in FINANCE
    return page(
        "recoveries/show.html",
        status=status,
        recovery=dossier.recovery,
        dossier=dossier,
        explained=[explain(change) for change in dossier.changes],
        letter=letter_of(dossier),
        may=MOVES[dossier.recovery.state],
        is_open=dossier.recovery.state in OPEN_STATES,
        is_appeal_decided=any(one.step in DECIDED_STEPS for one in dossier.steps),
        prepares=prepares,
        decides=decides,
        appeals=prepares or me.role is Role.EMPLOYER,
        my_id=me.account_id,
        typed=typed or {},
        errors=errors or {},
        states=STATE_WORDS,
        causes=CAUSE_WORDS,
        steps=STEP_WORDS,
        outcomes=[(str(one), _(words)) for one, words in OUTCOME_WORDS.items()],
        Step=Step,
    )


receivables_router = Router("/receivables", route_handlers=[show_receivables])
router = Router(
    "/",
    guards=[holding(Right.ACCOUNTANT)],
    route_handlers=[
        receivables_router,
        Router(
            "/recoveries",
            route_handlers=[
                *listing.HANDLERS,
                show_forecast,
                show_recovery,
                notify,
                appeal,
                decide_appeal,
                invoice,
                record_payment,
                decide_payment,
                propose_write_off,
                decide_write_off,
                show_dismissal,
                record_dismissal,
                withdraw_dismissal,
            ],
        ),
    ],
)
