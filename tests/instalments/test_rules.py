"""The golden numbers, and what holds for every agreement whatever its dates."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ids import BudgetLineId, new_id
from service.instalments import rules
from service.instalments.explain import explain, explain_reason
from service.instalments.model import (
    SUBSIDY,
    Entry,
    KnownCase,
    Outcome,
    PaymentKind,
    Reason,
    Result,
)
from service.money import Cents, format_euros, parse_euros
from service.period import Month, Period, add_months, months_touched, parse_month
from service.schemes.model import Terms
from tests.instalments.cases import SCHEMES, compute_all, make_case

EXAMPLES = tomllib.loads((Path(__file__).parent / "examples.toml").read_text())["example"]

first_days = st.dates(date(2024, 10, 1), date(2027, 12, 31))
schemes = st.sampled_from(sorted(SCHEMES)).map(SCHEMES.__getitem__)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_worked_example(example: dict[str, Any]) -> None:
    suspended = example.get("suspended")
    case = make_case(
        SCHEMES[example["scheme"]],
        example["first_day"],
        last_day=example.get("last_day"),
        wage_cents=parse_euros(example["wage"]),
        weekly_hours=example.get("hours", 40),
        suspensions=(Period(suspended[0], suspended[1] + timedelta(days=1)),) if suspended else (),
        attendance={parse_month(m): tuple(d) for m, d in example.get("attendance", {}).items()},
    )

    results = {f"{month:%Y-%m}": said(result) for month, result in compute_all(case)}

    assert {month: results[month] for month in example["expected"]} == example["expected"]


def said(result: Result) -> str:
    """An amount in euros, or the reason why there is none."""
    return str(result.reason or f"{result.amount_cents / 100:.2f}")


@given(schemes, first_days, st.integers(0, 220), st.integers(20_000, 200_000))
def test_the_entitlement_is_never_passed_and_each_day_counts_once(
    terms: Terms, first_day: date, lasted: int, wage_cents: int
) -> None:
    last_day = min(first_day + timedelta(days=lasted), add_months(first_day, 8))
    case = make_case(terms, first_day, last_day=last_day, wage_cents=wage_cents)

    total = sum(result.amount_cents for _, result in compute_all(case))
    pieces = [p for m in months_touched(case.period) for p in rules.pieces_due(case, m)]

    assert total <= terms.entitlement_cents
    assert [piece.number for piece in pieces] == list(range(1, len(pieces) + 1))
    assert sum(piece.covered_days for piece in pieces) == case.period.days


@given(first_days, st.integers(0, 30), st.integers(1, 40))
def test_a_whole_agreement_at_the_cap_is_six_months_and_suspension_takes_its_days(
    first_day: date, begins: int, days: int
) -> None:
    terms = SCHEMES["SP-FLAT"]
    away = Period(first_day + timedelta(days=begins), first_day + timedelta(days=begins + days))
    whole = make_case(terms, first_day, minimum_wages=())
    suspended = msgspec.structs.replace(whole, suspensions=(away,))

    full = sum(result.amount_cents for _, result in compute_all(whole))
    less = sum(result.amount_cents for _, result in compute_all(suspended))

    lost = full - less
    assert full == terms.entitlement_cents
    assert Fraction(days * 26400, 31) - 6 <= lost <= Fraction(days * 26400, 28) + 6


@given(first_days, st.integers(0, 150_000), st.integers(0, 10_000))
def test_a_higher_wage_is_never_worth_less(first_day: date, wage_cents: int, more: int) -> None:
    terms = SCHEMES["WS-70"]
    month = Month(add_months(first_day.replace(day=1), 1))

    def due(cents: int) -> int:
        case = make_case(terms, first_day, wage_cents=cents, minimum_wages=())
        return rules.compute(case, month).amount_cents

    assert due(wage_cents) <= due(wage_cents + more) <= terms.monthly_max_cents


@given(schemes, first_days, st.integers(0, 190))
def test_every_month_has_one_outcome_and_a_trace_that_reads(
    terms: Terms, first_day: date, lasted: int
) -> None:
    last_day = min(first_day + timedelta(days=lasted), add_months(first_day, 6))
    case = make_case(terms, first_day, last_day=last_day)

    for _, result in compute_all(case):
        assert (result.outcome is Outcome.DUE) == (result.amount_cents > 0)
        assert (result.reason is None) == (result.outcome is Outcome.DUE)
        assert all(explain(result.trace))


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [(None, Reason.EVIDENCE_MISSING), (False, Reason.EVIDENCE_UNCONFIRMED)],
)
def test_without_confirmed_evidence_of_every_month_touched_it_is_blocked(
    evidence: bool | None, reason: Reason
) -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 3, 17))
    march = parse_month("2026-03")
    known = dict(case.evidence)
    if evidence is None:
        del known[march]
    else:
        known[march] = msgspec.structs.replace(known[march], confirmed=False)

    result = rules.compute(msgspec.structs.replace(case, evidence=known), parse_month("2026-04"))

    assert (result.outcome, result.reason) == (Outcome.BLOCKED, reason)
    assert explain_reason(reason)
    assert result.trace[0]["month"] == "2026-03-01"


def test_the_trace_tells_rule_cap_and_rounding() -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 1), wage_cents=60000)

    result = rules.compute(case, parse_month("2026-08"))

    assert explain(result.trace) == [
        "Confirmed for August 2026: gross wage €600.00; worked 22 of 22 days, "
        "and 0 days of paid leave.",
        "Minimum wage of August 2026: €500.00 × 40/40 h = €500.00: the wage is not below it.",
        "Programme month 1, August 1, 2026 to August 31, 2026: 31 of 31 days count.",
        "Gross wage of August 2026: €600.00; 31 of 31 days employed count: €600.00.",
        "70 % of the gross wage of €600.00 = €420.00.",
        "The monthly maximum of €350.00, for the days that count €350.00, applies.",
        "Rounded once, half up, to the cent: €350.00.",
        "The whole entitlement of €2,100.00 is not exceeded.",
        "Due: €350.00.",
    ]
    assert format_euros(result.amount_cents) == "€350.00"


def test_a_month_after_an_early_end_is_not_due() -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 1), last_day=date(2026, 9, 15))

    result = rules.compute(case, parse_month("2026-10"))

    assert (result.outcome, result.reason) == (Outcome.NOT_DUE, Reason.OUTSIDE_PERIOD)
    assert explain(result.trace) == [
        "The subsidised period is August 1, 2026 to September 15, 2026."
    ]


def test_breaks_that_overlap_take_a_day_once() -> None:
    april = parse_month("2026-04")
    whole = make_case(SCHEMES["SP-FLAT"], date(2026, 4, 1))
    first, second = (
        Period(date(2026, 4, 5), date(2026, 4, 15)),
        Period(date(2026, 4, 10), date(2026, 4, 20)),
    )

    result = rules.compute(msgspec.structs.replace(whole, suspensions=(second, first)), april)

    assert result.amount_cents == 13200


@pytest.mark.parametrize(("wage_cents", "reason"), [(4761, None), (4760, "wage_below_minimum")])
def test_a_part_of_a_month_needs_the_smaller_of_calendar_days_and_weekdays(
    wage_cents: int, reason: str | None
) -> None:
    # Friday 28 August: 4 of 31 days, but 2 of 21 weekdays, so 2/21 of 500.
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 28))
    august, september = parse_month("2026-08"), parse_month("2026-09")
    known = dict(case.evidence)
    known[august] = msgspec.structs.replace(known[august], gross_wage_cents=Cents(wage_cents))

    result = rules.compute(msgspec.structs.replace(case, evidence=known), september)

    assert result.reason == reason


def test_the_rest_of_the_entitlement_is_told_where_it_limits() -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 1))
    spent = Cents(200_000)

    result = rules.compute(case, parse_month("2026-08"), due_before_cents=spent)

    assert result.amount_cents == 10_000
    assert explain(result.trace)[-2:] == [
        "Of the whole entitlement of €2,100.00 only €100.00 is left.",
        "Due: €100.00.",
    ]


def test_each_month_takes_from_what_the_earlier_ones_have_left() -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 1))
    october, november = parse_month("2026-10"), parse_month("2026-11")

    entries = rules.compute_months(case, [october, november], {SUBSIDY: Cents(140_000)})
    last = rules.compute_months(case, [november], {SUBSIDY: Cents(175_000)})
    used_up = rules.compute_months(case, [november], {SUBSIDY: Cents(210_000)})

    assert [entry.result.amount_cents for entry in entries] == [35_000, 35_000]
    assert entries[1] == last[0]
    assert used_up[0].result.reason == Reason.ENTITLEMENT_USED


def test_months_to_compute_are_those_of_the_period_and_those_computed_before() -> None:
    months = [parse_month(f"2026-{number:02}") for number in range(1, 9)]
    period = Period(date(2026, 3, 17), date(2026, 5, 2))

    chosen = rules.months_to_compute(period, months[1], months[6], computed={months[0], months[5]})

    assert chosen == [months[2], months[3], months[4], months[5]]


def test_a_kind_of_payment_that_is_no_more_gets_its_entry_of_zero() -> None:
    case = make_case(SCHEMES["WS-70"], date(2026, 8, 1))
    october, bonus = parse_month("2026-10"), PaymentKind("bonus")
    entries = rules.compute_months(case, [october], {})

    completed = rules.with_vanished(case, entries, [(october, SUBSIDY), (october, bonus)])

    assert completed == [*entries, Entry(october, bonus, rules.outside_period(case))]
    assert completed[1].result.amount_cents == 0


@pytest.mark.parametrize(
    ("known", "computed", "moment"),
    [
        (0, None, 5),  # nothing is known that now is not past
        (7, None, 7),  # another machine's clock is ahead, and its fact was read
        (0, 4, 5),
        (0, 5, 5.000001),  # never two computations at one moment
        (0, 9, 9.000001),
    ],
)
def test_results_and_facts_of_an_agreement_stand_in_one_order(
    known: float, computed: float | None, moment: float
) -> None:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    case = KnownCase(
        case=make_case(SCHEMES["WS-70"], date(2026, 8, 1)),
        budget_line_id=BudgetLineId(new_id()),
        due_before_cents={},
        known_at=start + timedelta(seconds=known),
        computed_at=None if computed is None else start + timedelta(seconds=computed),
    )

    found = rules.moment_of(case, at=start + timedelta(seconds=5))

    assert found == start + timedelta(seconds=moment)


def test_a_month_is_computed_only_after_its_last_day() -> None:
    october = parse_month("2026-10")

    rules.refuse_unfinished(october, date(2026, 11, 1))

    with pytest.raises(rules.MonthNotOver):
        rules.refuse_unfinished(october, date(2026, 10, 31))
