"""Kosovo's schemes as documents come to what the present rules come to, to the cent."""

import tomllib
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.money import ZERO, Cents, parse_euros, to_cents
from service.period import (
    Month,
    Period,
    add_months,
    month_of,
    month_period,
    months_touched,
    next_month,
    parse_month,
)
from service.schemes.language import engine
from service.schemes.language.evaluation import parameter_on
from service.schemes.language.examples import failing, plain
from service.schemes.language.facts import bind
from service.schemes.language.reports import report
from service.schemes.language.results import Paid
from service.schemes.model import Payee
from tests.schemes import former as rules
from tests.schemes.former import Case, Kind, Outcome, Reason, Result, Terms
from tests.schemes.former_cases import make_case
from tests.schemes.kosovo import FOLDER, agreements, paid_for, program_of

NAMES = ("ojt", "ojt_disability", "sp_flat", "ws_50", "ws_70")
WS_70 = Terms(Kind.WAGE_SHARE, 7000, Cents(35_000), 6)
WS_50 = Terms(Kind.WAGE_SHARE, 5000, Cents(15_000), 9)
SP_FLAT = Terms(Kind.FLAT, None, Cents(26_400), 6)
OJT = Terms(Kind.FLAT, None, Cents(30_000), 3)
DISABILITY = Terms(Kind.FLAT, None, Cents(30_000), 6)
HOST = Terms(Kind.FLAT, None, Cents(10_000), 6)
RAISED = date(2026, 1, 1)
EXAMPLES = tomllib.loads(
    (Path(__file__).parents[1] / "instalments" / "examples.toml").read_text(encoding="utf-8")
)["example"]
# Of these months a document has no row, as it has none to pay for.
NO_ROW = {Reason.OUTSIDE_PERIOD, Reason.PROGRAMME_MONTH_RUNS}

thorough = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_these_are_all_documents() -> None:
    assert tuple(sorted(file.stem for file in FOLDER.glob("*.toml"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_document_checks_and_its_examples_come_out(name: str) -> None:
    program = program_of(name)

    assert [str(miss) for miss in failing(program)] == []
    assert len(program.document.examples) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_every_example_can_be_told_line_by_line_also_where_a_guard_ended_it(name: str) -> None:
    program = program_of(name)

    for example in program.document.examples:
        run = engine.run(program, bind(program, plain(example.facts)))
        told = report(program, run, "sq")["instalments"]
        assert all(one["trace"] for one in told)
        assert [one["amount_cents"] for one in told] == [one.amount_cents for one in run.paid]


@pytest.mark.parametrize("name", NAMES)
def test_all_take_the_same_facts_so_that_one_query_feeds_them(name: str) -> None:
    own, others = program_of(name).document.facts, program_of("ws_70").document.facts

    assert [said(fact) for fact in own] == [said(fact) for fact in others]


def said(fact: Any) -> tuple[Any, ...]:
    return fact.path, fact.table, fact.written, fact.default and fact.default.value, fact.about


@pytest.mark.parametrize("name", NAMES)
def test_the_settings_say_what_the_parameters_say(name: str) -> None:
    program = program_of(name)
    told = program.document.settings
    today = date(2026, 10, 1)
    figures = {
        key: parameter_on(parameter, None, today) for key, parameter in program.parameters.items()
    }
    kinds = {pay.kind for pay in program.pays}

    assert told["months"] == figures["months"]
    assert parse_euros(told["monthly_max"]) == figures["monthly_max"] + figures.get(
        "host_monthly", 0
    )
    assert {told["payee"], *told.get("payees", {}).values()} <= set(Payee)
    assert set(told.get("payees", {})) < kinds
    assert told["measure"]
    assert 15 <= told["age_min"] <= told["age_max"]


def test_the_retention_part_costs_six_times_a_fifth_of_500_at_most() -> None:
    assert program_of("ws_70").document.settings["final_max"] == "600.00"


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_label_and_every_refusal_a_text(name: str) -> None:
    document = program_of(name).document
    figures = [step for step in document.steps if step.guard is None]
    guards = [step.guard for step in document.steps if step.guard is not None]

    assert all(figure.label for figure in figures)
    assert all(one.label for one in document.parameters)
    assert all(pay.label for pay in document.pays)
    assert all(guard.text for guard in guards)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_the_worked_examples_of_the_rules_hold_for_the_documents(example: dict[str, Any]) -> None:
    terms, name = (WS_70, "ws_70") if example["scheme"] == "WS-70" else (SP_FLAT, "sp_flat")
    away = example.get("suspended")
    case = make_case(
        terms,
        example["first_day"],
        last_day=example.get("last_day"),
        wage_cents=parse_euros(example["wage"]),
        weekly_hours=example.get("hours", 40),
        suspensions=(Period(away[0], away[1] + timedelta(days=1)),) if away else (),
        attendance={parse_month(m): tuple(d) for m, d in example.get("attendance", {}).items()},
    )

    found = {f"{one.month:%Y-%m}": one for one in paid_for(name, case) if one.kind == "subsidy"}

    for month, expected in example["expected"].items():
        assert shown(found.get(month)) == expected


def shown(paid: Paid | None) -> str:
    """An amount in euros, or the reason why there is none."""
    if paid is None:
        return Reason.PROGRAMME_MONTH_RUNS
    return paid.stop.code if paid.stop else f"{paid.amount_cents / 100:.2f}"


@thorough
@given(agreements(WS_70))
def test_ws_70_is_what_the_rules_say(case: Case) -> None:
    compare(case, paid_for("ws_70", case), "subsidy")


@thorough
@given(agreements(WS_50))
def test_ws_50_is_what_the_rules_say(case: Case) -> None:
    compare(case, paid_for("ws_50", case), "subsidy")


@thorough
@given(agreements(SP_FLAT))
def test_sp_flat_is_what_the_rules_say(case: Case) -> None:
    compare(case, paid_for("sp_flat", case), "subsidy")


@thorough
@given(agreements(OJT))
def test_training_is_what_the_rules_say_where_no_minimum_wage_holds(case: Case) -> None:
    compare(in_training(case), paid_for("ojt", case), "allowance")


@thorough
@given(agreements(DISABILITY))
def test_training_with_a_disability_is_the_same_for_the_trainee_and_the_host(case: Case) -> None:
    paid = paid_for("ojt_disability", case)

    compare(in_training(case), paid, "allowance")
    compare(msgspec.structs.replace(case, terms=HOST, minimum_wages=()), paid, "host")


def in_training(case: Case) -> Case:
    """A trainee has no wage; and 170 a month when training began before 2026."""
    cents = case.terms.monthly_max_cents if case.starts_on >= RAISED else Cents(17_000)
    terms = msgspec.structs.replace(case.terms, monthly_max_cents=cents)
    return msgspec.structs.replace(case, terms=terms, minimum_wages=())


def compare(case: Case, paid: list[Paid], kind: str) -> None:
    """Each month in order, given what the months before came to.

    Left out is what is meant to differ: of two programme months that end in one calendar month a
    document pays the one that is not blocked, and says of two not due why the first is not.
    """
    found = {one.month: one for one in paid if one.kind == kind}
    due_cents = ZERO
    for month in [*months_touched(case.period), next_month(month_of(case.period.last_day))]:
        known = msgspec.structs.replace(case, due_elsewhere_cents=due_cents)
        result, one = rules.compute(known, month), found.pop(month, None)
        amount_cents = one.amount_cents if one else 0
        are_two = len(rules.pieces_due(case, month)) > 1
        if not (are_two and result.outcome is Outcome.BLOCKED):
            assert amount_cents == result.amount_cents, month
        if not are_two:
            assert reason_of(one) == said_of(result), month
        due_cents = Cents(due_cents + amount_cents)
    assert not found


def reason_of(paid: Paid | None) -> tuple[str, str] | None:
    return (paid.stop.outcome, paid.stop.code) if paid and paid.stop else None


def said_of(result: Result) -> tuple[str, str] | None:
    nothing = result.reason is None or result.reason in NO_ROW
    return None if nothing else (result.outcome.value, str(result.reason))


@thorough
@given(agreements(WS_70, employed_longer=True))
def test_the_retention_part_is_a_fifth_of_what_was_earned_day_by_day(case: Case) -> None:
    known = {
        month: msgspec.structs.replace(one, confirmed=True) for month, one in case.evidence.items()
    }
    case = msgspec.structs.replace(case, evidence=known)

    found = [one for one in paid_for("ws_70", case) if one.kind == "retention"]

    first = max(add_months(case.starts_on, 6), case.period.end)
    assert sum(one.amount_cents for one in found) == fifth_of_wages(case, first)
    assert all(one.amount_cents <= 60_000 for one in found)
    assert {one.month for one in found} <= {
        month_of(add_months(case.starts_on, 12) - timedelta(days=1))
    }


def fifth_of_wages(case: Case, first: date) -> Cents:
    """20 % of the wages of the months 7 to 12, each at most 500, day by day and without hurry."""
    wages = Fraction(0)
    for index in range(6, 12):
        whole = Period(add_months(case.starts_on, index), add_months(case.starts_on, index + 1))
        days = [whole.start + timedelta(days=past) for past in range(whole.days)]
        counted = [
            day for day in days if day >= first and not any(day in one for one in case.suspensions)
        ]
        earned = sum((wage_of_day(case, day) for day in counted), Fraction(0))
        wages += min(earned, Fraction(50_000 * len(counted), whole.days))
    return to_cents(wages / 5)


def wage_of_day(case: Case, day: date) -> Fraction:
    month = month_of(day)
    employed = case.employment.overlap(month_period(month))
    assert employed is not None
    return Fraction(case.evidence[month].gross_wage_cents, employed.days)


@given(
    st.dates(date(2024, 10, 1), date(2027, 12, 31)),
    st.integers(0, 6),
    st.sampled_from(["missing", "unconfirmed"]),
)
@settings(deadline=None)
def test_each_month_of_the_retention_part_needs_confirmed_evidence(
    starts_on: date, which: int, flaw: str
) -> None:
    whole = make_case(WS_70, starts_on, minimum_wages=())
    year = Period(starts_on, add_months(starts_on, 12))
    known = {month: whole.evidence[min(whole.evidence)] for month in months_touched(year)}
    later = months_touched(Period(add_months(starts_on, 6), year.end))
    month = Month(later[which % len(later)])
    if flaw == "missing":
        del known[month]
    else:
        known[month] = msgspec.structs.replace(known[month], confirmed=False)

    found = paid_for("ws_70", msgspec.structs.replace(whole, evidence=known))

    (retention,) = [one for one in found if one.kind == "retention"]
    assert reason_of(retention) == ("blocked", f"evidence_{flaw}")
