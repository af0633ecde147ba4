"""An aggregate over one table may look at the rows of another inside."""

from fractions import Fraction
from typing import Any

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.facts import bind

DOCUMENT = """
scheme = "NESTED"
name = {{ en = "Nested", sq = "Nested", sr = "Nested" }}
currency = "EUR"
source = "none"
selected_by = "start"
[facts]
"start" = "date"
"stays[].period" = "period"
"stays[].rate" = "cents"
"stays[].place" = "text"
"breaks[].period" = "period"
"places[].name" = "text"
"places[].factor" = "count"
[[step]]
name = "worth"
is = "{worth}"
unit = "money"
[[step]]
name = "amount"
is = "worth"
unit = "cents"
round = "half_up 2"
[[pay]]
kind = "once"
month = "month_of(start)"
amount = "amount"
"""
FACTS: dict[str, Any] = {
    "start": "2026-01-01",
    "stays": [
        {
            "period": {"first_day": "2026-01-01", "last_day": "2026-01-10"},
            "rate": "2",
            "place": "a",
        },
        {
            "period": {"first_day": "2026-02-01", "last_day": "2026-02-02"},
            "rate": "5",
            "place": "b",
        },
    ],
    "breaks": [
        {"period": {"first_day": "2026-01-03", "last_day": "2026-01-05"}},
        {"period": {"first_day": "2026-02-02", "last_day": "2026-02-02"}},
    ],
    "places": [{"name": "a", "factor": 1}, {"name": "b", "factor": 3}],
}


def worth(expression: str) -> Fraction:
    program, flaws = check_text(DOCUMENT.format(worth=expression))
    assert program is not None, flaws
    found = engine.run(program, bind(program, FACTS)).values["worth"]
    assert isinstance(found, Fraction)
    return found


def test_a_sum_counts_days_without_the_breaks_of_another_table() -> None:
    # 7 days at 2.00 and 1 day at 5.00.
    found = worth("sum(stays.rate * (days_without(stays.period, breaks.period) / 1 day))")

    assert found == 1900


def test_a_sum_looks_up_a_row_of_another_table_for_each_of_its_own() -> None:
    found = worth(
        "sum(stays.rate * (first(places.factor where places.name = stays.place) otherwise 0))"
    )

    assert found == 200 + 3 * 500


def test_two_tables_side_by_side_are_still_refused() -> None:
    program, flaws = check_text(DOCUMENT.format(worth="sum(stays.rate * places.factor)"))

    assert program is None
    assert "expected a column of one table, found places, stays" in str(flaws[0])
