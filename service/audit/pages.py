"""The audit trail in a browser, for auditors."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from service.actor import Role, Scope
from service.answers import read_day
from service.audit import actions, rules
from service.audit.model import TABLES, Action, Found, Search
from service.auth import allow
from service.i18n import N_, _
from service.problems import Problem
from service.web import Db, Me, page

Text = Annotated[str, QueryParameter(max_length=40)]
FromText = Annotated[str, QueryParameter(name="from", max_length=20)]
ToText = Annotated[str, QueryParameter(name="to", max_length=20)]

ACTIONS = {Action.INSERT: N_("Written"), Action.UPDATE: N_("Changed"), Action.DELETE: N_("Deleted")}


@get("/audit", guards=[allow(Role.AUDITOR, scope=Scope.READ)])
async def show_entries(
    db: Db,
    me: Me,
    table: Text = "",
    row: Text = "",
    from_text: FromText = "",
    to_text: ToText = "",
    before: FromQuery[int | None] = None,
) -> Template:
    """Who changed what, and the form to look for it."""
    typed = {"table": table, "row": row, "from": from_text, "to": to_text}
    errors = read_errors(typed)
    found = Found([], None)
    if not errors:
        try:
            async with db.transaction() as tx:
                found = await actions.search_entries(tx, _search(typed, before), by=me)
        except (rules.NotAudited, rules.RowWithoutTable) as refused:
            errors["table"] = refused.sentence()
    return page(
        "audit/entries.html",
        status=Problem.status if errors else 200,
        found=found,
        changes=rules.changes,
        actions=ACTIONS,
        tables=[(name, name) for name in TABLES],
        typed=typed,
        errors=errors,
        query=urlencode({name: text for name, text in typed.items() if text}),
    )


def read_errors(typed: dict[str, str]) -> dict[str, str]:
    """A sentence for each field of the form that cannot be read."""
    errors = {
        name: _("Write the day as 2026-10-31.")
        for name in ("from", "to")
        if typed[name] and read_day(typed[name]) is None
    }
    if typed["row"] and read_row(typed["row"]) is None:
        errors["row"] = _("Write the id of the row as the list shows it.")
    return errors


def read_row(text: str) -> UUID | None:
    """An id as it is written, or None when it is none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _search(typed: dict[str, str], before: int | None) -> Search:
    return Search(
        table_name=typed["table"] or None,
        row_id=read_row(typed["row"]),
        from_day=read_day(typed["from"]),
        to_day=read_day(typed["to"]),
        before=before,
    )


router = Router("/", route_handlers=[show_entries])
