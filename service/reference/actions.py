"""Proposing a change of reference data, and deciding on it as a second administrator."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service import db
from service.actor import Actor
from service.clock import business_day
from service.db import Connection
from service.ids import ReferenceChangeId, new_id
from service.problems import NotAllowed
from service.reference import rules, store
from service.reference.model import SORTS, Change, Row, Table


async def list_rows(tx: Connection, table: Table, *, by: Actor, at: datetime) -> list[Row]:
    """What holds today and what will; NotAllowed."""
    rules.refuse_unless_reader(by)
    return await store.list_rows(tx, table, on_day=business_day(at))


async def get_row(tx: Connection, table: Table, row_id: UUID, *, by: Actor) -> Row:
    """One row that is to be changed; NotAllowed or NotFound."""
    rules.refuse_unless_keeper(by)
    return await store.get_row(tx, table, row_id)


async def list_changes(tx: Connection, table: Table | None, *, by: Actor) -> list[Change]:
    """Changes of one table or of all, those that wait first; NotAllowed."""
    rules.refuse_unless_reader(by)
    return await store.list_changes(tx, table)


async def propose_change(
    tx: Connection,
    table: Table,
    typed: Mapping[str, str],
    *,
    row_id: UUID | None,
    by: Actor,
    at: datetime,
) -> ReferenceChangeId:
    """A change that another administrator is to confirm; of a row, or a new row without one.

    Raises NotAllowed, NotFound and InvalidFields.
    """
    rules.refuse_unless_keeper(by)
    if row_id is None and not SORTS[table].may_grow:
        raise NotAllowed
    row = None if row_id is None else await store.get_row(tx, table, row_id)
    values, valid_from, basis = rules.read_change(table, typed, row=row, today=business_day(at))
    change_id = ReferenceChangeId(new_id())
    await store.insert_change(
        tx,
        change_id,
        table,
        values,
        valid_from=valid_from,
        basis=basis,
        proposed_by=by.account,
        at=at,
    )
    return change_id


async def confirm_change(
    tx: Connection, change_id: ReferenceChangeId, *, by: Actor, at: datetime
) -> None:
    """Puts a change in force from its day on, as a second administrator.

    Raises NotAllowed, ChangeDecided, AnotherOneConfirms, TooLate and DoesNotFit.
    """
    rules.refuse_unless_keeper(by)
    change = await store.lock_change(tx, change_id)
    rules.refuse_decided(change)
    rules.refuse_proposer(change, by)
    rules.refuse_backdated(change.valid_from, business_day(at))
    with db.refusing(
        reference_change_two_people=rules.AnotherOneConfirms,
        reference_change_not_backdated=rules.TooLate,
        **rules.IN_THE_WAY,
    ):
        await store.record_change_confirmed(tx, change_id, confirmed_by=by.account, at=at)
        await store.put_reference_in_force(tx, change_id)


async def refuse_change(
    tx: Connection, change_id: ReferenceChangeId, *, by: Actor, at: datetime
) -> None:
    """Drops a change, one's own too; NotAllowed and ChangeDecided."""
    rules.refuse_unless_keeper(by)
    rules.refuse_decided(await store.lock_change(tx, change_id))
    await store.record_change_refused(tx, change_id, refused_by=by.account, at=at)
