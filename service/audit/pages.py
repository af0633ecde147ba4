"""The audit trail in a browser, for auditors."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Template

from service.actor import Role, Scope
from service.answers import read_day
from service.audit import actions, rules
from service.audit.model import TABLES, Action, Found, History, Search
from service.auth import allow
from service.clock import Clock, end_of_day
from service.i18n import N_, _
from service.problems import InvalidFields, Problem
from service.web import Db, Me, Now, page

Text = Annotated[str, QueryParameter(max_length=40)]
FromText = Annotated[str, QueryParameter(name="from", max_length=20)]
ToText = Annotated[str, QueryParameter(name="to", max_length=20)]
OnText = Annotated[str, QueryParameter(name="on", max_length=20)]

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


class LookForm(msgspec.Struct):
    """What somebody looks at personal data for."""

    purpose: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@get("/audit/{table:str}/{row_id:uuid}", guards=[allow(Role.AUDITOR, scope=Scope.READ)])
async def show_history(
    table: FromPath[str], row_id: FromPath[UUID], db: Db, me: Me, clock: Now, day: OnText = ""
) -> Template:
    """Every change of one row, and the row as it was known at the end of a day."""
    async with db.transaction() as tx:
        history = await actions.read_history(tx, table, row_id, by=me)
    return _history_page(table, row_id, history, clock, day=day)


@post("/audit/{table:str}/{row_id:uuid}", guards=[allow(Role.AUDITOR, scope=Scope.READ)])
async def look_into(
    table: FromPath[str],
    row_id: FromPath[UUID],
    data: URLEncodedBody[LookForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Template:
    """The same with its personal data, once it is noted what for."""
    try:
        async with db.transaction() as tx:
            history = await actions.look_into(
                tx, table, row_id, purpose=data.purpose, by=me, at=clock.now()
            )
    except InvalidFields as refused:
        async with db.transaction() as tx:
            history = await actions.read_history(tx, table, row_id, by=me)
        return _history_page(
            table, row_id, history, clock, purpose=data.purpose, errors=refused.fields
        )
    return _history_page(table, row_id, history, clock)


def _history_page(
    table: str,
    row_id: UUID,
    history: History,
    clock: Clock,
    *,
    day: str = "",
    purpose: str = "",
    errors: dict[str, str] | None = None,
) -> Template:
    errors = dict(errors or {})
    known_day = read_day(day) if day else clock.today()
    if known_day is None:
        errors["on"] = _("Write the day as 2026-10-31.")
    known_at = end_of_day(known_day) if known_day else clock.now()
    return page(
        "audit/history.html",
        status=Problem.status if errors else 200,
        table=table,
        row_id=row_id,
        history=history,
        known=rules.as_known(history.entries, known_at),
        known_at=known_at,
        day=day or clock.today().isoformat(),
        purpose=purpose,
        changes=rules.changes,
        actions=ACTIONS,
        errors=errors,
    )


router = Router("/", route_handlers=[show_entries, show_history, look_into])
