"""Planning a visit, recording what was found, calling it off, and what the rule wants visited."""

from datetime import date, datetime

from service import db
from service.actor import Actor, Role
from service.db import Connection
from service.ids import AgreementId, VisitId, new_id, reference
from service.problems import NotAllowed
from service.visits import rules, store
from service.visits.model import Event, PlanForm, ReportForm, Visit, Visited, Wanted
from service.visits.rules import VisitPlanned

LISTED_AT_ONCE = 100


async def plan(tx: Connection, form: PlanForm, *, by: Actor, at: datetime, on: date) -> VisitId:
    """Plans a visit under an agreement of the own office.

    NotAllowed, NotFound, NotRunning, InvalidFields or VisitPlanned.
    """
    _check_officer(by)
    visited = await store.get_visited(tx, form.agreement_id, office_id=by.office)
    rules.check_running(visited.state)
    planned_on, is_announced = rules.read_plan(form, visited.employment, on=on)
    visit_id = VisitId(new_id())
    with db.refusing(visit_one_planned=VisitPlanned):
        await store.insert_visit(
            tx,
            visit_id,
            reference=reference("V", visit_id),
            agreement_id=visited.id,
            is_announced=is_announced,
            planned_on=planned_on,
            at=at,
            planned_by=by.account,
        )
    return visit_id


async def record(
    tx: Connection, visit_id: VisitId, form: ReportForm, *, by: Actor, at: datetime, on: date
) -> Visit:
    """Keeps what was found; NotAllowed, NotFound, VisitOver or InvalidFields.

    What is amiss flags the payment of the day when it is put up, and draws it for review.
    """
    _check_officer(by)
    held = await store.lock_visit(tx, visit_id)
    rules.move(held.state, Event.DONE)
    visited = await store.get_visited(tx, held.agreement_id, office_id=by.office)
    report = rules.read_report(form, visited.employment, on=on)
    await store.record_report(tx, visit_id, report, at=at, recorded_by=by.account)
    return await store.get_visit(tx, visit_id)


async def call_off(
    tx: Connection, visit_id: VisitId, reason: str, *, by: Actor, at: datetime
) -> None:
    """Calls a visit off; NotAllowed, NotFound, VisitOver or CallOffReasonMissing."""
    _check_officer(by)
    held = await store.lock_visit(tx, visit_id)
    rules.move(held.state, Event.CALLED_OFF)
    said = rules.read_call_off(reason)
    await store.record_call_off(tx, visit_id, reason=said, at=at, called_off_by=by.account)


async def get_visit(tx: Connection, visit_id: VisitId) -> Visit:
    """One visit; NotFound when it is not this actor's to see."""
    return await store.get_visit(tx, visit_id)


async def get_visited(tx: Connection, agreement_id: AgreementId, *, by: Actor) -> Visited:
    """The agreement of the own office that a visit is planned for; NotAllowed or NotFound."""
    _check_officer(by)
    return await store.get_visited(tx, agreement_id, office_id=by.office)


async def list_visits(tx: Connection, *, by: Actor) -> list[Visit]:
    """The visits of the own office, or of all for who sees all: the planned ones first."""
    return await store.list_visits(
        tx, office_id=by.office_id, agreement_id=None, at_most=LISTED_AT_ONCE
    )


async def list_visits_of_agreement(tx: Connection, agreement_id: AgreementId) -> list[Visit]:
    """The visits under an agreement; an employer sees none."""
    return await store.list_visits(
        tx, office_id=None, agreement_id=agreement_id, at_most=LISTED_AT_ONCE
    )


async def list_wanted(tx: Connection, *, by: Actor, on: date) -> list[Wanted]:
    """What the rule of the day wants the own office to visit, the longest wait first."""
    _check_officer(by)
    return await store.list_wanted(tx, office_id=by.office, on=on, at_most=LISTED_AT_ONCE)


def _check_officer(by: Actor) -> None:
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed
