"""Undertakings in a browser: which firms are one, what was granted to them, and what is left."""

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor
from service.clock import Clock
from service.ids import DeclarationId, EmployerId, LinkId
from service.money import InvalidAmount, parse_euros
from service.problems import InvalidFields
from service.undertakings import actions, rules
from service.undertakings.api import OFFICER, READER, Year, csv_file
from service.undertakings.model import DeclarationForm, LinkForm, Text, YearLine
from service.undertakings.rules import LinkWaiting
from service.web import ActingDatabase, Db, Me, Now, page, redirect


class LinkPage(msgspec.Struct):
    """What the form of a link sends."""

    business_number: Text = ""
    head_business_number: Text = ""
    linked_on: Text = ""
    reason: Text = ""
    document_reference: Text = ""


class DeclarationPage(msgspec.Struct):
    """What the form of a declaration sends."""

    granted_on: Text = ""
    granted_by: Text = ""
    amount: Text = ""
    document_reference: Text = ""


class CancellationPage(msgspec.Struct):
    """What the form of a cancellation sends."""

    reason: Text = ""


@get("/", guards=[READER])
async def show_undertakings(db: Db, me: Me, clock: Now) -> Template:
    """Who was granted most, the links that wait, and the form of a link."""
    return await _list_page(db, me, clock, LinkPage())


@post("/links", guards=[OFFICER])
async def propose_link(
    data: URLEncodedBody[LinkPage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Proposes a link, or brings the form back with a word beside each field."""
    form = LinkForm(**msgspec.structs.asdict(data))
    try:
        async with db.transaction() as tx:
            await actions.propose_link(tx, form, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _list_page(db, me, clock, data, refused.fields)
    except LinkWaiting as refused:
        errors = {"business_number": refused.sentence()}
        return await _list_page(db, me, clock, data, errors)
    return redirect("/undertakings")


@post("/links/{link_id:uuid}/confirm", guards=[OFFICER])
async def confirm_link(link_id: FromPath[LinkId], db: Db, me: Me, clock: Now) -> Redirect:
    """Puts in force what a colleague proposed."""
    async with db.transaction() as tx:
        await actions.confirm_link(tx, link_id, by=me, at=clock.now())
    return redirect("/undertakings")


@post("/links/{link_id:uuid}/refuse", guards=[OFFICER])
async def refuse_link(link_id: FromPath[LinkId], db: Db, me: Me, clock: Now) -> Redirect:
    """Turns a link down."""
    async with db.transaction() as tx:
        await actions.refuse_link(tx, link_id, by=me, at=clock.now())
    return redirect("/undertakings")


@get("/report.csv", guards=[READER])
async def download_report(db: Db, me: Me, year: Year) -> Response[list[YearLine] | str]:
    """The year's report for the State Aid Department, as a file."""
    async with db.transaction() as tx:
        lines = await actions.report_year(tx, year, by=me)
    return csv_file(lines, year)


@get("/of/{employer_id:uuid}", guards=[READER])
async def show_undertaking(
    employer_id: FromPath[EmployerId], db: Db, me: Me, clock: Now
) -> Template:
    """The undertaking of a firm: its firms, its aid, its headroom."""
    return await _undertaking_page(db, me, clock, employer_id, DeclarationPage())


@post("/of/{employer_id:uuid}/declarations", guards=[OFFICER])
async def declare_aid(
    employer_id: FromPath[EmployerId],
    data: URLEncodedBody[DeclarationPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Keeps declared aid, or brings the form back with a word beside each field."""
    form = DeclarationForm(
        granted_on=data.granted_on,
        granted_by=data.granted_by,
        amount_cents=_read_cents(data.amount),
        document_reference=data.document_reference,
    )
    try:
        async with db.transaction() as tx:
            await actions.declare_aid(
                tx, employer_id, form, by=me, at=clock.now(), on=clock.today()
            )
    except InvalidFields as refused:
        return await _undertaking_page(db, me, clock, employer_id, data, refused.fields)
    return redirect(f"/undertakings/of/{employer_id}")


@post("/of/{employer_id:uuid}/declarations/{declaration_id:uuid}/cancel", guards=[OFFICER])
async def cancel_declaration(
    employer_id: FromPath[EmployerId],
    declaration_id: FromPath[DeclarationId],
    data: URLEncodedBody[CancellationPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """A declaration that was wrong no longer counts."""
    async with db.transaction() as tx:
        await actions.cancel_declaration(
            tx, declaration_id, reason=data.reason, by=me, at=clock.now()
        )
    return redirect(f"/undertakings/of/{employer_id}")


def _read_cents(text: str) -> int | None:
    try:
        return parse_euros(text)
    except InvalidAmount:
        return None


async def _list_page(
    db: ActingDatabase,
    me: Actor,
    clock: Clock,
    typed: LinkPage,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        uses = await actions.list_uses(tx, by=me, on=clock.today())
        links = await actions.list_waiting_links(tx, by=me)
    return page(
        "undertakings/list.html",
        status=422 if errors else 200,
        uses=uses,
        links=links,
        typed=typed,
        errors=errors or {},
        me=me,
        may_write=me.role in rules.OFFICERS,
        year=clock.today().year,
    )


async def _undertaking_page(
    db: ActingDatabase,
    me: Actor,
    clock: Clock,
    employer_id: EmployerId,
    typed: DeclarationPage,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        found = await actions.read_undertaking(tx, employer_id, by=me, on=clock.today())
    return page(
        "undertakings/show.html",
        status=422 if errors else 200,
        employer_id=employer_id,
        found=found,
        typed=typed,
        errors=errors or {},
        may_write=me.role in rules.OFFICERS,
    )


router = Router(
    "/undertakings",
    route_handlers=[
        show_undertakings,
        propose_link,
        confirm_link,
        refuse_link,
        download_report,
        show_undertaking,
        declare_aid,
        cancel_declaration,
    ],
)
