"""The typed twins of sql/queries/outcomes.sql and sql/reports/outcomes.sql."""

from datetime import date, datetime

from service import db, lists
from service.db import Connection
from service.ids import AccountId, AgreementId, CandidateLinkId, OfficeId, OutcomeId
from service.lists import Found, Wanted
from service.outcomes.model import (
    POINTS,
    Due,
    Followed,
    Funnel,
    Observation,
    Outcome,
    Retention,
)

SQL = db.load("outcomes")
REPORT = db.load_report("outcomes")


async def lock_followed(tx: Connection, agreement_id: AgreementId) -> Followed:
    """The agreement whose outcome is recorded, held; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["lock_followed"], Followed, agreement_id=agreement_id)


async def insert_outcome(
    tx: Connection,
    outcome_id: OutcomeId,
    agreement_id: AgreementId,
    observation: Observation,
    *,
    recorded_at: datetime,
    recorded_by: AccountId | None,
    by_link: CandidateLinkId | None,
) -> None:
    """Writes an observation; a broken constraint is the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_outcome"],
        id=outcome_id,
        agreement_id=agreement_id,
        months_after=observation.months_after,
        employed=observation.employed,
        same_employer=observation.same_employer,
        observed_on=observation.observed_on,
        source=observation.source,
        recorded_at=recorded_at,
        recorded_by=recorded_by,
        by_link=by_link,
    )


async def list_outcomes(tx: Connection, agreement_id: AgreementId) -> list[Outcome]:
    """What is recorded of an agreement, by point."""
    return await db.fetch_all(tx, SQL["list_outcomes"], Outcome, agreement_id=agreement_id)


async def list_due(
    tx: Connection,
    wanted: Wanted,
    *,
    office_id: OfficeId | None,
    on: date,
    months_after: int | None,
) -> Found[Due]:
    """A page of the points of an office's agreements, or of all, that have passed unrecorded."""
    return await lists.fetch_page(
        tx,
        SQL["list_due"],
        Due,
        wanted,
        office_id=office_id,
        points=list(POINTS),
        on=on,
        months_after=months_after,
    )


async def list_funnel(tx: Connection, *, from_day: date, to_day: date) -> list[Funnel]:
    """How far the people came who registered between two days."""
    return await db.fetch_all(tx, REPORT["list_funnel"], Funnel, from_day=from_day, to_day=to_day)


async def list_retention(tx: Connection, *, from_day: date, to_day: date) -> list[Retention]:
    """Where these people stand at each point that has passed for any of them."""
    return await db.fetch_all(
        tx,
        REPORT["list_retention"],
        Retention,
        points=list(POINTS),
        from_day=from_day,
        to_day=to_day,
    )
