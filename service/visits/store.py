"""The typed twins of sql/queries/visits.sql."""

from datetime import date, datetime

from service import db
from service.db import Connection
from service.ids import AccountId, AgreementId, OfficeId, VisitId
from service.visits.model import Held, Report, Visit, Visited, Wanted

SQL = db.load("visits")


async def get_visited(tx: Connection, agreement_id: AgreementId, *, office_id: OfficeId) -> Visited:
    """The agreement of an office that a visit is about; NotFound."""
    return await db.fetch_one(
        tx, SQL["get_visited"], Visited, agreement_id=agreement_id, office_id=office_id
    )


async def insert_visit(
    tx: Connection,
    visit_id: VisitId,
    *,
    reference: str,
    agreement_id: AgreementId,
    is_announced: bool,
    planned_on: date,
    at: datetime,
    planned_by: AccountId,
) -> int:
    """Plans a visit; breaks visit_one_planned when one is planned already."""
    return await db.execute(
        tx,
        SQL["insert_visit"],
        visit_id=visit_id,
        reference=reference,
        agreement_id=agreement_id,
        is_announced=is_announced,
        planned_on=planned_on,
        at=at,
        planned_by=planned_by,
    )


async def lock_visit(tx: Connection, visit_id: VisitId) -> Held:
    """One visit, held until it is recorded or called off; NotFound."""
    return await db.fetch_one(tx, SQL["lock_visit"], Held, visit_id=visit_id)


async def record_report(
    tx: Connection, visit_id: VisitId, report: Report, *, at: datetime, recorded_by: AccountId
) -> int:
    """What was found; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_report"],
        visit_id=visit_id,
        visited_on=report.visited_on,
        finding=report.finding,
        note=report.note,
        at=at,
        recorded_by=recorded_by,
    )


async def record_call_off(
    tx: Connection, visit_id: VisitId, *, reason: str, at: datetime, called_off_by: AccountId
) -> int:
    """Calls a planned visit off; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_call_off"],
        visit_id=visit_id,
        reason=reason,
        at=at,
        called_off_by=called_off_by,
    )


async def get_visit(tx: Connection, visit_id: VisitId) -> Visit:
    """One visit; NotFound when it is not this actor's to see."""
    return await db.fetch_one(tx, SQL["get_visit"], Visit, visit_id=visit_id)


async def list_visits(
    tx: Connection, *, office_id: OfficeId | None, agreement_id: AgreementId | None, at_most: int
) -> list[Visit]:
    """Visits of an office or an agreement: the planned ones first, then the newest."""
    return await db.fetch_all(
        tx,
        SQL["list_visits"],
        Visit,
        office_id=office_id,
        agreement_id=agreement_id,
        at_most=at_most,
    )


async def list_wanted(
    tx: Connection, *, office_id: OfficeId, on: date, at_most: int
) -> list[Wanted]:
    """Agreements of an office that want a visit, those that have waited longest first."""
    return await db.fetch_all(
        tx, SQL["list_wanted"], Wanted, office_id=office_id, on=on, at_most=at_most
    )
