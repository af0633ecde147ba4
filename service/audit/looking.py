"""Who opened what is sealed of people, and who was told of other offices', for auditors."""

from functools import partial

from litestar import get, post
from litestar.response import Redirect, Stream, Template

from service import list_pages
from service.actor import Actor
from service.audit import actions
from service.audit.listing import AUDITOR
from service.audit.model import ElsewhereLook, LookSearch, SensitiveReading
from service.candidates.model import SoughtBy
from service.db import Connection
from service.i18n import N_, _, language
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.web import AnyRequest, Db, Me, Now, Seal

SOUGHT = {
    SoughtBy.NAME: N_("A name"),
    SoughtBy.PERSONAL_NUMBER: N_("A personal number"),
    SoughtBy.REFERENCE: N_("A reference"),
    SoughtBy.REGISTRATION: N_("A registration that was compared"),
}
WHO_AND_WHEN = (
    Filter("reader", N_("Part of the name of who looked"), is_private=True),
    Filter("from", N_("From"), kind="day"),
    Filter("to", N_("Until"), kind="day"),
)

READINGS = Listing(
    name="sensitive_readings",
    title=N_("Sealed facts that were opened"),
    columns=(
        Column(N_("When"), lambda one: one.read_at, order="newest"),
        Column(N_("Who"), lambda one: one.read_by_name),
        Column(N_("Office"), lambda one: one.office_name(language())),
        Column(N_("Candidate"), lambda one: one.candidate_reference),
        Column(N_("What for"), lambda one: one.purpose),
    ),
    filters=(
        *WHO_AND_WHEN,
        Filter("candidate", N_("Reference of the candidate")),
        Filter("purpose", N_("Part of what for"), is_private=True),
    ),
    order="newest",
    descending=True,
)
LOOKS = Listing(
    name="elsewhere_looks",
    title=N_("People of other offices that were shown"),
    columns=(
        Column(N_("When"), lambda one: one.looked_at, order="newest"),
        Column(N_("Who"), lambda one: one.looked_by_name),
        Column(N_("Office"), lambda one: one.office_name(language())),
        Column(N_("Found by"), lambda one: _(SOUGHT[one.sought_by])),
        Column(N_("People shown"), lambda one: one.found_count, is_number=True),
    ),
    filters=(
        *WHO_AND_WHEN,
        Filter("sought", N_("Found by"), kind="choice", choices=SOUGHT),
    ),
    order="newest",
    descending=True,
)


async def find_readings(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor
) -> Found[SensitiveReading]:
    """A page of who opened what is sealed of whom."""
    return await actions.list_sensitive_readings(
        tx,
        wanted,
        _search(values),
        candidate_reference=values["candidate"],
        purpose=values["purpose"],
        by=by,
    )


async def find_looks(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor
) -> Found[ElsewhereLook]:
    """A page of who was told of people of other offices."""
    sought = values["sought"]
    return await actions.list_elsewhere_looks(
        tx,
        wanted,
        _search(values),
        sought_by=None if sought is None else SoughtBy(sought),
        by=by,
    )


def _search(values: Values) -> LookSearch:
    return LookSearch(values["reader"], values["from"], values["to"])


@get("/audit/readings", guards=AUDITOR)
async def show_readings(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Who opened what is sealed of whom, what for and when."""
    asked = partial(find_readings, by=me)
    return await list_pages.show_list(request, db, sealer, READINGS, asked, "audit/readings.html")


@post("/audit/readings/search", guards=AUDITOR)
async def search_readings(request: AnyRequest, me: Me, sealer: Seal) -> Redirect:
    """Asks for somebody's name or for a purpose, which no address then says."""
    return await list_pages.search_list(request, READINGS, sealer, me)


@get("/audit/readings/sheet", guards=AUDITOR)
async def download_readings(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    asked = partial(find_readings, by=me)
    return await list_pages.download_list(request, db, clock, sealer, READINGS, asked)


@get("/audit/elsewhere", guards=AUDITOR)
async def show_looks(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Who was told of people of other offices, by what, how many and when."""
    asked = partial(find_looks, by=me)
    return await list_pages.show_list(
        request, db, sealer, LOOKS, asked, "audit/elsewhere.html", sought=SOUGHT
    )


@post("/audit/elsewhere/search", guards=AUDITOR)
async def search_looks(request: AnyRequest, me: Me, sealer: Seal) -> Redirect:
    """Asks for somebody's name, which no address then says."""
    return await list_pages.search_list(request, LOOKS, sealer, me)


@get("/audit/elsewhere/sheet", guards=AUDITOR)
async def download_looks(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    asked = partial(find_looks, by=me)
    return await list_pages.download_list(request, db, clock, sealer, LOOKS, asked)


HANDLERS = [
    show_readings, search_readings, download_readings, show_looks, search_looks, download_looks,
]  # fmt: skip
