"""The audit trail and the log of downloads in a browser and as files, for auditors."""

from functools import partial

from litestar import Router, get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.audit import actions, rules
from service.audit.model import TABLES, Action, Entry, Search
from service.auth import allow
from service.db import Connection
from service.i18n import N_, _
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.problems import InvalidFields
from service.web import AnyRequest, Db, Me, Now, Seal

AUDITOR = [allow(Role.AUDITOR, scope=Scope.READ)]

ACTIONS = {Action.INSERT: N_("Written"), Action.UPDATE: N_("Changed"), Action.DELETE: N_("Deleted")}

LIST = Listing(
    name="audit",
    title=N_("Audit"),
    columns=(
        Column(N_("When"), lambda one: one.happened_at, order="newest"),
        Column(N_("Who"), lambda one: one.actor_name or one.actor_role or ""),
        Column(N_("Table"), lambda one: one.table_name),
        Column(N_("Row"), lambda one: str(one.row_id)),
        Column(N_("What"), lambda one: _told(one)),
    ),
    filters=(
        Filter("table", N_("Table"), kind="choice", choices={name: name for name in TABLES}),
        Filter("row", N_("Row"), kind="id"),
        Filter("from", N_("From"), kind="day"),
        Filter("to", N_("Until"), kind="day"),
    ),
    order="newest",
    descending=True,
)


async def find(tx: Connection, wanted: Wanted, values: Values, *, by: Actor) -> Found[Entry]:
    """A page of what was changed; InvalidFields for a row without its table."""
    search = Search(values["table"], values["row"], values["from"], values["to"])
    try:
        return await actions.search_entries(tx, search, wanted=wanted, by=by)
    except rules.RowWithoutTable as refused:
        raise InvalidFields({"table": refused.sentence()}) from refused


@get("/audit", guards=AUDITOR)
async def show_entries(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Who changed what, and the form to look for it."""
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, by=me),
        "audit/entries.html",
        changes=rules.changes,
        actions=ACTIONS,
    )


@get("/audit/sheet", guards=AUDITOR)
async def download_entries(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, partial(find, by=me))


def _told(entry: Entry) -> str:
    """What was done to a row, column by column."""
    told = [
        f"{change.column}: {change.before or '–'} → {change.after or '–'}"
        for change in rules.changes(entry)
    ]
    return "; ".join([_(ACTIONS[entry.action]), *told])


router = Router("/", route_handlers=[show_entries, download_entries])
