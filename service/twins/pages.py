"""People who may be one, in a browser: compare them, and say that they are two."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.ids import CandidateId
from service.problems import Problem
from service.twins import actions
from service.twins.rules import AlreadyToldApart, TellingMissing
from service.web import ActingDatabase, Db, Me, Now, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)


class TypedTelling(msgspec.Struct):
    """Which two, and how it is known that they are two."""

    candidate_id: CandidateId
    other_id: CandidateId
    reason: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


@get("/", guards=[OFFICER_READS])
async def show_twins(db: Db, me: Me) -> Template:
    """The pairs of the office that nobody has decided."""
    return await _twins_page(db, me)


@post("/", guards=[OFFICER])
async def tell_apart(
    data: URLEncodedBody[TypedTelling], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says that two entries are two people, or brings the page back with what was typed."""
    try:
        async with db.transaction() as tx:
            await actions.tell_apart(
                tx, data.candidate_id, data.other_id, data.reason, by=me, at=clock.now()
            )
    except (TellingMissing, AlreadyToldApart) as refused:
        return await _twins_page(db, me, typed=data, refused=refused)
    return redirect("/candidates/twins")


async def _twins_page(
    db: ActingDatabase,
    me: Actor,
    *,
    typed: TypedTelling | None = None,
    refused: Problem | None = None,
) -> Template:
    async with db.transaction() as tx:
        twins = await actions.list_twins(tx, by=me)
    return page(
        "twins/list.html",
        status=refused.status if refused else 200,
        twins=twins,
        typed=typed,
        refused=refused,
    )


router = Router("/candidates/twins", route_handlers=[show_twins, tell_apart])
