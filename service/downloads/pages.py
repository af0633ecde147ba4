"""The files that people took of lists, for auditors."""

from functools import partial

from litestar import Router, get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.db import Connection
from service.downloads import actions
from service.downloads.model import Download
from service.i18n import N_
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.web import AnyRequest, Db, Me, Now, Seal

AUDITOR = [allow(Role.AUDITOR, scope=Scope.READ)]

LISTS = {
    "agreements": N_("Agreements"),
    "attendance_missing": N_("Still to report"),
    "attendance_reports": N_("Reports of attendance"),
    "attendance_unreported": N_("Not reported yet"),
    "attendance_waiting": N_("Attendance to confirm"),
    "audit": N_("Audit"),
    "candidates": N_("Candidates"),
    "downloads": N_("Files that people took"),
    "elsewhere_looks": N_("People of other offices that were shown"),
    "employers": N_("Employers"),
    "instalments": N_("Instalments"),
    "outcomes_due": N_("Outcomes to look up"),
    "payout_lines": N_("Payments"),
    "payouts": N_("Payouts"),
    "placements": N_("Placements"),
    "recoveries": N_("Recoveries"),
    "sensitive_readings": N_("Sealed facts that were opened"),
    "standing": N_("Why not paid"),
    "suspense": N_("Money that waits for an explanation"),
}

LIST = Listing(
    name="downloads",
    title=N_("Files that people took"),
    columns=(
        Column(N_("When"), lambda one: one.downloaded_at, order="newest"),
        Column(N_("Who"), lambda one: one.downloaded_by_name),
        Column(N_("List"), lambda one: one.list_name),
        Column(N_("Filters"), lambda one: said_of(one)),
        Column(N_("Kind of file"), lambda one: one.kind.upper()),
        Column(N_("Rows"), lambda one: one.row_count, order="rows", is_number=True),
    ),
    filters=(Filter("list", N_("List"), kind="choice", choices=LISTS),),
    order="newest",
    descending=True,
)


async def find(tx: Connection, wanted: Wanted, values: Values, *, by: Actor) -> Found[Download]:
    """A page of the files, of one list or of all."""
    return await actions.list_downloads(tx, wanted, list_name=values["list"], by=by)


@get("/", guards=AUDITOR)
async def show_downloads(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Who took which list as a file."""
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, by=me),
        "downloads/list.html",
        names=LISTS,
        said_of=said_of,
    )


@get("/sheet", guards=AUDITOR)
async def download_downloads(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file, which is written down as well."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, partial(find, by=me))


def said_of(download: Download) -> str:
    """The filters of a file as a line."""
    return ", ".join(f"{name}: {value}" for name, value in sorted(download.filters.items()))


router = Router("/downloads", route_handlers=[show_downloads, download_downloads])
