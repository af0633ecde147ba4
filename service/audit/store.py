"""The typed twins of sql/queries/audit.sql."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db, lists
from service.audit.model import (
    ElsewhereLook,
    Entry,
    Look,
    LookSearch,
    Named,
    Search,
    SensitiveReading,
)
from service.candidates.model import SoughtBy
from service.db import Connection
from service.ids import AccountId, LookId
from service.lists import Found, Wanted
from service.names import search_patterns

SQL = db.load("audit")


async def list_entries(tx: Connection, wanted: Wanted, search: Search) -> Found[Entry]:
    """A page of the entries that a search asks for."""
    return await lists.fetch_page(
        tx,
        SQL["list_entries"],
        Entry,
        wanted,
        table_name=search.table_name,
        row_id=search.row_id,
        from_day=search.from_day,
        to_day=search.to_day,
    )


async def list_history(
    tx: Connection, table_name: str, row_id: UUID, *, at_most: int
) -> list[Entry]:
    """All that was written of one row, the oldest first."""
    return await db.fetch_all(
        tx, SQL["list_history"], Entry, table_name=table_name, row_id=row_id, at_most=at_most
    )


async def insert_look(
    tx: Connection,
    look_id: LookId,
    *,
    table_name: str,
    row_id: UUID,
    purpose: str,
    looked_by: AccountId,
    at: datetime,
) -> int:
    """That somebody saw what is masked."""
    return await db.execute(
        tx,
        SQL["insert_look"],
        look_id=look_id,
        table_name=table_name,
        row_id=row_id,
        purpose=purpose,
        looked_by=looked_by,
        at=at,
    )


async def list_looks(tx: Connection, table_name: str, row_id: UUID, *, at_most: int) -> list[Look]:
    """Who looked at what is masked of a row, the last first."""
    return await db.fetch_all(
        tx, SQL["list_looks"], Look, table_name=table_name, row_id=row_id, at_most=at_most
    )


async def list_names(tx: Connection, account_ids: Sequence[UUID]) -> list[Named]:
    """The people behind ids."""
    return await db.fetch_all(tx, SQL["list_names"], Named, account_ids=list(account_ids))


async def list_sensitive_readings(
    tx: Connection,
    wanted: Wanted,
    search: LookSearch,
    *,
    candidate_reference: str | None,
    purpose: str | None,
) -> Found[SensitiveReading]:
    """A page of who opened what is sealed of whom; the purpose by a part of it."""
    return await lists.fetch_page(
        tx,
        SQL["list_sensitive_readings"],
        SensitiveReading,
        wanted,
        reader_patterns=search_patterns(search.reader_name or "") or None,
        candidate_reference=candidate_reference,
        purpose=purpose,
        from_day=search.from_day,
        to_day=search.to_day,
    )


async def list_elsewhere_looks(
    tx: Connection, wanted: Wanted, search: LookSearch, *, sought_by: SoughtBy | None
) -> Found[ElsewhereLook]:
    """A page of who was told of people of other offices."""
    return await lists.fetch_page(
        tx,
        SQL["list_elsewhere_looks"],
        ElsewhereLook,
        wanted,
        reader_patterns=search_patterns(search.reader_name or "") or None,
        sought_by=sought_by,
        from_day=search.from_day,
        to_day=search.to_day,
    )
