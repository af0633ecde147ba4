"""The audit trail over the API, for auditors."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from service.actor import Role, Scope
from service.audit import actions
from service.audit.model import Entry, Search
from service.auth import allow
from service.lists import Wanted
from service.paging import Going
from service.web import Db, Me

TableName = Annotated[str | None, QueryParameter(name="table", max_length=63)]
RowId = Annotated[UUID | None, QueryParameter(name="row")]
FromDay = Annotated[date | None, QueryParameter(name="from")]
ToDay = Annotated[date | None, QueryParameter(name="to")]


class Found(msgspec.Struct, frozen=True):
    """A page of entries, the newest first; `next_before` asks for the next, if there is one."""

    entries: list[Entry]
    next_before: int | None


@get("/audit", guards=[allow(Role.AUDITOR, scope=Scope.READ)])
async def search_entries(
    db: Db,
    me: Me,
    table_name: TableName = None,
    row_id: RowId = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    before: FromQuery[int | None] = None,
) -> Found:
    """Who changed what, the newest first: fifty entries, and the id that asks for the next ones."""
    search = Search(table_name, row_id, from_day, to_day)
    place = () if before is None else (str(before),)
    going = None if before is None else Going.AFTER
    wanted = Wanted("id", True, going, place, counts=False)
    async with db.transaction() as tx:
        found = await actions.search_entries(tx, search, wanted=wanted, by=me)
    return Found(found.rows, found.rows[-1].id if found.after else None)


router = Router("/", route_handlers=[search_entries], tags=["audit"])
