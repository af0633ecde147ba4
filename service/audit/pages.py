"""The history of a row in a browser, for auditors, and the form that asks for what is masked."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Template

from service.answers import read_day
from service.audit import actions, listing, looking, rules
from service.audit.model import History
from service.clock import Clock, end_of_day
from service.i18n import _
from service.problems import InvalidFields, Problem
from service.web import Db, Me, Now, page

OnText = Annotated[str, QueryParameter(name="on", max_length=20)]


class LookForm(msgspec.Struct):
    """What somebody looks at personal data for."""

    purpose: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@get("/audit/{table:str}/{row_id:uuid}", guards=listing.AUDITOR)
async def show_history(
    table: FromPath[str], row_id: FromPath[UUID], db: Db, me: Me, clock: Now, day: OnText = ""
) -> Template:
    """Every change of one row, and the row as it was known at the end of a day."""
    async with db.transaction() as tx:
        history = await actions.read_history(tx, table, row_id, by=me)
    return _history_page(table, row_id, history, clock, day=day)


@post("/audit/{table:str}/{row_id:uuid}", guards=listing.AUDITOR)
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
        actions=listing.ACTIONS,
        errors=errors,
    )


router = Router("/", route_handlers=[*listing.HANDLERS, *looking.HANDLERS, show_history, look_into])
