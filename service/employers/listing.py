"""The list of employers, in a browser and as a file."""

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Role, Scope
from service.auth import allow
from service.candidates.words import municipality_options
from service.db import Connection
from service.employers import actions, rules
from service.employers.model import Employer
from service.i18n import N_
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.offices.actions import list_municipalities
from service.web import AnyRequest, Db, Me, Now, Seal

LISTER = allow(*rules.SEES_ALL, scope=Scope.READ)

LIST = Listing(
    name="employers",
    title=N_("Employers"),
    columns=(
        Column(N_("Business number"), lambda one: one.business_number),
        Column(N_("Name"), lambda one: one.legal_name, order="name"),
        Column(N_("Sector"), lambda one: one.sector_nace),
        Column(N_("Municipality"), lambda one: one.municipality_code),
        Column(N_("Employees"), lambda one: one.headcount, order="headcount", is_number=True),
        Column(N_("Registered"), lambda one: one.registered_at, order="newest"),
    ),
    filters=(
        Filter("name", N_("Part of a name"), hint=N_("Accents do not matter: Celik finds Çelik.")),
        Filter("sector", N_("Sector, by the first digits of its NACE code")),
    ),
    order="name",
)


async def find(tx: Connection, wanted: Wanted, values: Values) -> Found[Employer]:
    """A page of the firms."""
    digits = "".join(letter for letter in values["sector"] or "" if letter in "0123456789.")
    return await actions.list_employers(tx, wanted, name=values["name"], sector=digits or None)


@get("/", guards=[LISTER])
async def show_employers(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Firms, searched by parts of their names."""
    async with db.transaction() as tx:
        places = dict(municipality_options(await list_municipalities(tx)))
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        find,
        "employers/list.html",
        places=places,
        is_officer=me.role is Role.CASE_OFFICER,
    )


@get("/sheet", guards=[LISTER])
async def download_employers(request: AnyRequest, db: Db, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, find)


HANDLERS = [show_employers, download_employers]
