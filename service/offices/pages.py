"""Offices in a browser, for who keeps them: open, rename, close."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.i18n import language
from service.ids import OfficeId
from service.offices import actions, rules
from service.problems import InvalidFields, Problem
from service.web import ActingDatabase, Db, Me, Now, page, redirect

READER = allow(Role.ADMINISTRATOR, Role.AUDITOR, scope=Scope.READ)
KEEPER = allow(Role.ADMINISTRATOR)

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class NamesForm(msgspec.Struct):
    """Both names: both languages are official."""

    name_sq: Text = ""
    name_sr: Text = ""


class OfficeForm(NamesForm):
    """And where it is."""

    municipality_code: Text = ""


@get("/", guards=[READER])
async def show_offices(db: Db, me: Me) -> Template:
    """Every office, and how much it has to do."""
    return await _list_page(db, me)


@post("/", guards=[KEEPER])
async def open_office(
    data: URLEncodedBody[OfficeForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Opens an office; the form comes back with a word beside each field."""
    try:
        async with db.transaction() as tx:
            await actions.open_office(
                tx,
                data.municipality_code,
                name_sq=data.name_sq,
                name_sr=data.name_sr,
                by=me,
                at=clock.now(),
            )
    except (InvalidFields, rules.OfficeTaken) as refused:
        return await _list_page(db, me, form=data, refused=refused)
    return redirect("/offices")


@get("/{office_id:uuid}", guards=[KEEPER])
async def show_office(office_id: FromPath[OfficeId], db: Db, me: Me) -> Template:
    """One office: its names, and closing it."""
    return await _office_page(db, me, office_id)


@post("/{office_id:uuid}", guards=[KEEPER])
async def rename_office(
    office_id: FromPath[OfficeId], data: URLEncodedBody[NamesForm], db: Db, me: Me
) -> Redirect | Template:
    """Other names."""
    try:
        async with db.transaction() as tx:
            await actions.rename_office(
                tx, office_id, name_sq=data.name_sq, name_sr=data.name_sr, by=me
            )
    except InvalidFields as refused:
        return await _office_page(db, me, office_id, form=data, refused=refused)
    return redirect("/offices")


@post("/{office_id:uuid}/close", guards=[KEEPER])
async def close_office(
    office_id: FromPath[OfficeId], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Closes the office, or names what it still has to do."""
    try:
        async with db.transaction() as tx:
            await actions.close_office(tx, office_id, by=me, at=clock.now())
    except rules.CasesOpen as refused:
        return await _office_page(db, me, office_id, refused=refused)
    return redirect("/offices")


async def _list_page(
    db: ActingDatabase,
    me: Actor,
    *,
    form: OfficeForm | None = None,
    refused: Problem | None = None,
) -> Template:
    async with db.transaction() as tx:
        offices = await actions.list_kept_offices(tx, by=me)
        places = await actions.list_municipalities(tx)
    named = {one.code: one.name(language()) for one in places}
    errors = {"municipality_code": refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "offices/list.html",
        status=refused.status if refused else 200,
        offices=offices,
        places=named,
        choices=sorted(named.items(), key=lambda choice: choice[1]),
        form=form or OfficeForm(),
        errors=errors,
        may_edit=me.role is Role.ADMINISTRATOR,
    )


async def _office_page(
    db: ActingDatabase,
    me: Actor,
    office_id: OfficeId,
    *,
    form: NamesForm | None = None,
    refused: Problem | None = None,
) -> Template:
    async with db.transaction() as tx:
        office = await actions.read_office(tx, office_id, by=me)
    errors = {"close": refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "offices/office.html",
        status=refused.status if refused else 200,
        office=office,
        form=form or NamesForm(office.name_sq, office.name_sr),
        errors=errors,
    )


router = Router(
    "/offices",
    route_handlers=[show_offices, open_office, show_office, rename_office, close_office],
)
