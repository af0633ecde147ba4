"""The typed twins of sql/queries/audit.sql."""

from service import db
from service.audit.model import Entry, Search
from service.db import Connection

SQL = db.load("audit")


async def list_entries(tx: Connection, search: Search, *, at_most: int) -> list[Entry]:
    """The entries a search asks for, the newest first."""
    return await db.fetch_all(
        tx,
        SQL["list_entries"],
        Entry,
        table_name=search.table_name,
        row_id=search.row_id,
        from_day=search.from_day,
        to_day=search.to_day,
        before=search.before,
        at_most=at_most,
    )
