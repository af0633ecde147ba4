"""The typed twins of sql/queries/audit.sql."""

from service import db, lists
from service.audit.model import Entry, Search
from service.db import Connection
from service.lists import Found, Wanted

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
