"""The typed twins of sql/queries/reference.sql."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.ids import AccountId, ReferenceChangeId
from service.reference.model import Change, Row, Table

SQL = db.load("reference")


async def list_rows(tx: Connection, table: Table, *, on_day: date) -> list[Row]:
    """What holds on a day and what will."""
    return await db.fetch_all(tx, SQL["list_rows"], Row, table_name=table, on_day=on_day)


async def get_row(tx: Connection, table: Table, row_id: UUID) -> Row:
    """One row of a table."""
    return await db.fetch_one(tx, SQL["get_row"], Row, table_name=table, row_id=row_id)


async def insert_change(
    tx: Connection,
    change_id: ReferenceChangeId,
    table: Table,
    row_values: Mapping[str, object],
    *,
    valid_from: date | None,
    basis: str,
    proposed_by: AccountId,
    at: datetime,
) -> None:
    """Keeps a proposed change."""
    await db.execute(
        tx,
        SQL["insert_change"],
        change_id=change_id,
        table_name=table,
        row_values=row_values,
        valid_from=valid_from,
        basis=basis,
        proposed_by=proposed_by,
        at=at,
    )


async def list_changes(tx: Connection, table: Table | None) -> list[Change]:
    """Changes of a table, or of all; those that wait first."""
    return await db.fetch_all(tx, SQL["list_changes"], Change, table_name=table)


async def lock_change(tx: Connection, change_id: ReferenceChangeId) -> Change:
    """One change, held until the commit."""
    return await db.fetch_one(tx, SQL["lock_change"], Change, change_id=change_id)


async def record_change_confirmed(
    tx: Connection, change_id: ReferenceChangeId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """Confirms a change; broken constraints are the caller's to name."""
    return await db.execute(
        tx, SQL["record_change_confirmed"], change_id=change_id, confirmed_by=confirmed_by, at=at
    )


async def record_change_refused(
    tx: Connection, change_id: ReferenceChangeId, *, refused_by: AccountId, at: datetime
) -> int:
    """Drops a change."""
    return await db.execute(
        tx, SQL["record_change_refused"], change_id=change_id, refused_by=refused_by, at=at
    )


async def put_reference_in_force(tx: Connection, change_id: ReferenceChangeId) -> None:
    """Ends the row that held and writes the new one; broken constraints are the caller's."""
    await db.execute(tx, SQL["put_reference_in_force"], change_id=change_id)
