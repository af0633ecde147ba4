"""How the audit trail is searched and read."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from service.actor import Role
from service.audit import rules
from service.audit.model import TABLES, Action, Change, Entry, Search

ROW = UUID(int=7)


def entry(number: int, before: dict[str, object] | None, after: dict[str, object] | None) -> Entry:
    return Entry(
        id=number,
        happened_at=datetime(2026, 11, 2, tzinfo=UTC),
        actor_role=Role.SYSTEM,
        actor_account=None,
        actor_name=None,
        table_name="employer",
        row_id=ROW,
        action=Action.UPDATE,
        before=before,
        after=after,
    )


def test_a_table_whose_changes_are_not_written_down_is_refused() -> None:
    with pytest.raises(rules.NotAudited) as refused:
        rules.check_search(Search(table_name="session"))

    assert refused.value.members["tables"] == list(TABLES)


def test_a_row_is_looked_for_in_a_table() -> None:
    with pytest.raises(rules.RowWithoutTable):
        rules.check_search(Search(row_id=ROW))

    rules.check_search(Search(table_name="employer", row_id=ROW))


def test_a_change_is_read_column_by_column() -> None:
    changed = entry(1, {"headcount": 9, "withdrawn_at": None}, {"headcount": 12, "sectors": ["a"]})

    assert rules.changes(changed) == [
        Change("headcount", "9", "12"),
        Change("sectors", "", '["a"]'),
    ]
