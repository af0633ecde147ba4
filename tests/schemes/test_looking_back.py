"""What a row may know of the rows above it: every step that the same go has taken them through."""

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.facts import bind

HEAD = """
scheme = "T"
name = { sq = "t", sr = "t", en = "t" }
currency = "EUR"
source = "a test"
selected_by = "2026-01-01"
[facts]
"day[].date" = "date"
"day[].amount" = "cents"
[[pay]]
for = "day"
kind = "due"
month = "month_of(day.date)"
amount = "due"
"""
CARRIED = """
[[step]]
name = "with_carried"
for = "day"
is = "day.amount + previous(left_over, 0.00 EUR)"
unit = "cents"
"""
DUE = """
[[step]]
name = "due"
for = "day"
is = "max(with_carried, 0.00 EUR)"
unit = "cents"
[[step]]
name = "left_over"
for = "day"
is = "min(with_carried, 0.00 EUR)"
unit = "cents"
"""
OUTSIDE = """
[[step]]
name = "count_of_days"
is = "count(day)"
unit = "count"
"""
DAYS = {
    "day": [
        {"date": "2026-01-01", "amount": 10},
        {"date": "2026-02-01", "amount": -7},
        {"date": "2026-03-01", "amount": 3},
        {"date": "2026-04-01", "amount": 6},
    ]
}


def test_a_step_sees_a_later_step_of_the_row_above() -> None:
    program, flaws = check_text(HEAD + CARRIED + DUE)
    assert program is not None, flaws

    run = engine.run(program, bind(program, DAYS))

    assert [one.amount_cents for one in run.paid] == [1000, 0, 0, 200]


def test_a_later_step_of_another_go_over_the_rows_is_refused() -> None:
    _, flaws = check_text(HEAD + CARRIED + OUTSIDE + DUE)

    assert "no table in hand has a column 'left_over'" in str(flaws[0])


def test_before_may_choose_rows_by_a_later_step() -> None:
    counted = CARRIED.replace(
        "previous(left_over, 0.00 EUR)", "before(left_over where earlier.due = 0.00 EUR)"
    )
    program, flaws = check_text(HEAD + counted + DUE)
    assert program is not None, flaws

    run = engine.run(program, bind(program, DAYS))

    assert [one.amount_cents for one in run.paid] == [1000, 0, 0, 0]


def test_a_step_named_like_a_column_of_its_table_is_a_flaw() -> None:
    _, flaws = check_text(HEAD + CARRIED.replace("with_carried", "amount") + DUE)

    assert any("the table 'day' has a column 'amount' already" in str(flaw) for flaw in flaws)
