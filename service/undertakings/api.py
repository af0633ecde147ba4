"""Undertakings and de minimis aid for machines."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Scope
from service.auth import allow
from service.ids import DeclarationId, EmployerId, LinkId
from service.undertakings import actions, rules
from service.undertakings.model import (
    DeclarationForm,
    LinkForm,
    Text,
    Undertaking,
    Use,
    WaitingLink,
    YearLine,
)
from service.web import Db, Me, Now

OFFICER = allow(*rules.OFFICERS)
READER = allow(*rules.READERS, scope=Scope.READ)
JSON = "application/json"

Year = Annotated[int, QueryParameter(ge=rules.FIRST_YEAR, le=2100)]
Format = Annotated[Literal["json", "csv"], QueryParameter(name="format")]
Day = Annotated[date | None, QueryParameter(name="on")]


class Kept(msgspec.Struct, frozen=True):
    """A declaration that was kept."""

    id: DeclarationId


class Proposed(msgspec.Struct, frozen=True):
    """A link that waits for a second person."""

    id: LinkId


class Cancellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a declaration is cancelled."""

    reason: Text


def csv_file(lines: list[YearLine], year: int) -> Response[list[YearLine] | str]:
    """The year's report as a download."""
    return Response(
        rules.write_csv(lines, year=year),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="state-aid-{year}.csv"'},
    )


@get("/", guards=[READER])
async def list_uses(db: Db, me: Me, clock: Now) -> list[Use]:
    """The undertakings that were granted most within the rolling years, in cents."""
    async with db.transaction() as tx:
        return await actions.list_uses(tx, by=me, on=clock.today())


@get("/of/{employer_id:uuid}", guards=[READER])
async def read_undertaking(
    employer_id: FromPath[EmployerId], db: Db, me: Me, clock: Now, on: Day = None
) -> Undertaking:
    """The undertaking of a firm, with what was granted and its headroom, today or on a day."""
    async with db.transaction() as tx:
        return await actions.read_undertaking(tx, employer_id, by=me, on=on or clock.today())


@post("/of/{employer_id:uuid}/declarations", guards=[OFFICER])
async def declare_aid(
    employer_id: FromPath[EmployerId],
    data: JSONBody[DeclarationForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Kept:
    """Aid of others that a firm declares, with the document."""
    async with db.transaction() as tx:
        return Kept(
            await actions.declare_aid(
                tx, employer_id, data, by=me, at=clock.now(), on=clock.today()
            )
        )


@post("/declarations/{declaration_id:uuid}/cancel", guards=[OFFICER], status_code=204)
async def cancel_declaration(
    declaration_id: FromPath[DeclarationId],
    data: JSONBody[Cancellation],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """A declaration that was wrong no longer counts."""
    async with db.transaction() as tx:
        await actions.cancel_declaration(
            tx, declaration_id, reason=data.reason, by=me, at=clock.now()
        )


@get("/links", guards=[READER])
async def list_waiting_links(db: Db, me: Me) -> list[WaitingLink]:
    """Links of firms that wait for a second person."""
    async with db.transaction() as tx:
        return await actions.list_waiting_links(tx, by=me)


@post("/links", guards=[OFFICER])
async def propose_link(data: JSONBody[LinkForm], db: Db, me: Me, clock: Now) -> Proposed:
    """That a firm is in another's undertaking, once a second person confirms it."""
    async with db.transaction() as tx:
        return Proposed(await actions.propose_link(tx, data, by=me, at=clock.now()))


@post("/links/{link_id:uuid}/confirm", guards=[OFFICER], status_code=204)
async def confirm_link(link_id: FromPath[LinkId], db: Db, me: Me, clock: Now) -> None:
    """Puts a link in force, as a second person."""
    async with db.transaction() as tx:
        await actions.confirm_link(tx, link_id, by=me, at=clock.now())


@post("/links/{link_id:uuid}/refuse", guards=[OFFICER], status_code=204)
async def refuse_link(link_id: FromPath[LinkId], db: Db, me: Me, clock: Now) -> None:
    """Turns a link down."""
    async with db.transaction() as tx:
        await actions.refuse_link(tx, link_id, by=me, at=clock.now())


@get("/report", guards=[READER])
async def report_year(
    db: Db, me: Me, year: Year, file_format: Format = "json"
) -> Response[list[YearLine] | str]:
    """What each undertaking was granted in a year, for the State Aid Department."""
    async with db.transaction() as tx:
        lines = await actions.report_year(tx, year, by=me)
    return csv_file(lines, year) if file_format == "csv" else Response(lines, media_type=JSON)


router = Router(
    "/undertakings",
    route_handlers=[
        list_uses,
        read_undertaking,
        declare_aid,
        cancel_declaration,
        list_waiting_links,
        propose_link,
        confirm_link,
        refuse_link,
        report_year,
    ],
    tags=["undertakings"],
)
