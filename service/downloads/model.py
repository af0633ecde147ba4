"""A download: who took which list as a file, and when."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from service.actor import Role
from service.ids import DownloadId
from service.sheets import Format


class Download(msgspec.Struct, frozen=True):
    """One file that somebody took; its filters say no name and no number of a person."""

    id: DownloadId
    downloaded_at: datetime
    downloaded_by_name: str
    downloaded_by_role: Role
    list_name: str
    filters: Mapping[str, str]
    kind: Format
    row_count: int
