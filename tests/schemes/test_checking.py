"""A document's flaws name the line, the step and what was expected; nothing runs before."""

import pytest

from service.schemes.language.checking import check_text

HEAD = """
scheme = "T"
name = { sq = "t", sr = "t", en = "t" }
currency = "EUR"
source = "made up"
selected_by = "agreement.start"
[facts]
"agreement.start" = "date"
"agreement.period" = "period"
"agreement.left_on" = "date?"
"wages[].month" = "month"
"wages[].gross" = "cents"
[[parameter]]
name = "rate"
kind = "share"
is = "70 %"
[[step]]
name = "piece"
rows = "months(agreement.period)"
"""
PAY = """
[[step]]
name = "due"
for = "piece"
is = "10.00 EUR"
unit = "cents"
[[pay]]
for = "piece"
kind = "subsidy"
month = "piece.month"
amount = "due"
"""
FIRST_LINE = HEAD.count("\n") + 1


def step(text: str, unit: str = "money", **more: str) -> str:
    lines = ["[[step]]", 'name = "x"', 'for = "piece"', f'is = "{text}"', f'unit = "{unit}"']
    return "\n".join([*lines, *(f'{key} = "{value}"' for key, value in more.items()), ""])


def flaws_of(middle: str) -> list[str]:
    program, flaws = check_text(HEAD + middle + PAY)
    assert (program is None) == bool(flaws)
    return [str(flaw) for flaw in flaws]


def test_a_good_document_has_no_flaws() -> None:
    assert flaws_of(step("rate * sum(wages.gross where wages.month = piece.month)")) == []


# Each: a step's expression and unit, and words that its one flaw must hold.
WRONG = [
    ("10.00 EUR + 3 days", "money", ["cannot add days and whole cents", "units differ"]),
    ("rate * sum(wages.gross)", "cents", ["nothing rounds it", "half_up 2"]),
    ("rat * 10.00 EUR", "money", ["'rat' is no fact", "did you mean 'rate'"]),
    ("10.00 EUR *", "money", ["expected a value, found 'the end'"]),
    ("10.00 EUR ; 3", "money", ["';' is not a sign"]),
    ("__import__('os')", "money", ["is no function of the language"]),
    ("wages.gross * rate", "money", ["has many rows here", "say which by 'sum'"]),
    ("first(wages.gross) * rate", "money", ["possibly missing", "'otherwise'"]),
    ("if rate then 1.00 EUR else 2.00 EUR", "money", ["'if' expects truth, found a number"]),
    ("if true then 1.00 EUR else 2 days", "money", ["different kinds"]),
    ("agreement.start + 1.00 EUR", "date", ["a date moves by whole days"]),
    ("agreement.start < 3 days", "truth", ["cannot compare date with days"]),
    ("agreement.left_on > agreement.start", "truth", ["may be missing", "'otherwise'"]),
    ("days(agreement.start)", "days", ["'days' expects period, found date"]),
    ("piece.wrong", "money", ["the table 'piece' has no column 'wrong'"]),
    ("sum(piece.later)", "money", ["the table 'piece' has no column 'later'"]),
    ("sum(piece.x)", "money", ["piece.x is a later step"]),
    ("piece.due", "cents", ["the table 'piece' has no column 'due'"]),
    ("rate['x'] * 1.00 EUR", "money", ["has no keys"]),
    ("10.00 EUR", "days", ["declared as days, found whole cents"]),
    ("10.00 EUR", "euros", ["'euros' is no unit", "cents, money"]),
    ("2026-02-30", "date", ["2026-02-30 is no day of the calendar"]),
    ("10.00 USD", "money", ["expected the end, found 'USD'"]),
    ("share_of(10.00 EUR, wages.gross, 'best')", "cents", ["one of the methods"]),
    ("(" * 60 + "1" + ")" * 60, "number", ["nested too deeply"]),
]


@pytest.mark.parametrize(("text", "unit", "said"), WRONG)
def test_a_wrong_step_is_named_with_its_line(text: str, unit: str, said: list[str]) -> None:
    (flaw,) = flaws_of(step(text, unit))

    assert "step x" in flaw
    line = int(flaw.split("line ")[1].split(",")[0])
    assert FIRST_LINE <= line <= FIRST_LINE + 5
    for words in said:
        assert words in flaw


def test_every_flaw_is_reported_at_once() -> None:
    second = step("10.00 EUR + 3 days").replace('"x"', '"y"')

    flaws = flaws_of(step("rat * 10.00 EUR") + second)

    assert [flaw.split(": ")[0] for flaw in flaws] == [
        f"line {FIRST_LINE}, step x",
        f"line {FIRST_LINE + 5}, step y",
    ]


def test_a_floating_point_number_is_refused_where_an_expression_belongs() -> None:
    (flaw,) = flaws_of('[[parameter]]\nname = "p"\nkind = "share"\nis = 0.7\n')

    assert f"line {FIRST_LINE + 3}, parameter p" in flaw
    assert "in quotes" in flaw


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not = = toml", "this is not TOML"),
        ("%PDF-1.7", "this is not TOML"),
        ("x" * 500_000, "letters at most"),
        ('scheme = "T"\n[[step]]\nname = "a"\nis = "1"\nrows = "months(x)"', "exactly one of"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(text: str, said: str) -> None:
    program, flaws = check_text(text)

    assert program is None
    assert any(said in str(flaw) for flaw in flaws)


def test_a_step_rounds_or_limits_but_not_both_so_that_their_order_shows() -> None:
    (flaw,) = flaws_of(step("10.00 EUR", "cents", round="half_up 2", at_most="rate"))

    assert "one thing at a time" in flaw


def test_only_whole_cents_are_paid() -> None:
    program, flaws = check_text(HEAD + PAY.replace('unit = "cents"', 'unit = "money"'))
    assert program is not None, flaws  # 10.00 EUR is whole, whatever it is called

    program, flaws = check_text(
        HEAD + PAY.replace('"10.00 EUR"', '"10.00 EUR / 3"').replace('"cents"', '"money"')
    )

    assert program is None
    assert "only whole cents are paid" in str(flaws[0])


def test_two_steps_of_one_name_need_dates_that_do_not_meet() -> None:
    twice = step("1.00 EUR") + step("2.00 EUR")
    dated = step("1.00 EUR") + "until = 2026-01-01\n" + step("2.00 EUR") + "from = 2026-01-01\n"

    assert "give both 'from' and 'until'" in flaws_of(twice)[0]
    assert flaws_of(dated) == []


def test_what_a_guard_says_is_given_is_known_afterwards() -> None:
    guard = '[[step]]\nname = "g"\nfor = "piece"\nguard = "given(agreement.left_on)"\ncode = "c"\n'

    assert flaws_of(guard + step("agreement.left_on > agreement.start", "truth")) == []


def test_what_a_rows_guard_says_is_given_is_not_known_elsewhere() -> None:
    guard = '[[step]]\nname = "g"\nfor = "piece"\nguard = "given(agreement.left_on)"\ncode = "c"\n'
    outside = step("agreement.left_on > agreement.start", "truth").replace('for = "piece"\n', "")

    (flaw,) = flaws_of(guard + outside)
    _, unpaid = check_text(HEAD + guard + PAY + 'due_on = "agreement.left_on"\n')

    assert "may be missing" in flaw
    assert "due_on expects date" in str(unpaid[0])


def test_a_step_named_like_a_facts_column_is_a_flaw() -> None:
    (flaw,) = flaws_of('[[step]]\nname = "gross"\nfor = "wages"\nis = "1"\nunit = "number"\n')

    assert "has a column 'gross' already" in flaw


def test_before_looks_back_on_a_later_column_of_the_same_go_only() -> None:
    left = step("10.00 EUR - before(taken)").replace('"x"', '"left"')
    taken = step("left / 2").replace('"x"', '"taken"')
    between = step("1.00 EUR").replace('for = "piece"\n', "")

    (flaw,) = flaws_of(left + between + taken)

    assert flaws_of(left + taken) == []
    assert "no table in hand has a column 'taken'" in flaw


def test_a_table_that_belongs_to_itself_is_a_flaw() -> None:
    (flaw,) = flaws_of('[[step]]\nname = "y"\nfor = "y"\nrows = "months(agreement.period)"\n')

    assert "'for' names no table" in flaw


def test_texts_name_only_what_is_known() -> None:
    text = 'text = { sq = "{x}", sr = "{x}", en = "{nothing}" }\n'

    (flaw,) = flaws_of(step("1.00 EUR") + text)

    assert "'nothing' is no fact" in flaw
