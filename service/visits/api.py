"""Visits for machines."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.ids import AgreementId, VisitId
from service.visits import actions
from service.visits.model import Finding, PlanForm, ReportForm, Visit, Wanted
from service.web import Db, Me, Now

OFFICER = allow(Role.CASE_OFFICER)
READER = allow(
    Role.CASE_OFFICER,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)


class PlanRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Under which agreement, when, and whether the employer is told."""

    agreement_id: AgreementId
    planned_on: date
    is_announced: bool


class ReportRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What was found, and when."""

    visited_on: date
    finding: Finding
    note: Annotated[str, msgspec.Meta(max_length=5_000)] = ""


class CallOffRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why a visit is called off."""

    reason: Annotated[str, msgspec.Meta(max_length=1_000)]


@get("/", guards=[READER])
async def list_visits(db: Db, me: Me) -> list[Visit]:
    """The visits of the own office, or of all for who sees all: the planned ones first."""
    async with db.transaction() as tx:
        return await actions.list_visits(tx, by=me)


@get("/wanted", guards=[allow(Role.CASE_OFFICER, scope=Scope.READ)])
async def list_wanted(db: Db, me: Me, clock: Now) -> list[Wanted]:
    """What the rule of the day wants the own office to visit."""
    async with db.transaction() as tx:
        return await actions.list_wanted(tx, by=me, on=clock.today())


@post("/", guards=[OFFICER])
async def plan(data: JSONBody[PlanRequest], db: Db, me: Me, clock: Now) -> Visit:
    """Plans a visit."""
    form = PlanForm(
        agreement_id=data.agreement_id,
        planned_on=data.planned_on.isoformat(),
        is_announced="yes" if data.is_announced else "no",
    )
    async with db.transaction() as tx:
        visit_id = await actions.plan(tx, form, by=me, at=clock.now(), on=clock.today())
        return await actions.get_visit(tx, visit_id)


@post("/{visit_id:uuid}/report", status_code=200, guards=[OFFICER])
async def record(
    visit_id: FromPath[VisitId], data: JSONBody[ReportRequest], db: Db, me: Me, clock: Now
) -> Visit:
    """Keeps what was found."""
    form = ReportForm(visited_on=data.visited_on.isoformat(), finding=data.finding, note=data.note)
    async with db.transaction() as tx:
        return await actions.record(tx, visit_id, form, by=me, at=clock.now(), on=clock.today())


@post("/{visit_id:uuid}/call-off", status_code=204, guards=[OFFICER])
async def call_off(
    visit_id: FromPath[VisitId], data: JSONBody[CallOffRequest], db: Db, me: Me, clock: Now
) -> None:
    """Calls a visit off."""
    async with db.transaction() as tx:
        await actions.call_off(tx, visit_id, data.reason, by=me, at=clock.now())


router = Router(
    "/visits", route_handlers=[list_visits, list_wanted, plan, record, call_off], tags=["visits"]
)
