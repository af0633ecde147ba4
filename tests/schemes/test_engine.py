"""What each form of the language comes to, in small schemes; traps of other administrations."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import compile_program, give
from service.schemes.language.engine import Run
from service.schemes.language.examples import failing
from service.schemes.language.facts import FactFlaw, bind, schema
from service.schemes.language.program import Program

HEAD = """
scheme = "T"
name = { sq = "t", sr = "t", en = "t" }
currency = "EUR"
source = "made up"
selected_by = "on"
[facts]
"on" = "date"
"period" = "period"
"amount" = { kind = "cents", default = "0.00 EUR" }
"exact" = { kind = "money", default = "0.00 EUR" }
"left_on" = "date?"
"breaks[].period" = "period"
"lines[].amount" = "cents"
"lines[].year" = { kind = "count", default = "2026" }
[[parameter]]
name = "base"
kind = "cents"
values = [{ from = 2022-05-01, is = "111.00 EUR" }, { from = 2023-05-01, is = "118.00 EUR" }]
[[parameter]]
name = "cap"
kind = "cents"
values = [{ key = "50 %", is = "1260.00 EUR" }, { key = "70 %", is = "1770.00 EUR" }]
[[parameter]]
name = "band"
kind = "cents"
values = [{ over = "0", is = "1.00 EUR" }, { over = "10", is = "2.00 EUR" }]
"""
PAY = """
[[step]]
name = "nothing"
is = "0.00 EUR"
unit = "cents"
[[pay]]
kind = "subsidy"
month = "month_of(on)"
amount = "nothing"
"""
FACTS: dict[str, Any] = {
    "on": "2026-03-17",
    "period": {"first_day": "2026-03-17", "last_day": "2026-09-16"},
}


def program_of(steps: str, *, pay: str = PAY) -> Program:
    program, flaws = check_text(HEAD + steps + pay)
    assert program is not None, [str(flaw) for flaw in flaws]
    return program


def run(steps: str, facts: dict[str, Any] | None = None) -> Run:
    program = program_of(steps)
    return engine.run(program, bind(program, FACTS | (facts or {})))


def value(text: str, unit: str, facts: dict[str, Any] | None = None, more: str = "") -> Any:
    found = run(f'[[step]]\nname = "x"\nis = "{text}"\nunit = "{unit}"\n{more}', facts)
    return found.values["x"]


CAP = '[{ name = "cap", is = "3.00 EUR" }]'
VALUES = [
    ("months_30e_360(2026-03-31, 2026-04-30)", "months", 1),
    ("months_30e_360(2026-03-17, 2026-09-17)", "months", 6),
    ("months_30e_360(2026-03-17, 2026-03-18)", "months", Fraction(1, 30)),
    ("months_between(2026-01-31, 2026-02-28)", "months", 1),
    ("months_between(2026-01-31, 2026-03-30)", "months", 1),
    ("days_after_months(2026-01-31, 2026-03-30)", "days", 30),
    ("month_ends(2026-01-31, 2026-03-30)", "count", 2),
    ("weekdays(through(2026-11-01, 2026-11-30))", "days", 21),
    ("days(period)", "days", 184),
    ("age(2000-02-29, 2026-02-28)", "years", 25),
    ("age(2000-02-29, 2026-03-01)", "years", 26),
    ("2026-01-31 + 1 month", "date", date(2026, 2, 28)),
    ("2026-03-31 - 1 month", "date", date(2026, 2, 28)),
    ("overflow_months(2026-01-31, 1 month)", "date", date(2026, 3, 1)),
    ("2026-03-01 - 2026-02-01", "days", 28),
    ("base", "money", 11_800),
    ("base at 2023-04-30", "money", 11_100),
    ("cap[70 %]", "money", 177_000),
    ("band[9.99]", "money", 100),
    ("band[10]", "money", 200),
    ("min(3 days, 2 days) / 1 day", "number", 2),
    ("left_on otherwise 2026-01-01", "date", date(2026, 1, 1)),
    ("count(breaks)", "count", 0),
    ("sum(lines.amount where lines.year = 2026)", "cents", 0),
    ("if 2026-03-17 in period then 1 else 0", "number", 1),
    ("if 2026-09-17 in period then 1 else 0", "number", 0),
    ("if 5 in [1, 5] and not (1 > 2) then 1 else 0", "number", 1),
]


@pytest.mark.parametrize(("text", "unit", "expected"), VALUES)
def test_what_an_expression_comes_to(text: str, unit: str, expected: object) -> None:
    assert value(text, unit) == expected


ROUNDED = [
    ("half_up", "0.125", "0.13"),
    ("half_up", "-0.125", "-0.13"),
    ("half_even", "0.125", "0.12"),
    ("half_toward_plus_infinity", "-0.125", "-0.12"),
    ("half_toward_plus_infinity", "0.125", "0.13"),
    ("down", "-0.129", "-0.12"),
    ("up", "0.121", "0.13"),
    ("floor", "-0.121", "-0.13"),
    ("ceiling", "-0.129", "-0.12"),
]


@pytest.mark.parametrize(("mode", "exact", "rounded"), ROUNDED)
def test_the_modes_of_rounding_part_at_halves_and_below_zero(
    mode: str, exact: str, rounded: str
) -> None:
    found = value("exact", "cents", {"exact": exact}, f'round = "{mode} 2"\n')

    assert found == Fraction(rounded) * 100


def test_whole_currency_units_are_no_decimals() -> None:
    assert value("exact", "cents", {"exact": "1.50"}, 'round = "half_up 0"\n') == 200


@pytest.mark.parametrize(
    ("amount", "capped", "bound"),
    [("2.99", 299, None), ("3.00", 300, None), ("3.004", 300, None), ("3.01", 300, "cap")],
)
def test_a_cap_reached_by_less_than_a_cent_did_not_bind(
    amount: str, capped: int, bound: str | None
) -> None:
    steps = f'[[step]]\nname = "x"\nis = "exact"\nunit = "money"\nat_most = {CAP}\n'

    found = run(steps, {"exact": amount})

    assert found.values["x"] == capped
    assert found.paid[0].trace[0][2] == bound


def test_overlapping_breaks_take_a_day_once() -> None:
    breaks = [
        {"period": {"first_day": "2026-03-18", "last_day": "2026-03-20"}},
        {"period": {"first_day": "2026-03-20", "last_day": "2026-03-21"}},
    ]

    assert value("days_without(period, breaks.period)", "days", {"breaks": breaks}) == 180


CARRIED = """
[[step]]
name = "carried"
for = "lines"
is = "min(0.00 EUR, lines.amount + previous(carried, 0.00 EUR))"
unit = "cents"
[[step]]
name = "paid"
for = "lines"
is = "max(0.00 EUR, lines.amount + previous(carried, 0.00 EUR))"
unit = "cents"
[[step.at_most]]
name = "year"
is = "max(0.00 EUR, 5.00 EUR - before(paid where earlier.year = lines.year))"
[[step]]
name = "receivable"
is = "(last(lines.carried) otherwise 0.00 EUR)"
unit = "cents"
"""


def test_a_negative_month_is_carried_and_leaves_a_receivable_at_the_end() -> None:
    lines = [{"amount": amount} for amount in ("3.00", "-2.00", "1.50", "-4.00")]

    found = run(CARRIED, {"lines": lines})

    assert [row.values["paid"] for row in found.tables["lines"]] == [300, 0, 0, 0]
    assert found.values["receivable"] == -450


def test_a_running_total_starts_anew_with_its_key() -> None:
    lines = [{"amount": "4.00", "year": year} for year in (2025, 2025, 2026)]

    found = run(CARRIED, {"lines": lines})

    assert [row.values["paid"] for row in found.tables["lines"]] == [400, 100, 400]


SHARED = """
[[step]]
name = "part"
rows = "months(period)"
[[step]]
name = "amount"
for = "part"
is = "share_of(amount, days(part.period), '{method}')"
unit = "cents"
"""


@pytest.mark.parametrize("method", ["largest_remainder", "first", "last"])
@pytest.mark.parametrize("amount", ["0.00", "0.01", "100.00", "99.99", "-3.33"])
def test_parts_add_up_to_the_whole(method: str, amount: str) -> None:
    steps = SHARED.format(method=method).replace("days(part.period)", "part.days")
    steps = steps.replace(
        '[[step]]\nname = "amount"',
        '[[step]]\nname = "days"\nfor = "part"\nis = "days(part.period)"\nunit = "days"\n'
        '[[step]]\nname = "pause"\nis = "1"\nunit = "count"\n[[step]]\nname = "amount"',
    )

    found = run(steps, {"amount": amount})

    parts = [row.values["amount"] for row in found.tables["part"]]
    assert sum(parts) == Fraction(amount) * 100
    assert all(part.denominator == 1 for part in parts)


def test_the_earlier_month_wins_a_tie_of_remainders() -> None:
    rows = '[{ weight = "1" }, { weight = "1" }]'
    table = f'[[table]]\nname = "half"\ncolumns = {{ weight = "number" }}\nrows = {rows}\n'
    share = "share_of(0.01 EUR, half.weight, 'largest_remainder')"
    steps = f'{table}[[step]]\nname = "x"\nfor = "half"\nis = "{share}"\nunit = "cents"\n'

    found = run(steps)

    assert [row.values["x"] for row in found.tables["half"]] == [1, 0]


GUARDED = """
[[step]]
name = "asked"
guard = "given(left_on)"
code = "no_end"
outcome = "not_due"
"""


def test_a_guard_outside_tables_ends_the_whole_with_its_code() -> None:
    stopped, going = run(GUARDED), run(GUARDED, {"left_on": "2026-04-01"})

    assert stopped.stop is not None
    assert (stopped.stop.outcome, stopped.stop.code, stopped.paid) == ("not_due", "no_end", [])
    assert going.stop is None
    compiled = compile_program(program_of(GUARDED))
    assert compiled.run(give(compiled.program, bind(compiled.program, FACTS))).stop == stopped.stop


def test_an_example_that_comes_out_differently_is_named_with_both_figures() -> None:
    example = (
        '[[example]]\nname = "wrong"\n[example.facts]\non = 2026-03-17\n'
        "period = { first_day = 2026-03-17, last_day = 2026-03-18 }\n"
        '[example.expect]\n"2026-03" = "1.00"\ntotal = "0.00"\n'
    )

    (miss,) = failing(program_of("", pay=PAY + example))

    assert (miss.what, miss.expected, miss.found) == ("2026-03", "1.00", "0")
    assert "line" in str(miss)


WRONG_FACTS: list[tuple[dict[str, Any], str]] = [
    ({"on": "2026-02-31"}, "on: expected a day such as 2026-03-17, found '2026-02-31'"),
    ({"on": None}, "on: this fact is missing"),
    ({"amount": 1.5}, "amount: expected whole cents"),
    ({"amount": "1.005"}, "amount: expected whole cents"),
    ({"amount": Decimal("1e999999999")}, "amount: expected whole cents"),
    ({"amount": 10**30}, "amount: expected whole cents"),
    ({"amount": "NaN"}, "amount: expected whole cents"),
    ({"amount": True}, "amount: expected whole cents"),
    ({"other": 1}, "other: this scheme uses no such fact"),
    ({"lines": [{"amount": "1", "x": 1}]}, "lines: 'x' is no fact here"),
    ({"lines": [{}]}, "lines, row 1, amount: this fact is missing"),
    ({"lines": {}}, "lines: expected a list"),
    ({"period": {"first_day": "2026-03-17", "last_day": "2026-03-01"}}, "before it begins"),
]


@pytest.mark.parametrize(("facts", "said"), WRONG_FACTS)
def test_wrong_facts_are_refused_in_a_sentence(facts: dict[str, Any], said: str) -> None:
    program = program_of("")

    with pytest.raises(FactFlaw) as refused:
        bind(program, FACTS | facts)

    assert said in str(refused.value)


def test_the_schema_of_facts_says_what_is_needed_and_what_may_lack() -> None:
    described = schema(program_of(""))

    assert described["required"] == ["on", "period"]
    assert described["properties"]["lines"]["items"]["required"] == ["amount"]
    assert {"type": "null"} in described["properties"]["left_on"]["anyOf"]


def test_what_is_left_is_divided_again_in_every_row() -> None:
    steps = """
[[step]]
name = "left"
for = "lines"
is = "100.00 EUR - before(taken)"
unit = "money"
[[step]]
name = "taken"
for = "lines"
is = "left / 3"
round = "half_up 2"
unit = "money"
"""
    found = run(steps, {"lines": [{"amount": "1.00"}] * 3})

    # 33.33 of 100.00, then 22.22 of 66.67, then 14.82 of 44.45
    taken = [row.values["taken"] for row in found.tables["lines"]]
    assert taken == [33_33, 22_22, 14_82]
