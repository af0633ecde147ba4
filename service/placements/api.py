"""Placements as JSON: an employer posts, a case officer decides."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.ids import PlacementId
from service.lists import newest_before
from service.placements import actions
from service.placements.forms import DecisionForm, PlacementForm
from service.placements.model import Line, Placement, State
from service.web import Db, Me, Now

Most = Annotated[int, QueryParameter(name="most", ge=1, le=200)]
InState = Annotated[State | None, QueryParameter(name="state")]


class Placements(msgspec.Struct):
    """A part of a list; ask again with `before` for the next part."""

    placements: list[Line]
    before: PlacementId | None


@post("/", guards=[allow(Role.EMPLOYER)])
async def post_placement(data: JSONBody[PlacementForm], db: Db, me: Me, clock: Now) -> Placement:
    """Posts a placement; every wrong field comes back with its sentence."""
    async with db.transaction() as tx:
        return await actions.post_placement(tx, data, by=me, at=clock.now(), on=clock.today())


@get("/", guards=[allow(scope=Scope.READ)])
async def list_placements(
    db: Db,
    me: Me,
    clock: Now,
    wanted: Annotated[State | None, QueryParameter(name="state")] = None,
    before: FromQuery[PlacementId | None] = None,
    most: Most = 50,
    open_only: FromQuery[bool] = False,
) -> Placements:
    """An employer's own placements, all of them for the others; `open_only`: seats to fill."""
    async with db.transaction() as tx:
        found = await actions.list_placements(
            tx,
            newest_before(before, at_most=most),
            state=None if open_only else wanted,
            open_on=clock.today() if open_only else None,
            by=me,
        )
    lines = found.rows
    return Placements(lines, lines[-1].id if len(lines) == most else None)


@get("/{placement_id:uuid}", guards=[allow(scope=Scope.READ)])
async def get_placement(placement_id: FromPath[PlacementId], db: Db) -> Placement:
    """One placement with who decided what and when."""
    async with db.transaction() as tx:
        return await actions.get_placement(tx, placement_id)


@post("/{placement_id:uuid}/approve", status_code=200, guards=[allow(Role.CASE_OFFICER)])
async def approve_placement(
    placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now
) -> Placement:
    """Opens a submitted placement to matching."""
    async with db.transaction() as tx:
        return await actions.approve_placement(tx, placement_id, by=me, at=clock.now())


@post("/{placement_id:uuid}/refuse", status_code=200, guards=[allow(Role.CASE_OFFICER)])
async def refuse_placement(
    placement_id: FromPath[PlacementId], data: JSONBody[DecisionForm], db: Db, me: Me, clock: Now
) -> Placement:
    """Refuses a submitted placement, with the reason."""
    async with db.transaction() as tx:
        return await actions.refuse_placement(tx, placement_id, data.reason, by=me, at=clock.now())


@post(
    "/{placement_id:uuid}/close",
    status_code=200,
    guards=[allow(Role.CASE_OFFICER, Role.EMPLOYER)],
)
async def close_placement(
    placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now
) -> Placement:
    """Ends matching for an approved placement."""
    async with db.transaction() as tx:
        return await actions.close_placement(tx, placement_id, by=me, at=clock.now())


router = Router(
    "/placements",
    route_handlers=[
        post_placement,
        list_placements,
        get_placement,
        approve_placement,
        refuse_placement,
        close_placement,
    ],
    tags=["placements"],
)
