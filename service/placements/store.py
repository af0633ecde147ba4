"""The typed twins of sql/queries/placements.sql."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db, lists
from service.db import Connection
from service.ids import AccountId, EmployerId, PlacementId, SchemeId
from service.lists import Found, Wanted
from service.placements.forms import PlacementForm
from service.placements.model import (
    Choice,
    Held,
    Line,
    Offer,
    Placement,
    PostingFacts,
    Standing,
    State,
)

SQL = db.load("placements")


async def get_posting_facts(
    tx: Connection, form: PlacementForm, *, starts_on: date
) -> PostingFacts:
    """What the tables say about an offer that begins on a day; codes nobody knows are no error."""
    return await db.fetch_one(
        tx,
        SQL["get_posting_facts"],
        PostingFacts,
        scheme_code=_storable(form.scheme_code),
        occupation_code=_storable(form.occupation_code),
        municipality_code=_storable(form.municipality_code),
        starts_on=starts_on,
    )


def _storable(code: str) -> str:
    """PostgreSQL refuses text with a NUL or half a surrogate pair; no code has either."""
    return code if code.isprintable() else ""


async def insert_placement(
    tx: Connection,
    placement_id: PlacementId,
    offer: Offer,
    *,
    reference: str,
    employer_id: EmployerId,
    scheme_id: SchemeId,
    account_id: AccountId,
    at: datetime,
) -> None:
    """Saves an offer as submitted; breaks placement_pays_minimum_wage when it pays too little."""
    await db.execute(
        tx,
        SQL["insert_placement"],
        placement_id=placement_id,
        reference=reference,
        employer_id=employer_id,
        scheme_id=scheme_id,
        title=offer.title,
        occupation_code=offer.occupation_code,
        tasks=offer.tasks,
        mentor_name=offer.mentor_name,
        training_plan=offer.training_plan,
        weekly_hours=offer.weekly_hours,
        gross_wage_cents=offer.gross_wage_cents,
        municipality_code=offer.municipality_code,
        seats=offer.seats,
        period=offer.period,
        education_min=offer.education_min,
        languages=offer.languages,
        driving_licences=offer.driving_licences,
        skills=offer.skills,
        skills_demanded=offer.skills_demanded,
        account_id=account_id,
        at=at,
    )


async def get_placement(tx: Connection, placement_id: PlacementId) -> Placement:
    """One placement; NotFound when there is none or the policies hide it."""
    return await db.fetch_one(tx, SQL["get_placement"], Placement, placement_id=placement_id)


async def lock_placement(tx: Connection, placement_id: PlacementId) -> Held:
    """What deciding needs, held until the decision is written; NotFound."""
    return await db.fetch_one(tx, SQL["lock_placement"], Held, placement_id=placement_id)


async def record_decided(
    tx: Connection,
    placement_id: PlacementId,
    state: State,
    *,
    reason: str | None,
    account_id: AccountId,
    at: datetime,
) -> int:
    """Approves or refuses a submitted placement; 0 when it is not submitted."""
    return await db.execute(
        tx,
        SQL["record_decided"],
        placement_id=placement_id,
        state=state,
        reason=reason,
        account_id=account_id,
        at=at,
    )


async def record_closed(
    tx: Connection, placement_id: PlacementId, *, account_id: AccountId, at: datetime
) -> int:
    """Closes an approved placement; 0 when it is not approved."""
    return await db.execute(
        tx, SQL["record_closed"], placement_id=placement_id, account_id=account_id, at=at
    )


async def list_placements(
    tx: Connection,
    wanted: Wanted,
    *,
    employer_id: EmployerId | None,
    state: State | None,
    name_patterns: Sequence[str] | None,
    open_on: date | None,
) -> Found[Line]:
    """A page of placements: of an employer or all, in a state, or with a seat left on a day."""
    return await lists.fetch_page(
        tx,
        SQL["list_placements"],
        Line,
        wanted,
        employer_id=employer_id,
        state=state,
        name_patterns=name_patterns,
        open_on=open_on,
    )


async def list_choices(tx: Connection) -> list[Choice]:
    """The schemes, occupations and municipalities that a placement is posted with, by code."""
    return await db.fetch_all(tx, SQL["list_choices"], Choice)


async def get_standing(tx: Connection, placement_id: PlacementId, *, on: date) -> Standing:
    """What is known of the employer of a placement; NotFound unless a case officer asks."""
    return await db.fetch_one(tx, SQL["get_standing"], Standing, placement_id=placement_id, on=on)
