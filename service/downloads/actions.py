"""Writing down who took a list as a file, and showing it to auditors."""

from collections.abc import Mapping
from datetime import datetime

from service.actor import Actor, Role
from service.db import Connection
from service.downloads import store
from service.downloads.model import Download
from service.ids import DownloadId, new_id
from service.lists import Found, Wanted
from service.problems import NotAllowed
from service.sheets import Format


async def record_download(
    tx: Connection,
    *,
    list_name: str,
    filters: Mapping[str, str],
    kind: Format,
    row_count: int,
    by: Actor,
    at: datetime,
) -> DownloadId:
    """Writes down that somebody took a list as a file; nobody can change or delete it."""
    download_id = DownloadId(new_id())
    await store.insert_download(
        tx,
        download_id,
        list_name=list_name,
        filters=filters,
        kind=kind,
        row_count=row_count,
        at=at,
        account_id=by.account,
    )
    return download_id


async def list_downloads(
    tx: Connection, wanted: Wanted, *, list_name: str | None, by: Actor
) -> Found[Download]:
    """A page of the files that people took, for an auditor; NotAllowed for others."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed
    return await store.list_downloads(tx, wanted, list_name=list_name)
