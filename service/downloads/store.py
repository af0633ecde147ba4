"""The typed twins of sql/queries/downloads.sql."""

from collections.abc import Mapping
from datetime import datetime

from service import db, lists
from service.db import Connection
from service.downloads.model import Download
from service.ids import AccountId, DownloadId
from service.lists import Found, Wanted
from service.sheets import Format

SQL = db.load("downloads")


async def insert_download(
    tx: Connection,
    download_id: DownloadId,
    *,
    list_name: str,
    filters: Mapping[str, str],
    kind: Format,
    row_count: int,
    at: datetime,
    account_id: AccountId,
) -> None:
    """Writes down that somebody took a list as a file."""
    await db.execute(
        tx,
        SQL["insert_download"],
        download_id=download_id,
        list_name=list_name,
        filters=filters,
        kind=kind,
        row_count=row_count,
        at=at,
        account_id=account_id,
    )


async def list_downloads(
    tx: Connection, wanted: Wanted, *, list_name: str | None
) -> Found[Download]:
    """A page of what was taken, of one list or of all."""
    return await lists.fetch_page(tx, SQL["list_downloads"], Download, wanted, list_name=list_name)
