"""What may be searched for in the audit trail, and how an entry is read column by column."""

import msgspec

from service.audit.model import TABLES, Change, Entry, Search
from service.i18n import N_
from service.problems import Problem


class NotAudited(Problem):
    """There is no such table, or its changes are not written down."""

    slug = "not-audited"
    title = N_("The audit trail holds nothing of a table of this name. Choose one of the list.")
    status = 422


class RowWithoutTable(Problem):
    """A row is looked for without saying in which table."""

    slug = "row-without-table"
    title = N_("Say which table the row is in.")
    status = 422


def check_search(search: Search) -> None:
    """NotAudited or RowWithoutTable when nothing could be found that way."""
    if search.table_name is not None and search.table_name not in TABLES:
        raise NotAudited(tables=list(TABLES))
    if search.row_id is not None and search.table_name is None:
        raise RowWithoutTable


def changes(entry: Entry) -> list[Change]:
    """The columns of an entry with both values as text, those without any value left out."""
    before, after = entry.before or {}, entry.after or {}
    read = (
        Change(column, _text(before.get(column)), _text(after.get(column)))
        for column in sorted(before.keys() | after.keys())
    )
    return [change for change in read if change.before or change.after]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
