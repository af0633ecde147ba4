"""What may be searched for in the audit trail, and how an entry is read column by column."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.actor import Actor, Role
from service.audit.model import (
    MASK,
    MASKED,
    TABLES,
    Action,
    Change,
    Entry,
    Known,
    Search,
)
from service.i18n import N_, _
from service.problems import InvalidFields, NotAllowed, Problem

BYTES, BYTES_SHOWN = "\\x", 18  # how the database writes bytes; a seal is known by its beginning
PURPOSE_LENGTH_MIN, PURPOSE_LENGTH_MAX = 5, 500


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


def refuse_unless_auditor(by: Actor) -> None:
    """NotAllowed unless an auditor asks."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed


def check_purpose(purpose: str) -> str:
    """What somebody looks for, without spaces around it; InvalidFields when it says too little."""
    said = purpose.strip()
    if not PURPOSE_LENGTH_MIN <= len(said) <= PURPOSE_LENGTH_MAX:
        raise InvalidFields({"purpose": _("Say what for in 5 to 500 letters.")})
    return said


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


def masked(entry: Entry) -> Entry:
    """An entry in which personal data shows that it was there and changed, and not what it is."""
    hidden = MASKED.get(entry.table_name, frozenset())
    return msgspec.structs.replace(
        entry, before=_masked(entry.before, hidden), after=_masked(entry.after, hidden)
    )


def hides(entries: Sequence[Entry]) -> bool:
    """Whether masking hides anything of these entries."""
    return any(masked(entry) != entry for entry in entries)


def _masked(
    row: Mapping[str, object] | None, hidden: frozenset[str]
) -> Mapping[str, object] | None:
    if row is None:
        return None
    return {
        column: MASK if column in hidden and value is not None else value
        for column, value in row.items()
    }


def as_known(entries: Sequence[Entry], at: datetime) -> Known:
    """The row as all entries up to a moment leave it, whichever order they are given in."""
    row: dict[str, object] | None = None
    for entry in sorted(entries, key=lambda one: one.id):
        if entry.happened_at > at:
            break
        row = None if entry.action is Action.DELETE else {**(row or {}), **(entry.after or {})}
    if row is None:
        return Known([], exists=False)
    return Known([(column, _text(row[column])) for column in sorted(row)], exists=True)


def people_in(entries: Sequence[Entry]) -> list[UUID]:
    """The ids in the columns that say by whom something was done."""
    found = {
        str(value)
        for entry in entries
        for row in (entry.before, entry.after)
        for column, value in (row or {}).items()
        if column.endswith("_by") and value is not None
    }
    return [UUID(one) for one in sorted(found)]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(BYTES) and len(value) > BYTES_SHOWN:
        return value[:BYTES_SHOWN] + "…"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
