"""For which schemes somebody may be placed on a day, and until when."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from service.candidates.rules import age_on
from service.eligibility import rules
from service.eligibility.model import Facts, History, Obstacle, Reason, Rule, Scheme
from service.ids import SchemeVersionId

RULE = Rule(months_without_work=3, holds_for_months=6, source="test")
WS_70 = Scheme(SchemeVersionId(UUID(int=1)), "WS-70", "", "", "", age_min=18, age_max=29)
ON = date(2026, 11, 2)
FREE = History(in_agreement=False, waits_until=None)

CASES = [
    # born on, without work since, agreements, the reasons with the day from which they are none
    ("2003-05-14", "2026-01-10", FREE, []),
    ("2008-11-02", "2026-01-10", FREE, []),
    ("2008-11-03", "2026-01-10", FREE, [(Reason.TOO_YOUNG, "2026-11-03")]),
    ("1996-11-03", "2026-01-10", FREE, []),
    ("1996-11-02", "2026-01-10", FREE, [(Reason.TOO_OLD, None)]),
    ("2003-05-14", "2026-08-02", FREE, []),
    ("2003-05-14", "2026-08-03", FREE, [(Reason.WORKED_LATELY, "2026-11-03")]),
    ("2003-05-14", "2026-01-10", History(True, None), [(Reason.IN_AGREEMENT, None)]),
    ("2003-05-14", "2026-01-10", History(False, date(2026, 11, 2)), []),
    (
        "2003-05-14",
        "2026-10-30",
        History(False, date(2028, 1, 1)),
        [(Reason.WORKED_LATELY, "2027-01-30"), (Reason.WAITING_PERIOD, "2028-01-01")],
    ),
]


@pytest.mark.parametrize(("born_on", "unemployed_since", "history", "expected"), CASES)
def test_worked_examples(
    born_on: str,
    unemployed_since: str,
    history: History,
    expected: list[tuple[Reason, str | None]],
) -> None:
    facts = Facts(
        born_on=date.fromisoformat(born_on),
        unemployed_since=date.fromisoformat(unemployed_since),
        history=history,
    )

    found = rules.assess(facts, WS_70, RULE, on=ON)

    assert found.obstacles == [
        Obstacle(reason, date.fromisoformat(until) if until else None) for reason, until in expected
    ]


def test_a_yes_holds_six_months_and_not_beyond_the_ages() -> None:
    young = Facts(born_on=date(2003, 5, 14), unemployed_since=date(2026, 1, 10))
    nearly = Facts(born_on=date(1996, 12, 24), unemployed_since=date(2026, 1, 10))

    assert rules.assess(young, WS_70, RULE, on=ON).expires_on == date(2027, 5, 2)
    assert rules.assess(nearly, WS_70, RULE, on=ON).expires_on == date(2026, 12, 24)


def test_a_no_holds_until_its_first_obstacle_may_have_gone() -> None:
    lately = Facts(born_on=date(2003, 5, 14), unemployed_since=date(2026, 10, 1))

    assert rules.assess(lately, WS_70, RULE, on=ON).expires_on == date(2027, 1, 1)


@over(
    born_on=st.dates(date(1980, 1, 1), date(2012, 12, 31)),
    on=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
)
def test_ages_are_counted_as_everywhere_else(born_on: date, on: date) -> None:
    facts = Facts(born_on=born_on, unemployed_since=date(2012, 12, 31))

    found = rules.assess(facts, WS_70, RULE, on=on)

    assert found.is_eligible == (18 <= age_on(born_on, on) <= 29)
    assert found.expires_on > on
