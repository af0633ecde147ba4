"""Reference data in a browser: what holds, a form for a change, and the second administrator."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.ids import ReferenceChangeId
from service.problems import InvalidFields, NotFound, Problem
from service.reference import actions, rules
from service.reference.model import SORTS, Answers, Field, Row, Table
from service.reference.words import said
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, page, redirect

READER = allow(*rules.READERS, scope=Scope.READ)
KEEPER = allow(Role.ADMINISTRATOR)
HOME = "/reference"
TEXT_LENGTH_MAX = 5_000


@get("/", guards=[READER])
async def show_tables(db: Db, me: Me) -> Template:
    """Every table, and the changes that wait for a second administrator."""
    async with db.transaction() as tx:
        changes = await actions.list_changes(tx, None, by=me)
    return page(
        "reference/tables.html",
        sorts=SORTS,
        waiting=[one for one in changes if one.is_waiting],
        may_edit=me.role is Role.ADMINISTRATOR,
        me=me,
        said=said,
    )


@get("/{name:str}", guards=[READER])
async def show_table(name: FromPath[str], db: Db, me: Me, clock: Now) -> Template:
    """What holds and what will, and the latest changes."""
    return await _table_page(_table(name), db, me, clock)


@get("/{name:str}/new", guards=[KEEPER])
async def show_form(
    name: FromPath[str], db: Db, me: Me, of: FromQuery[UUID | None] = None
) -> Template:
    """The form for a change of a row, filled with what holds; or for a new row."""
    return await _form_page(_table(name), db, me, of=of)


@post("/{name:str}/new", guards=[KEEPER])
async def propose(
    request: AnyRequest,
    name: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
    of: FromQuery[UUID | None] = None,
) -> Redirect | Template:
    """Proposes a change; the form comes back with a word beside each field."""
    table = _table(name)
    form = await request.form()
    typed = {key: str(form.get(key, ""))[:TEXT_LENGTH_MAX] for key in form}
    try:
        async with db.transaction() as tx:
            await actions.propose_change(tx, table, typed, row_id=of, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _form_page(table, db, me, of=of, typed=typed, refused=refused)
    return redirect(f"{HOME}/{table}")


@post("/changes/{change_id:uuid}/confirm", guards=[KEEPER])
async def confirm(change_id: FromPath[ReferenceChangeId], db: Db, me: Me, clock: Now) -> Redirect:
    """Puts a change in force, as a second administrator."""
    async with db.transaction() as tx:
        await actions.confirm_change(tx, change_id, by=me, at=clock.now())
    return redirect(HOME)


@post("/changes/{change_id:uuid}/refuse", guards=[KEEPER])
async def refuse(change_id: FromPath[ReferenceChangeId], db: Db, me: Me, clock: Now) -> Redirect:
    """Drops a change."""
    async with db.transaction() as tx:
        await actions.refuse_change(tx, change_id, by=me, at=clock.now())
    return redirect(HOME)


def _table(name: str) -> Table:
    try:
        return Table(name)
    except ValueError:
        raise NotFound from None


async def _table_page(table: Table, db: ActingDatabase, me: Actor, clock: Now) -> Template:
    async with db.transaction() as tx:
        rows = await actions.list_rows(tx, table, by=me, at=clock.now())
        changes = await actions.list_changes(tx, table, by=me)
    return page(
        "reference/table.html",
        table=table,
        sort=SORTS[table],
        rows=rows,
        changes=changes,
        may_edit=me.role is Role.ADMINISTRATOR,
        me=me,
        sorts=SORTS,
        said=said,
    )


async def _form_page(
    table: Table,
    db: ActingDatabase,
    me: Actor,
    *,
    of: UUID | None,
    typed: Mapping[str, str] | None = None,
    refused: Problem | None = None,
) -> Template:
    sort = SORTS[table]
    row: Row | None = None
    if of is not None:
        async with db.transaction() as tx:
            row = await actions.get_row(tx, table, of, by=me)
    elif not sort.may_grow:
        raise NotFound
    present = {
        field.name: rules.written(field, row.row_values.get(field.name) if row else None)
        for field in sort.fields
    }
    return page(
        "reference/form.html",
        status=refused.status if refused else 200,
        table=table,
        sort=sort,
        row=row,
        typed=present | {"valid_from": "", "basis": ""} | dict(typed or {}),
        errors=refused.fields if isinstance(refused, InvalidFields) else {},
        choices={field.name: _choices(field) for field in sort.fields},
        said=said,
        Answers=Answers,
    )


def _choices(field: Field) -> list[tuple[str, str]]:
    if field.answers is Answers.YES_NO:
        return [(word, said(field, word == "yes")) for word in ("yes", "no")]
    return [(word, said(field, word)) for word in field.choices]


router = Router(
    HOME,
    route_handlers=[show_tables, show_table, show_form, propose, confirm, refuse],
)
