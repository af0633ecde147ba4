"""Suspense for machines: what waits, and what people say of it."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.bank.model import EntryKind
from service.ids import AttemptId, EntryId, ResolutionId
from service.suspense import actions
from service.suspense.model import (
    Candidate,
    Category,
    Owing,
    RecoveryPart,
    ResolutionRow,
    Waiting,
)
from service.web import Db, Me, Now

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
PARTS_MAX = 1_000

Text = Annotated[str, msgspec.Meta(max_length=1_000)]
Days = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class MatchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The orders that an entry is, and why."""

    attempt_ids: Annotated[list[AttemptId], msgspec.Meta(min_length=1, max_length=PARTS_MAX)]
    reason: Text


class ExplainForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an entry is that is no payment of ours, and why."""

    category: Category
    reason: Text


class SettleForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The recoveries that an entry settles, with the cents of each, and why."""

    parts: Annotated[list[RecoveryPart], msgspec.Meta(min_length=1, max_length=PARTS_MAX)]
    reason: Text


class ConfirmForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second person's yes or no."""

    is_granted: bool


class UndoForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an explanation is taken back."""

    reason: Text


class Resolved(msgspec.Struct, frozen=True):
    """The resolution that was written."""

    resolution_id: ResolutionId


@get("/", guards=[READER])
async def list_entries(
    db: Db,
    clock: Now,
    kind: FromQuery[EntryKind | None] = None,
    older_than_days: FromQuery[int] = 0,
) -> list[Waiting]:
    """What moved on our account, matched nothing and waits, with its age in days; 200 at most."""
    async with db.transaction() as tx:
        found = await actions.list_entries(
            tx, kind=kind, older_than_days=older_than_days or None, today=clock.today()
        )
    return found.rows


@get("/resolutions", guards=[READER])
async def list_resolutions(db: Db) -> list[ResolutionRow]:
    """All that was ever said of such entries, the newest first; 200 at most."""
    async with db.transaction() as tx:
        return await actions.list_resolutions(tx)


@get("/{entry_id:uuid}/candidates", guards=[READER])
async def list_candidates(entry_id: FromPath[EntryId], db: Db) -> list[Candidate]:
    """Orders that an entry could be, by its amount: a proposal, nothing more."""
    async with db.transaction() as tx:
        return await actions.list_candidates(tx, entry_id)


@post("/{entry_id:uuid}/match", status_code=200, guards=[FINANCE])
async def match_entry(
    entry_id: FromPath[EntryId], data: JSONBody[MatchForm], db: Db, me: Me, clock: Now
) -> Resolved:
    """Says that an entry is one order, or several that add up to it."""
    async with db.transaction() as tx:
        done = await actions.match_entry(
            tx, entry_id, data.attempt_ids, reason=data.reason, by=me, at=clock.now()
        )
    return Resolved(done)


@post("/{entry_id:uuid}/explain", status_code=200, guards=[FINANCE])
async def explain_entry(
    entry_id: FromPath[EntryId], data: JSONBody[ExplainForm], db: Db, me: Me, clock: Now
) -> Resolved:
    """Says that an entry is no payment of ours, and what it is."""
    async with db.transaction() as tx:
        done = await actions.explain_entry(
            tx, entry_id, category=data.category, reason=data.reason, by=me, at=clock.now()
        )
    return Resolved(done)


@get("/{entry_id:uuid}/recoveries", guards=[READER])
async def list_recoveries_to_settle(entry_id: FromPath[EntryId], db: Db) -> list[Owing]:
    """Open recoveries, those of the amount of an entry first: a proposal, nothing more."""
    async with db.transaction() as tx:
        return await actions.list_recoveries_to_settle(tx, entry_id)


@post("/{entry_id:uuid}/settle", status_code=200, guards=[FINANCE])
async def settle_recoveries(
    entry_id: FromPath[EntryId], data: JSONBody[SettleForm], db: Db, me: Me, clock: Now
) -> Resolved:
    """Says that an entry is money that was owed back, and settles recoveries with it."""
    async with db.transaction() as tx:
        done = await actions.settle_recoveries(
            tx, entry_id, data.parts, reason=data.reason, by=me, at=clock.now()
        )
    return Resolved(done)


@post("/resolutions/{resolution_id:uuid}/confirm", status_code=204, guards=[FINANCE])
async def confirm_resolution(
    resolution_id: FromPath[ResolutionId],
    data: JSONBody[ConfirmForm],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """A second person's yes or no to what was said of a large entry."""
    async with db.transaction() as tx:
        await actions.confirm_resolution(
            tx, resolution_id, is_granted=data.is_granted, by=me, at=clock.now()
        )


@post("/resolutions/{resolution_id:uuid}/undo", status_code=200, guards=[FINANCE])
async def undo_resolution(
    resolution_id: FromPath[ResolutionId],
    data: JSONBody[UndoForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Resolved:
    """Takes an explanation back; the entry waits again."""
    async with db.transaction() as tx:
        done = await actions.undo_resolution(
            tx, resolution_id, reason=data.reason, by=me, at=clock.now()
        )
    return Resolved(done)


router = Router(
    "/bank/suspense",
    route_handlers=[
        list_entries,
        list_resolutions,
        list_candidates,
        match_entry,
        explain_entry,
        list_recoveries_to_settle,
        settle_recoveries,
        confirm_resolution,
        undo_resolution,
    ],
    tags=["bank"],
)
