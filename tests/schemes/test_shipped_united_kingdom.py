"""The rules of the United Kingdom: their own examples, and what must hold for any case."""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as some

from service.period import add_months
from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import compile_program, give
from service.schemes.language.engine import Run
from service.schemes.language.examples import failing, plain
from service.schemes.language.facts import bind
from service.schemes.language.program import Program

FOLDER = Path(engine.__file__).parents[1] / "shipped" / "united_kingdom"
DOCUMENTS = sorted(path.name for path in FOLDER.glob("*.toml"))
FOUR = [
    "apprenticeship_earnings.toml",
    "employer_incentive.toml",
    "furlough_grant.toml",
    "kickstart.toml",
]


def load(name: str) -> Program:
    program, flaws = check_text((FOLDER / name).read_text())
    assert program is not None, [str(flaw) for flaw in flaws]
    return program


PROGRAMS = {name: load(name) for name in DOCUMENTS}
APPRENTICESHIP, INCENTIVE, FURLOUGH, KICKSTART = (PROGRAMS[name] for name in FOUR)


def run(program: Program, facts: dict[str, Any]) -> Run:
    return engine.run(program, bind(program, plain(facts)))


def cents_by(found: Run, *kinds: str) -> int:
    return sum(one.amount_cents for one in found.paid if one.kind in kinds)


# ----- every document


def test_the_four_rules_are_there() -> None:
    assert DOCUMENTS == FOUR


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_what_it_says_it_does(name: str) -> None:
    assert [str(miss) for miss in failing(PROGRAMS[name])] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_fact_says_what_it_is_and_every_figure_is_named(name: str) -> None:
    program = PROGRAMS[name]

    assert [one.fact.path for one in program.facts if not one.fact.about] == []
    assert [one.name for one in program.parameters.values() if not one.label] == []
    assert [one.name for one in program.document.steps if not one.label] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_compiled_and_plain_agree_on_the_examples(name: str) -> None:
    program = PROGRAMS[name]
    compiled = compile_program(program)

    for example in program.document.examples:
        facts = bind(program, plain(example.facts))
        assert compiled.run(give(program, facts)).paid == engine.run(program, facts).paid


# ----- apprenticeships

starts = some.dates(date(2023, 1, 1), date(2025, 12, 31))
days_of_breaks = some.lists(some.tuples(some.integers(0, 500), some.integers(1, 90)), max_size=3)


def breaks_of(start: date, found: list[tuple[int, int]]) -> list[dict[str, Any]]:
    firsts = [(start + timedelta(days=after), length) for after, length in found]
    return [
        {"period": {"first_day": day, "last_day": day + timedelta(days=length - 1)}}
        for day, length in firsts
    ]


@some.composite
def apprenticeships(draw: some.DrawFn) -> dict[str, Any]:
    start = draw(starts)
    planned_end = start + timedelta(days=draw(some.integers(5, 700)))
    agreement: dict[str, Any] = {"start": start, "planned_end": planned_end}
    learner: dict[str, Any] = {"birth_date": start - timedelta(days=365 * 18)}
    after = start + timedelta(days=draw(some.integers(0, 750)))
    match draw(some.sampled_from(["goes on", "withdrawn_on", "paused_on", "completed"])):
        case "goes on":
            pass
        case "completed":
            learner |= {"completed_on": after, "achieved_on": after + timedelta(days=20)}
        case stop:
            agreement[stop] = after
    prices: list[dict[str, Any]] = [{"agreed": str(draw(some.integers(0, 27_000)))}]
    if draw(some.booleans()):
        day = start + timedelta(days=draw(some.integers(0, 400)))
        prices.append({"first_day": day, "agreed": str(draw(some.integers(0, 27_000)))})
    breaks = breaks_of(start, draw(days_of_breaks))
    return {"agreement": agreement, "learner": learner, "prices": prices, "breaks": breaks}


def as_sent(found: Run) -> list[dict[str, Any]]:
    return [
        {"month": one.month, "kind": one.kind, "amount": str(Fraction(one.amount_cents, 100))}
        for one in found.paid
    ]


@settings(max_examples=40, deadline=None)
@for_all(apprenticeships())
def test_what_was_sent_in_full_is_not_sent_again(facts: dict[str, Any]) -> None:
    first = run(APPRENTICESHIP, facts)

    again = run(APPRENTICESHIP, facts | {"sent": as_sent(first)})

    assert again.paid == []


@settings(max_examples=40, deadline=None)
@for_all(apprenticeships(), apprenticeships())
def test_corrections_end_where_the_last_facts_alone_would(
    known: dict[str, Any], corrected: dict[str, Any]
) -> None:
    first = run(APPRENTICESHIP, known)
    alone = run(APPRENTICESHIP, corrected)

    after = run(APPRENTICESHIP, corrected | {"sent": as_sent(first)})

    total = sum(one.amount_cents for one in first.paid) + sum(
        one.amount_cents for one in after.paid
    )
    assert total == sum(one.amount_cents for one in alone.paid)
    assert all(one.amount_cents for one in after.paid)


@settings(max_examples=40, deadline=None)
@for_all(apprenticeships())
def test_early_completion_comes_to_the_price_whatever_happened_before(
    facts: dict[str, Any],
) -> None:
    found = run(APPRENTICESHIP, facts)
    if not found.values["is_early"]:
        return

    paid = cents_by(found, "on_programme", "balancing", "completion")

    months = len(found.tables["month"])
    price = found.values["price_at_end"]
    assert abs(paid - price) <= Fraction(1, 2) * (months + 2)  # half a penny an instalment


@settings(max_examples=40, deadline=None)
@for_all(apprenticeships())
def test_nothing_is_earned_by_the_month_after_learning_stopped(facts: dict[str, Any]) -> None:
    found = run(APPRENTICESHIP, facts)

    last = found.values["last_day_of_learning"]
    regular = [one.month for one in found.paid if one.kind in {"on_programme", "incentive"}]
    assert all(month <= last for month in regular)


@settings(max_examples=40, deadline=None)
@for_all(apprenticeships())
def test_what_is_short_is_spread_or_lost_to_the_last_fraction(facts: dict[str, Any]) -> None:
    found = run(APPRENTICESHIP, facts)

    short = [row.values for row in found.tables["short"]]
    spread = sum(row.values["spread"] for row in found.tables["month"])
    assert sum(row["instalments_amount"] for row in short) == spread + found.values["lost"]


# ----- the employer incentive


def after_days_of_learning(start: date, days: int, breaks: list[dict[str, Any]]) -> date:
    """The day after so many days of learning, counted one by one."""
    away = {
        one["period"]["first_day"] + timedelta(days=number)
        for one in breaks
        for number in range((one["period"]["last_day"] - one["period"]["first_day"]).days + 1)
    }
    day = start
    while days:
        days -= day not in away
        day += timedelta(days=1)
    return day


@settings(max_examples=40, deadline=None)
@for_all(some.dates(date(2020, 8, 1), date(2021, 3, 31)), days_of_breaks)
def test_a_milestone_comes_after_its_days_of_learning(
    start: date, found: list[tuple[int, int]]
) -> None:
    breaks = breaks_of(start, found)
    facts = {"agreement": {"start": start}, "learner": {"birth_date": "2002-01-01"}}

    reached = run(INCENTIVE, facts | {"breaks": breaks}).tables["milestone"]

    assert [row.values["reached_on"] for row in reached] == [
        after_days_of_learning(start, days, breaks) for days in (89, 364)
    ]


@settings(max_examples=40, deadline=None)
@for_all(some.integers(0, 400), some.integers(0, 400))
def test_a_stop_moved_back_takes_back_what_it_no_longer_reaches(later: int, earlier: int) -> None:
    start = date(2020, 9, 1)
    first, second = (start + timedelta(days=days) for days in (later, earlier))
    learner = {"birth_date": "2002-01-01"}
    sent = run(INCENTIVE, {"agreement": {"start": start, "stopped_on": first}, "learner": learner})
    facts = {"agreement": {"start": start, "stopped_on": second}, "learner": learner}

    after = run(
        INCENTIVE,
        facts
        | {"sent": [{"month": one.month, "amount": one.amount_cents // 100} for one in sent.paid]},
    )

    kept = 1_000_00 * ((earlier >= 89) + (earlier >= 364))
    assert cents_by(sent, "incentive") + cents_by(after, "incentive") == kept


# ----- furlough


@settings(max_examples=60, deadline=None)
@for_all(
    some.dates(date(2020, 3, 1), date(2021, 8, 1)),
    some.integers(1, 40),
    some.integers(0, 30),
    some.integers(0, 9_000),
)
def test_the_maximum_by_days_is_that_of_each_day_added(
    start: date, length: int, before: int, pay: int
) -> None:
    last = start + timedelta(days=length - 1)
    paid = {"first_day": start - timedelta(days=before), "last_day": last + timedelta(days=1)}
    facts = {
        "furlough": {"first_day": start, "last_day": last},
        "pay_periods": [{"period": paid, "usual_pay": pay}],
    }

    (found,) = run(FURLOUGH, facts).tables["pay_periods"]

    days = [start + timedelta(days=number) for number in range(length)]
    daily = [-(-250_000 // calendar.monthrange(day.year, day.month)[1]) for day in days]
    assert found.values["maximum"] == sum(daily)
    exact = Fraction(pay * 100 * length, length + before + 1) * Fraction(4, 5)
    half_up = Fraction((exact + Fraction(1, 2)) // 1)
    assert found.values["furlough_pay"] == min(half_up, sum(daily))


@settings(max_examples=40, deadline=None)
@for_all(some.integers(1, 200), some.integers(0, 220), some.integers(0, 220))
def test_who_works_more_is_refunded_no_more(usual: int, fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    period = {"first_day": "2020-07-01", "last_day": "2020-07-31"}
    case = {"period": period, "usual_pay": 3100, "usual_hours": usual}

    with_fewer, with_more = (
        run(FURLOUGH, {"pay_periods": [case | {"worked_hours": worked}]})
        for worked in (fewer, more)
    )

    assert 0 <= cents_by(with_more, "grant") <= cents_by(with_fewer, "grant") <= 2_480_00


# ----- Kickstart


@settings(max_examples=40, deadline=None)
@for_all(some.dates(date(2020, 11, 1), date(2022, 3, 31)), some.integers(16, 24))
def test_six_wages_and_one_set_up_and_each_by_the_wage_of_its_first_day(
    start: date, years: int
) -> None:
    months = [add_months(start.replace(day=1), number) for number in range(8)]
    facts = {
        "placement": {"start": start, "start_confirmed_on": start},
        "participant": {"birth_date": add_months(start, -12 * years)},
        "payroll": [{"month": month} for month in months],
    }

    found = run(KICKSTART, facts)

    rows = [row.values for row in found.tables["month"]]
    assert len(rows) == 6
    assert cents_by(found, "set_up") == 1_500_00
    assert cents_by(found, "wage") == sum(row["funding"] for row in rows)
    for row in rows:
        hours = Fraction(25 * 52, 12)
        assert abs(row["wage"] - row["hourly_wage"] * hours) <= Fraction(1, 2)
        assert row["wage"] <= row["funding"] <= row["wage"] * Fraction(115, 100)
