"""Norway's schemes: every document's own examples, and what holds whatever the facts are."""

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.period import Period, add_months
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

KRONE = 100
KRONER = st.integers(-30_000, 60_000)
FIRST_DAYS = st.dates(date(2023, 1, 1), date(2026, 6, 30))
RATES = {"holiday_pay_rate": "12 %", "pension_rate": "2 %", "employer_tax_rate": "14.1 %"}
NO_RATES = dict.fromkeys(RATES, "0 %")
NAMES = [path.stem for path in files_of("norway")]


@pytest.mark.parametrize("path", files_of("norway"), ids=NAMES)
def test_a_document_checks_and_its_examples_come_out(path: Path) -> None:
    program = program_of(path)

    misses = failing(program)

    assert [str(miss) for miss in misses] == []
    assert len(program.document.examples) >= 8


@pytest.mark.parametrize("path", files_of("norway"), ids=NAMES)
def test_a_document_speaks_three_languages(path: Path) -> None:
    program = program_of(path)

    assert untranslated(program) == []
    assert sentences_said(program) > 1


# ----- the refund of wages


def half_up(amount: Fraction) -> int:
    """Whole kroner, half toward plus infinity."""
    return floor(amount + Fraction(1, 2))


def refunded(gross: int, elsewhere: int, percent: Fraction) -> int:
    """Steps 3 to 5 of the rule in one breath, in kroner."""
    cost = gross * Fraction("1.12") * Fraction("1.02") * Fraction("1.141")
    amount = (cost - elsewhere) * percent
    if cost > 0:
        amount = max(amount, Fraction(0))
    if cost < 0:
        amount = cost * percent
    return half_up(amount)


def months_of_refunds(wages: list[int], **more: Any) -> dict[str, Any]:
    """Facts of refunds for the months from January 2024 on, one wage line for each."""
    refunds, lines = [], []
    for number, wage in enumerate(wages, 1):
        first = add_months(date(2024, 1, 1), number - 1)
        refunds.append({"period": period(first, add_months(first, 1) - timedelta(days=1))} | more)
        line = {"refund": number, "kind": "fixed_pay", "amount": wage, "earned_in_period": True}
        lines.append(line)
    return {"refunds": refunds, "lines": lines}


@given(KRONER, st.integers(0, 40_000), st.sampled_from(["40 %", "50 %", "67 %", "75 %"]))
def test_a_refund_is_the_percent_of_cost_rounded_once(
    gross: int, elsewhere: int, percent: str
) -> None:
    facts = months_of_refunds([gross], refunds_elsewhere=elsewhere)

    run = compute("norway/wage_refund", facts | {"agreement": {"percent": percent} | RATES})

    expected = refunded(gross, elsewhere, Fraction(int(percent.split()[0]), 100))
    assert column(run, "refund", "calculated") == [expected * KRONE]


@given(st.lists(KRONER, min_size=1, max_size=12))
def test_a_negative_is_settled_once_whatever_follows(wages: list[int]) -> None:
    agreement = {"percent": "50 %", "ended": True} | NO_RATES

    run = compute("norway/wage_refund", months_of_refunds(wages) | {"agreement": agreement})

    paid = sum(one.amount_cents for one in run.paid)
    assert paid - run.values["receivable"] == sum(column(run, "refund", "calculated"))
    assert all(one.amount_cents >= 0 for one in run.paid)


@given(st.lists(st.integers(0, 300_000), min_size=1, max_size=12), st.integers(0, 700_000))
def test_the_permanent_measure_never_passes_its_annual_limit(
    wages: list[int], paid_before: int
) -> None:
    agreement = {"measure": "permanent", "percent": "75 %"} | NO_RATES
    facts = months_of_refunds(wages, paid_in_year=paid_before)

    run = compute("norway/wage_refund", facts | {"agreement": agreement})

    limit = max(column(run, "refund", "annual_limit"))
    paid = sum(one.amount_cents for one in run.paid)
    assert paid + paid_before * KRONE <= max(limit, paid_before * KRONE)
    assert not any(column(run, "refund", "carried_out"))


@given(st.lists(st.integers(0, 60_000), min_size=1, max_size=6))
def test_a_correction_without_change_pays_nothing(wages: list[int]) -> None:
    agreement = {"agreement": {"percent": "60 %"} | RATES}
    facts = months_of_refunds(wages)
    first = compute("norway/wage_refund", facts | agreement)
    for refund, paid in zip(facts["refunds"], column(first, "refund", "total_paid"), strict=True):
        refund["previously_paid"] = int(paid) // KRONE

    again = compute("norway/wage_refund", facts | agreement)

    assert not any(column(again, "refund", "difference"))


# ----- the planned amounts of an agreement


@given(FIRST_DAYS, st.integers(0, 800), st.lists(st.integers(-20, 820), max_size=3))
def test_planned_pieces_cover_each_day_once_at_one_percent(
    first: date, lasts: int, falls: list[int]
) -> None:
    last = first + timedelta(days=lasts)
    reductions = [
        {"first_day": first + timedelta(days=days), "percent": f"{60 - 10 * number} %"}
        for number, days in enumerate(sorted(set(falls)), 1)
    ]
    agreement = {"period": period(first, last), "percent": "60 %"}

    run = compute(
        "norway/planned_amounts",
        {"agreement": agreement, "wage": {"amount": 30_437}, "reductions": reductions},
    )

    pieces = column(run, "piece", "period")
    assert sum(piece.days for piece in pieces) == lasts + 1
    for piece, percent in zip(pieces, column(run, "piece", "percent"), strict=True):
        held = [one["percent"] for one in reductions if one["first_day"] <= piece.start]
        assert f"{percent * 100} %" == (held[-1] if held else "60 %")
        assert piece.start.month == piece.last_day.month


@pytest.mark.parametrize(
    ("basis", "amount"),
    [("year", 390_000), ("month", 32_500), ("week", 7_500), ("day", 1_500), ("hour", 200)],
)
def test_wages_of_each_basis_that_are_worth_the_same(basis: str, amount: int) -> None:
    agreement = {"period": period(date(2024, 2, 1), date(2024, 2, 29)), "percent": "50 %"}

    run = compute(
        "norway/planned_amounts",
        {"agreement": agreement, "wage": {"amount": amount, "basis": basis}},
    )

    assert run.values["total"] == 16_250 * KRONE


# ----- commitments to providers


@pytest.mark.parametrize(
    ("first", "last", "factor"),
    [
        (date(2024, 2, 1), date(2024, 2, 29), "1"),
        (date(2023, 2, 1), date(2023, 2, 1), "0.03571"),  # 1/28
        (date(2025, 7, 31), date(2025, 7, 31), "0.03226"),  # 1/31, still by days
        (date(2025, 8, 1), date(2025, 8, 1), "0.04762"),  # 1/21, a Friday by weekdays
        (date(2025, 8, 2), date(2025, 8, 3), "0"),  # a weekend
        (date(2026, 2, 2), date(2026, 2, 27), "1"),  # all weekdays of a month, not all days
    ],
)
def test_the_month_factor_before_and_after_august_2025(
    first: date, last: date, factor: str
) -> None:
    commitment = {"period": period(first, last), "rate": 1, "places": 1}

    run = compute("norway/commitments", {"commitment": commitment})

    assert column(run, "piece", "place_factor") == [Fraction(factor)]


@pytest.mark.parametrize(
    "scheme", ["commitments", "commitments_by_week", "commitments_by_whole_week"]
)
@given(first=FIRST_DAYS, lasts=st.integers(0, 400), rate=st.integers(1, 30_000))
def test_the_months_of_a_commitment_add_up_and_stay_within_a_krone(
    scheme: str, first: date, lasts: int, rate: int
) -> None:
    commitment = {"period": period(first, first + timedelta(days=lasts)), "places": 3}

    run = compute(f"norway/{scheme}", {"commitment": commitment | {"rate": rate}})

    total, amounts = run.values["total"], column(run, "month", "amount")
    weight = "weekdays_used" if scheme == "commitments_by_week" else "month_exact"
    weights = column(run, "month", weight)
    assert sum(amounts) == total
    for amount, part in zip(amounts, weights, strict=True):
        exact = total * part / sum(weights) if sum(weights) else Fraction(0)
        assert abs(amount - exact) < KRONE
        assert amount % KRONE == 0


@given(FIRST_DAYS, st.integers(0, 200))
def test_places_and_participations_for_the_whole_period_cost_the_same(
    first: date, lasts: int
) -> None:
    commitment = {"period": period(first, first + timedelta(days=lasts)), "rate": 20_975}
    closures = [{"period": period(first + timedelta(days=9), first + timedelta(days=12))}]
    people = [{"person": name, "period": period(date(2020, 1, 1))} for name in "ABC"]

    by_places = compute(
        "norway/commitments", {"commitment": commitment | {"places": 3}, "closures": closures}
    )
    by_people = compute(
        "norway/commitments",
        {"commitment": commitment, "closures": closures, "participations": people},
    )

    assert by_places.values["calculated"] == by_people.values["calculated"]


@pytest.mark.parametrize("year", range(2020, 2030))
def test_each_week_belongs_to_one_month(year: int) -> None:
    counted = 0
    for month in range(12):
        first = add_months(date(year, 1, 1), month)
        span = period(first, add_months(first, 1) - timedelta(days=1))
        facts = {"commitment": {"period": span, "rate": 1, "places": 1}}
        counted += compute("norway/commitments_by_whole_week", facts).values["factors"]

    whole = Period(date(year, 1, 1), date(year + 1, 1, 1))
    days = [whole.start + timedelta(days=day) for day in range(whole.days)]
    assert counted == sum(day.isoweekday() == 3 for day in days)


@given(FIRST_DAYS, st.integers(0, 500), st.integers(0, 100_000))
def test_the_lines_of_an_order_add_up_and_none_is_empty(
    first: date, lasts: int, amount: int
) -> None:
    order = {"amount": amount, "period": period(first, first + timedelta(days=lasts))}

    run = compute("norway/order_split", {"order": order})

    amounts = [one.amount_cents for one in run.paid]
    assert sum(amounts) == amount * KRONE
    assert all(amounts)
