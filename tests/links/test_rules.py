"""How codes are read, and when somebody is reminded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.links import rules

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FAR = date(2026, 12, 24)


@given(st.integers(0, 2**rules.CODE_BITS - 1))
def test_a_code_is_read_as_it_was_made_however_it_is_typed(bits: int) -> None:
    code = rules.make_code(bits)

    shown = rules.show_code(code)

    for typed in (code, shown, shown.lower(), f" {' '.join(code)} ", code.replace("0", "o")):
        assert rules.read_code(typed) == code


@pytest.mark.parametrize("typed", ["", "7K3M9", "7K3M9-2QFA0-1", "7K3M9-2QFAU", "7K3M92QFAÖ"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert rules.read_code(typed) is None


@pytest.mark.parametrize(
    ("is_signing", "mails", "days_since", "starts_in", "due"),
    [
        (False, 1, 2, 50, False),
        (False, 1, 3, 50, True),
        (False, 2, 3, 50, True),
        (False, 3, 30, 50, False),
        (True, 1, 1, 50, False),
        (True, 1, 1, 3, True),
        (True, 4, 1, 1, True),
        (True, 5, 9, 1, False),
        (False, 1, 1, 1, False),
    ],
)
def test_reminders_come_after_three_days_and_daily_before_the_start(
    is_signing: bool, mails: int, days_since: int, starts_in: int, due: bool
) -> None:
    assert due is rules.is_reminder_due(
        is_signing=is_signing,
        mails=mails,
        last_at=AT - timedelta(days=days_since),
        starts_on=AT.date() + timedelta(days=starts_in),
        at=AT,
        on=AT.date(),
    )


def test_a_candidate_is_written_to_in_the_first_language_that_ura_writes() -> None:
    assert rules.language_of(["tr", "sr", "sq"]) == "sr"
    assert rules.language_of(["tr"]) == "sq"
