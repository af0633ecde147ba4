"""Visits in a browser: what is wanted and planned, and what was found."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.i18n import _
from service.ids import AgreementId, VisitId
from service.problems import InvalidFields, Problem
from service.visits import actions
from service.visits.model import FINDING_WORDS, STATE_WORDS, PlanForm, ReportForm, State
from service.visits.rules import CallOffReasonMissing, NotRunning, VisitPlanned
from service.web import ActingDatabase, Db, Me, Now, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
READER = allow(
    Role.CASE_OFFICER,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)


class TypedReason(msgspec.Struct):
    """Why a visit is called off."""

    reason: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


@get("/", guards=[READER])
async def show_visits(db: Db, me: Me, clock: Now) -> Template:
    """What the rule wants visited, what is planned and what was found."""
    async with db.transaction() as tx:
        visits = await actions.list_visits(tx, by=me)
        wanted = (
            await actions.list_wanted(tx, by=me, on=clock.today())
            if me.role is Role.CASE_OFFICER
            else []
        )
    return page(
        "visits/list.html",
        planned=[one for one in visits if one.state is State.PLANNED],
        over=[one for one in visits if one.state is not State.PLANNED],
        wanted=wanted,
        today=clock.today(),
        states=STATE_WORDS,
        findings=FINDING_WORDS,
        is_officer=me.role is Role.CASE_OFFICER,
    )


@get("/new", guards=[OFFICER])
async def show_plan(
    agreement_id: FromQuery[AgreementId], db: Db, me: Me, announced: FromQuery[str] = ""
) -> Template:
    """The form to plan a visit."""
    typed = PlanForm(agreement_id=agreement_id, is_announced=announced)
    return await _plan_page(db, me, typed)


@post("/new", guards=[OFFICER])
async def plan(data: URLEncodedBody[PlanForm], db: Db, me: Me, clock: Now) -> Redirect | Template:
    """Plans a visit, or brings the form back."""
    try:
        async with db.transaction() as tx:
            await actions.plan(tx, data, by=me, at=clock.now(), on=clock.today())
    except InvalidFields as refused:
        return await _plan_page(db, me, data, refused=refused, errors=refused.fields)
    except (VisitPlanned, NotRunning) as refused:
        errors = {"planned_on": refused.sentence()}
        return await _plan_page(db, me, data, refused=refused, errors=errors)
    return redirect("/visits")


@get("/{visit_id:uuid}", guards=[READER])
async def show_visit(visit_id: FromPath[VisitId], db: Db, me: Me) -> Template:
    """One visit, and while it is planned the forms to record it or call it off."""
    return await _visit_page(db, me, visit_id, ReportForm())


@post("/{visit_id:uuid}/report", guards=[OFFICER])
async def record(
    visit_id: FromPath[VisitId], data: URLEncodedBody[ReportForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Keeps what was found, or brings the form back."""
    try:
        async with db.transaction() as tx:
            await actions.record(tx, visit_id, data, by=me, at=clock.now(), on=clock.today())
    except InvalidFields as refused:
        return await _visit_page(db, me, visit_id, data, errors=refused.fields)
    return redirect(f"/visits/{visit_id}")


@post("/{visit_id:uuid}/call-off", guards=[OFFICER])
async def call_off(
    visit_id: FromPath[VisitId], data: URLEncodedBody[TypedReason], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Calls a visit off, or brings the form back."""
    try:
        async with db.transaction() as tx:
            await actions.call_off(tx, visit_id, data.reason, by=me, at=clock.now())
    except CallOffReasonMissing as refused:
        errors = {"reason": refused.sentence()}
        return await _visit_page(db, me, visit_id, ReportForm(), errors=errors, reason=data.reason)
    return redirect("/visits")


async def _plan_page(
    db: ActingDatabase,
    me: Actor,
    typed: PlanForm,
    *,
    refused: Problem | None = None,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        visited = await actions.get_visited(tx, typed.agreement_id, by=me)
    return page(
        "visits/new.html",
        status=refused.status if refused else 200,
        visited=visited,
        typed=typed,
        errors=errors or {},
        answers=[("yes", _("Yes, the employer is told")), ("no", _("No, unannounced"))],
    )


async def _visit_page(
    db: ActingDatabase,
    me: Actor,
    visit_id: VisitId,
    typed: ReportForm,
    *,
    errors: dict[str, str] | None = None,
    reason: str = "",
) -> Template:
    async with db.transaction() as tx:
        visit = await actions.get_visit(tx, visit_id)
    return page(
        "visits/show.html",
        status=422 if errors else 200,
        visit=visit,
        may_record=me.role is Role.CASE_OFFICER and visit.state is State.PLANNED,
        typed=typed,
        reason=reason,
        errors=errors or {},
        states=STATE_WORDS,
        findings=FINDING_WORDS,
        choices=[(str(code), _(named)) for code, named in FINDING_WORDS.items()],
    )


router = Router(
    "/visits",
    route_handlers=[show_visits, show_plan, plan, show_visit, record, call_off],
)
