"""How the audit trail is searched and read."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from service.actor import Role
from service.audit import rules
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
from service.problems import InvalidFields

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


def written(number: int, action: Action, after: dict[str, object] | None) -> Entry:
    of_row = entry(number, None if action is Action.INSERT else {}, after)
    return msgspec.structs.replace(
        of_row, action=action, happened_at=datetime(2026, 11, number, tzinfo=UTC)
    )


STORY = [
    written(1, Action.INSERT, {"headcount": 9, "legal_name": "Drini"}),
    written(5, Action.UPDATE, {"headcount": 12}),
    written(9, Action.DELETE, None),
]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (1, [("headcount", "9"), ("legal_name", "Drini")]),
        (4, [("headcount", "9"), ("legal_name", "Drini")]),
        (5, [("headcount", "12"), ("legal_name", "Drini")]),
    ],
)
def test_a_row_is_told_as_it_was_on_a_day(day: int, known: list[tuple[str, str]]) -> None:
    at = datetime(2026, 11, day, 12, tzinfo=UTC)

    assert rules.as_known(STORY, at) == Known(known, exists=True)
    assert rules.as_known(STORY[::-1], at) == Known(known, exists=True)


@pytest.mark.parametrize(
    "at", [datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)]
)
def test_before_it_was_written_and_after_it_was_deleted_there_is_no_row(at: datetime) -> None:
    assert rules.as_known(STORY, at) == Known([], exists=False)


def test_personal_data_shows_that_it_changed_and_not_what_it_is() -> None:
    changed = entry(1, {"representative_name": "Blerim Gashi", "headcount": 9}, {
        "representative_name": "Arta Krasniqi", "headcount": 12
    })  # fmt: skip

    shown = rules.masked(changed)

    assert rules.changes(shown) == [
        Change("headcount", "9", "12"),
        Change("representative_name", MASK, MASK),
    ]
    assert rules.hides([changed])
    assert not rules.hides([entry(1, {"headcount": 9}, {"representative_name": None})])


def test_what_is_masked_is_in_tables_that_are_audited() -> None:
    assert set(MASKED) <= set(TABLES)


@pytest.mark.parametrize("purpose", ["", "   a  ", "x" * 501])
def test_a_look_says_what_for(purpose: str) -> None:
    with pytest.raises(InvalidFields):
        rules.check_purpose(purpose)


def test_who_did_something_is_looked_up_by_the_columns_that_say_so() -> None:
    somebody = "01900000-0000-7000-8000-00000000000a"
    changed = entry(1, {"confirmed_by": None}, {"confirmed_by": somebody, "note": somebody})

    assert rules.people_in([changed, changed]) == [UUID(somebody)]


def test_a_seal_is_shown_by_its_beginning() -> None:
    changed = entry(1, None, {"digest": "\\x" + "ab" * 32})

    assert rules.changes(changed) == [Change("digest", "", "\\x" + "ab" * 8 + "…")]
