"""Helsinki's benefit: the document's own examples, and what holds whatever the facts are."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.schemes.language.days import months_30e_360
from service.schemes.language.engine import Run
from service.schemes.language.examples import failing
from tests.schemes.nordic import (
    column,
    compute,
    files_of,
    period,
    program_of,
    sentences_said,
    untranslated,
)

NAMES = [path.stem for path in files_of("finland")]
FIRST_DAYS = st.dates(date(2023, 7, 1), date(2025, 12, 31))
STRETCHES = st.lists(
    st.tuples(st.integers(-30, 400), st.one_of(st.none(), st.integers(0, 200))), max_size=4
)
FIRST = date(2024, 1, 1)


@pytest.mark.parametrize("path", files_of("finland"), ids=NAMES)
def test_a_document_checks_and_its_examples_come_out(path: Path) -> None:
    program = program_of(path)

    misses = failing(program)

    assert [str(miss) for miss in misses] == []
    assert len(program.document.examples) >= 8


@pytest.mark.parametrize("path", files_of("finland"), ids=NAMES)
def test_a_document_speaks_three_languages(path: Path) -> None:
    program = program_of(path)

    assert untranslated(program) == []
    assert sentences_said(program) > 1


def granted(first: date, last: date, **more: Any) -> Run:
    """The benefit for a wage of 2,000 and side costs of 500, half of which state aid covers."""
    benefit = {"period": period(first, last), "state_aid_percent": "50 %"}
    benefit |= more.pop("benefit", {})
    employee = {"gross": 2000, "holiday_money": 150, "other_costs": 350}
    return compute("finland/helsinki_benefit", {"benefit": benefit, "employee": employee} | more)


def spans(stretches: list[tuple[int, int | None]]) -> list[dict[str, Any]]:
    """Periods from days after the first of January 2024, some of them without an end."""
    found = []
    for start, lasts in stretches:
        first = FIRST + timedelta(days=start)
        found.append(period(first, None if lasts is None else first + timedelta(days=lasts)))
    return found


@given(FIRST_DAYS, st.integers(0, 359), st.integers(0, 700))
def test_the_last_possible_day_is_the_last_that_twelve_months_allow(
    first: date, used: int, lasts: int
) -> None:
    before = date(2022, 7, 1)
    earlier = [{"period": period(before, before + timedelta(days=used - 1))}] if used else []

    run = granted(first, first + timedelta(days=lasts), earlier_grants=earlier)

    left, last = run.values["months_left"], run.values["last_possible_day"]
    assert months_30e_360(first, last + timedelta(days=1)) <= left
    assert months_30e_360(first, last + timedelta(days=2)) > left
    assert run.values["granted"].last_day == min(last, first + timedelta(days=lasts))


@given(STRETCHES, STRETCHES)
def test_ranges_cover_the_period_and_their_exact_months_add_up(
    subsidies: list[tuple[int, int | None]], trainings: list[tuple[int, int | None]]
) -> None:
    last = date(2024, 12, 31)

    run = granted(
        FIRST,
        last,
        pay_subsidies=[{"period": one, "percent": "50 %"} for one in spans(subsidies)],
        trainings=[{"period": one, "amount": 100} for one in spans(trainings)],
    )

    assert sum(one.days for one in column(run, "range", "period")) == 366
    assert run.values["all_months"] == 12
    assert all(0 <= monthly <= 80_000 for monthly in column(run, "range", "monthly"))


@given(
    FIRST_DAYS,
    st.integers(0, 700),
    STRETCHES,
    st.integers(0, 9000),
    st.sampled_from(["50 %", "100 %"]),
)
def test_in_all_it_is_never_above_the_ceiling_or_the_most_of_its_months(
    first: date, lasts: int, subsidies: list[tuple[int, int | None]], gross: int, percent: str
) -> None:
    run = granted(
        first,
        first + timedelta(days=lasts),
        benefit={"state_aid_percent": percent},
        employee={"gross": gross, "holiday_money": 150, "other_costs": 350},
        pay_subsidies=[{"period": one, "percent": "50 %"} for one in spans(subsidies)],
    )

    counted, half_a_euro = column(run, "range", "months"), 50  # of a month, two decimals count
    months = sum(counted)
    assert months <= 12 + Fraction(len(counted), 200)
    most = min(Fraction(80_000), run.values["ceiling"] + half_a_euro)
    assert 0 <= run.values["total"] <= most * months + half_a_euro
    assert sum(one.amount_cents for one in run.paid) == run.values["total"]


@given(STRETCHES, st.booleans())
def test_what_is_taken_back_is_never_more_than_the_benefit(
    recoveries: list[tuple[int, int | None]], by_instalments: bool
) -> None:
    run = granted(
        FIRST,
        date(2024, 12, 31),
        benefit={"by_instalments": by_instalments},
        recoveries=[{"period": one} for one in spans(recoveries)],
    )

    values = run.values
    paid = sum(one.amount_cents for one in run.paid)
    assert values["recovered"] <= values["total"]
    assert paid - values["receivable"] == values["total"] - values["recovered"]
    assert values["second_due"] >= 0


@given(st.lists(st.integers(0, 365), min_size=1, max_size=4))
def test_a_day_in_two_recoveries_is_taken_back_once(starts: list[int]) -> None:
    one_by_one = [{"period": period(FIRST + timedelta(days=start))} for start in starts]

    together = granted(FIRST, date(2024, 12, 31), recoveries=one_by_one)
    earliest = min(starts)
    alone = granted(
        FIRST,
        date(2024, 12, 31),
        recoveries=[{"period": period(FIRST + timedelta(days=earliest))}],
    )

    taken = sum((one.days for one in column(together, "stretch", "period")), 0)
    whole = sum((one.days for one in column(alone, "stretch", "period")), 0)
    assert taken == whole


@given(FIRST_DAYS, st.integers(0, 300), st.integers(0, 1500))
def test_an_override_multiplies_months_that_nothing_rounded(
    first: date, lasts: int, monthly: int
) -> None:
    last = first + timedelta(days=lasts)

    run = granted(first, last, officer={"monthly": monthly})

    months = months_30e_360(first, last + timedelta(days=1))
    assert run.values["total_exact"] == months * monthly * 100
    assert abs(run.values["total"] - run.values["total_exact"]) <= Fraction(50)


@pytest.mark.parametrize(
    ("percent", "working_time", "subsidy"),
    [
        ("50 %", "65 %", "1000"),
        ("70 %", "65 %", "1400"),
        ("100 %", "65 %", "2020"),  # 2,460 above the cap
        ("100 %", "100 %", "1599"),  # 2,000 × 0.65 × 1.23
        ("100 %", "80 %", "1998.75"),  # 2,500 × 0.65 × 1.23
    ],
)
def test_the_state_subsidy_of_each_percent(percent: str, working_time: str, subsidy: str) -> None:
    last = date(2024, 1, 31)
    one = {"period": period(FIRST, last), "percent": percent, "working_time": working_time}

    run = granted(FIRST, last, pay_subsidies=[one])

    assert column(run, "range", "state_subsidy") == [Fraction(subsidy) * 100]
