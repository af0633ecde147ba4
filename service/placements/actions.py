"""Posting a placement, deciding about it, closing it, and looking through them."""

from datetime import date, datetime

from service import db
from service.actor import Actor, Role
from service.answers import read_day
from service.db import Connection
from service.ids import PlacementId, new_id, reference
from service.lists import Found, Wanted
from service.names import search_patterns
from service.placements import answers, rules, store
from service.placements.forms import PlacementForm
from service.placements.model import Choice, Event, Line, Placement, Standing, State
from service.placements.rules import WageBelowMinimum
from service.problems import NotAllowed

NEWEST = Wanted("newest", descending=True, counts=False)


async def post_placement(
    tx: Connection, form: PlacementForm, *, by: Actor, at: datetime, on: date
) -> Placement:
    """Posts a placement for the account's employer; InvalidFields when the offer is not fit."""
    if by.role is not Role.EMPLOYER:
        raise NotAllowed
    facts = await store.get_posting_facts(tx, form, starts_on=read_day(form.starts_on) or on)
    offer = answers.read_offer(form, facts, on=on)
    assert facts.scheme_id is not None, "read_offer refuses an unknown scheme"
    placement_id = PlacementId(new_id())
    with db.refusing(placement_pays_minimum_wage=WageBelowMinimum):
        await store.insert_placement(
            tx,
            placement_id,
            offer,
            reference=reference("P", placement_id),
            employer_id=by.employer,
            scheme_id=facts.scheme_id,
            account_id=by.account,
            at=at,
        )
    return await store.get_placement(tx, placement_id)


async def approve_placement(
    tx: Connection, placement_id: PlacementId, *, by: Actor, at: datetime
) -> Placement:
    """Opens a submitted placement to matching; WageBelowMinimum when the minimum rose since."""
    _check_officer(by)
    held = await store.lock_placement(tx, placement_id)
    state = rules.move(held.state, Event.APPROVED)
    rules.check_wage(held)
    await _decide(tx, placement_id, state, reason=None, by=by, at=at)
    return await store.get_placement(tx, placement_id)


async def refuse_placement(
    tx: Connection, placement_id: PlacementId, reason: str, *, by: Actor, at: datetime
) -> Placement:
    """Refuses a submitted placement for good, with a reason the employer reads; ReasonMissing."""
    _check_officer(by)
    held = await store.lock_placement(tx, placement_id)
    state = rules.move(held.state, Event.REFUSED)
    await _decide(tx, placement_id, state, reason=rules.read_reason(reason), by=by, at=at)
    return await store.get_placement(tx, placement_id)


async def close_placement(
    tx: Connection, placement_id: PlacementId, *, by: Actor, at: datetime
) -> Placement:
    """Ends matching for an approved placement, by its employer or an office; agreements stay."""
    if by.role not in {Role.CASE_OFFICER, Role.EMPLOYER}:
        raise NotAllowed
    held = await store.lock_placement(tx, placement_id)
    rules.move(held.state, Event.CLOSED)
    written = await store.record_closed(tx, placement_id, account_id=by.account, at=at)
    assert written == 1, "the placement is locked"
    return await store.get_placement(tx, placement_id)


async def get_placement(tx: Connection, placement_id: PlacementId) -> Placement:
    """One placement; NotFound when there is none or it is another employer's."""
    return await store.get_placement(tx, placement_id)


async def list_placements(
    tx: Connection,
    wanted: Wanted = NEWEST,
    *,
    state: State | None = None,
    employer_name: str | None = None,
    open_on: date | None = None,
    by: Actor,
) -> Found[Line]:
    """A page of the placements a person may look through: an employer's own, for others all.

    `open_on` asks for those that are approved, not over on that day, and have a seat left.
    """
    return await store.list_placements(
        tx,
        wanted,
        employer_id=by.employer if by.role is Role.EMPLOYER else None,
        state=state,
        name_patterns=search_patterns(employer_name or "") or None,
        open_on=open_on,
    )


async def list_choices(tx: Connection) -> list[Choice]:
    """The schemes, occupations and municipalities that a placement is posted with."""
    return await store.list_choices(tx)


async def read_standing(
    tx: Connection, placement_id: PlacementId, *, by: Actor, on: date
) -> Standing:
    """What a case officer weighs before a placement is approved; NotAllowed or NotFound."""
    _check_officer(by)
    return await store.get_standing(tx, placement_id, on=on)


def _check_officer(by: Actor) -> None:
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed


async def _decide(
    tx: Connection,
    placement_id: PlacementId,
    state: State,
    *,
    reason: str | None,
    by: Actor,
    at: datetime,
) -> None:
    written = await store.record_decided(
        tx, placement_id, state, reason=reason, account_id=by.account, at=at
    )
    assert written == 1, "the placement is locked"
