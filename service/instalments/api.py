"""Months and instalments for machines: compute a month, follow it, read what came out and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from service import doorbell
from service.actor import Role, Scope
from service.auth import allow
from service.facts.model import ChangeCount
from service.ids import AgreementId, InstalmentId, RunId
from service.instalments import actions, listing
from service.instalments.explain import explain, explain_reason
from service.instalments.model import (
    Entry,
    Instalment,
    InstalmentSummary,
    MonthSummary,
    Outcome,
    PaymentKind,
    Progress,
    ReasonCode,
    ReasonCount,
    RunState,
)
from service.period import format_month, parse_month
from service.problems import NotFound
from service.schemes.language.program import Program
from service.web import Db, Held, Me, Now

LISTED_AT_ONCE = 100

COMPUTER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

After = Annotated[str | None, QueryParameter(max_length=80)]
Limit = Annotated[int, QueryParameter(ge=1, le=LISTED_AT_ONCE)]


class RunView(msgspec.Struct, kw_only=True):
    """A month's latest run: how far it is, in agreements, and what the month came to, in cents.

    `agreement_count` are computed, as something of them has changed; `standing_count` stand.
    """

    id: RunId
    month: str
    state: RunState
    agreement_count: int
    standing_count: int
    done_count: int
    remaining_count: int
    due_count: int
    blocked_count: int
    not_due_count: int
    written_count: int
    due_cents: int
    per_second: float
    last_error: str | None

    @classmethod
    def of(cls, run: Progress) -> Self:
        """The view of a run."""
        return cls(
            id=run.id,
            month=format_month(run.month),
            state=run.state,
            agreement_count=run.agreement_count,
            standing_count=run.standing_count,
            done_count=run.done_count,
            remaining_count=run.remaining_count,
            due_count=run.due_count,
            blocked_count=run.blocked_count,
            not_due_count=run.not_due_count,
            written_count=run.written_count,
            due_cents=run.due_cents,
            per_second=round(run.per_second, 1),
            last_error=run.last_error,
        )


class MonthView(msgspec.Struct, kw_only=True):
    """A month that was computed: agreements by outcome, and what is due in cents."""

    month: str
    due_count: int
    blocked_count: int
    not_due_count: int
    due_cents: int

    @classmethod
    def of(cls, month: MonthSummary) -> Self:
        """The view of a month."""
        return cls(**msgspec.structs.asdict(month) | {"month": format_month(month.month)})


class MonthOutcome(msgspec.Struct, kw_only=True):
    """How a month came out, and the active agreements that have neither instalment nor reason.

    `changes` are facts of this month or earlier ones that nothing was computed from since.
    """

    month: str
    reasons: list[ReasonCount]
    uncomputed_count: int
    changes: list[ChangeCount]


class InstalmentView(msgspec.Struct, kw_only=True):
    """An instalment: `trace` for machines, `explanation` line by line for people."""

    id: InstalmentId
    agreement_id: AgreementId
    agreement_reference: str
    month: str
    kind: PaymentKind
    kind_label: Mapping[str, str]
    version: int
    outcome: Outcome
    amount_cents: int
    reason: ReasonCode | None
    reason_explained: str | None
    trace: list[Any]
    explanation: list[str]
    computed_at: datetime
    superseded_at: datetime | None

    @classmethod
    def of(cls, instalment: Instalment, program: Program) -> Self:
        """The view of an instalment, in the language in use."""
        reason = instalment.reason
        return cls(
            **msgspec.structs.asdict(instalment)
            | {
                "month": format_month(instalment.month),
                "reason_explained": explain_reason(reason, program) if reason else None,
                "explanation": explain(program, instalment.kind, instalment.trace),
            }
        )


class EntryView(msgspec.Struct, kw_only=True):
    """What a month comes to for one kind of payment, by what was known at a moment."""

    kind: PaymentKind
    outcome: Outcome
    amount_cents: int
    reason: ReasonCode | None
    reason_explained: str | None
    trace: list[Any]
    explanation: list[str]

    @classmethod
    def of(cls, entry: Entry, program: Program) -> Self:
        """The view of an entry, in the language in use."""
        result = entry.result
        return cls(
            kind=entry.kind,
            outcome=result.outcome,
            amount_cents=result.amount_cents,
            reason=result.reason,
            reason_explained=explain_reason(result.reason, program) if result.reason else None,
            trace=result.trace,
            explanation=explain(program, entry.kind, result.trace),
        )


class KnownMonth(msgspec.Struct, kw_only=True):
    """A month of an agreement by what was known at a moment; no entries before it had begun."""

    agreement_id: AgreementId
    month: str
    known_at: datetime
    entries: list[EntryView]


@get("/months", guards=[READER])
async def list_months(db: Db) -> list[MonthView]:
    """The months that were computed, latest first."""
    async with db.transaction() as tx:
        return [MonthView.of(month) for month in await actions.list_months(tx)]


@get("/months/{month:str}", guards=[READER])
async def read_month(month: FromPath[str], db: Db) -> MonthOutcome:
    """How a month came out: agreements and cents by outcome and reason."""
    shown = parse_month(month)
    async with db.transaction() as tx:
        return MonthOutcome(
            month=format_month(shown),
            reasons=await actions.list_reason_counts(tx, shown),
            uncomputed_count=await actions.count_uncomputed(tx, shown),
            changes=await actions.list_changes(tx, shown),
        )


@post("/months/{month:str}/compute", status_code=202, guards=[COMPUTER])
async def compute_month(
    month: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
    services: Held,
    everything: FromQuery[bool] = False,
) -> RunView:
    """Asks for a month that has ended; workers compute what has changed since it was computed.

    With `everything` they compute all of it again, from the first month of each agreement.
    """
    wanted, at = parse_month(month), clock.now()
    async with db.transaction() as tx:
        await actions.request_month(
            tx, wanted, by=me, at=at, today=clock.today(), everything=everything
        )
        run = await actions.find_progress(tx, wanted, at=at)
    await doorbell.ring(services.redis_url)
    assert run is not None, "it was asked for just now"
    return RunView.of(run)


@get("/months/{month:str}/run", guards=[READER])
async def read_run(month: FromPath[str], db: Db, clock: Now) -> RunView:
    """How far the latest run of a month is."""
    async with db.transaction() as tx:
        run = await actions.find_progress(tx, parse_month(month), at=clock.now())
    if run is None:
        raise NotFound
    return RunView.of(run)


@post("/months/{month:str}/cancel", status_code=204, guards=[COMPUTER])
async def cancel_month(month: FromPath[str], db: Db, me: Me, clock: Now) -> None:
    """Stops the run of a month; what is computed already stands."""
    async with db.transaction() as tx:
        await actions.cancel_month(tx, parse_month(month), by=me, at=clock.now())


@get("/instalments", guards=[READER])
async def list_instalments(
    month: FromQuery[str],
    db: Db,
    outcome: FromQuery[Outcome | None] = None,
    after: After = None,
    limit: Limit = LISTED_AT_ONCE,
) -> list[InstalmentSummary]:
    """A page of a month's instalments; `after` is the last `reference/kind` of the page before."""
    async with db.transaction() as tx:
        found = await actions.list_instalments(
            tx, parse_month(month), listing.after_place(after, limit), outcome=outcome
        )
    return found.rows


@get("/instalments/{instalment_id:uuid}", guards=[allow(scope=Scope.READ)])
async def read_instalment(instalment_id: FromPath[InstalmentId], db: Db) -> InstalmentView:
    """One instalment and how it came about; parties to the agreement may read it too."""
    async with db.transaction() as tx:
        instalment = await actions.get_instalment(tx, instalment_id)
        program = await actions.program_of(tx, instalment.agreement_id)
    return InstalmentView.of(instalment, program)


@get("/agreements/{agreement_id:uuid}/instalments", guards=[allow(scope=Scope.READ)])
async def list_of_agreement(agreement_id: FromPath[AgreementId], db: Db) -> list[InstalmentView]:
    """An agreement's instalments by month, with the versions that were superseded."""
    async with db.transaction() as tx:
        found = await actions.list_of_agreement(tx, agreement_id)
        if not found:
            return []
        program = await actions.program_of(tx, agreement_id)
    return [InstalmentView.of(one, program) for one in found]


@get("/agreements/{agreement_id:uuid}/instalments/as-known", guards=[allow(scope=Scope.READ)])
async def read_as_known(
    agreement_id: FromPath[AgreementId],
    month: FromQuery[str],
    at: FromQuery[datetime],
    db: Db,
    clock: Now,
) -> KnownMonth:
    """What a month comes to by what was known at a moment, computed again now.

    At the moment at which an instalment was computed, its very amount, reason and trace.
    """
    wanted = parse_month(month)
    async with db.transaction() as tx:
        entries = await actions.reproduce(tx, agreement_id, wanted, known_at=at, now=clock.now())
        program = await actions.program_of(tx, agreement_id)
    return KnownMonth(
        agreement_id=agreement_id,
        month=format_month(wanted),
        known_at=at,
        entries=[EntryView.of(entry, program) for entry in entries],
    )


router = Router(
    "/",
    route_handlers=[
        list_months,
        read_month,
        compute_month,
        read_run,
        cancel_month,
        list_instalments,
        read_instalment,
        list_of_agreement,
        read_as_known,
    ],
    tags=["instalments"],
)
