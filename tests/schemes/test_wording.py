"""Expressions in words: every node, function and rounding, in three languages."""

import re
import typing

import pytest

from service.i18n import LANGUAGES, _, use_language
from service.schemes.language import functions, phrases, typed
from service.schemes.language.rounding import MODES, parse_rounding
from service.schemes.language.wording import Wording
from tests.schemes.documents import expression, month_share

each_language = pytest.mark.parametrize("language", sorted(LANGUAGES))

# The table an expression stands in, the expression, and how it reads in English.
EXPRESSIONS = [
    ("", "70 %", "70 %"),
    ("", "1.5", "1.5"),
    ("", "350.00 EUR", "€350.00"),
    ("", "1 day", "1 day"),
    ("", "2025-08-01", "1 August 2025"),
    ("", "'private'", "«private»"),
    ("", "true", "yes"),
    ("", "agreement.sector", "«sector»"),
    ("", "bonus", "«Bonus»"),
    ("", "rate", "«Subsidy rate»"),
    ("", "rate at agreement.start", "«Subsidy rate» as of «start of the agreement»"),
    ("", "support_cap[agreement.percent]", "«Support cap» for «support rate»"),
    ("", "-bonus", "−«Bonus»"),
    ("", "abs(bonus)", "«Bonus» without its sign"),
    ("", "bonus - (monthly_max - 1.00 EUR)", "«Bonus» − («monthly maximum» − €1.00)"),
    ("", "(bonus + monthly_max) * rate", "(«Bonus» + «monthly maximum») × «Subsidy rate»"),
    ("", "bonus / (2 * 3)", "«Bonus» ÷ (2 × 3)"),
    ("", "agreement.start + 6 months", "«start of the agreement» + 6 months"),
    ("", "agreement.start - 1 week", "«start of the agreement» − 1 week"),
    (
        "",
        "2026-01-31 - agreement.start",
        "the number of days from «start of the agreement» to 31 January 2026",
    ),
    ("", "min(bonus, 1.00 EUR)", "the lowest of «Bonus» and €1.00"),
    ("", "max(bonus, 1.00 EUR, 2.00 EUR)", "the highest of «Bonus», €1.00 and €2.00"),
    ("", "bonus >= 1.00 EUR", "«Bonus» is at least €1.00"),
    ("", "agreement.start < 2026-01-01", "«start of the agreement» is before 1 January 2026"),
    ("", "not (bonus < 1.00 EUR)", "«Bonus» is at least €1.00"),
    ("", "not agreement.exempt", "«exemption» does not hold"),
    ("", "not (not agreement.exempt)", "«exemption» holds"),
    (
        "",
        "agreement.exempt and (bonus = 1.00 EUR or bonus <> 2.00 EUR)",
        "«exemption» holds and («Bonus» is €1.00 or «Bonus» is not €2.00)",
    ),
    (
        "",
        "not (agreement.exempt and bonus > 1.00 EUR)",
        "it is not so that («exemption» holds and «Bonus» is more than €1.00)",
    ),
    ("", "given(last)", "«Left on» is given"),
    ("", "not given(last)", "«Left on» is missing"),
    ("", "agreement.sector in ['a', 'b']", "«sector» is one of: «a» or «b»"),
    ("", "not (agreement.sector in ['a'])", "«sector» is none of: «a»"),
    (
        "",
        "agreement.start in agreement.period",
        "«start of the agreement» lies in «subsidised period»",
    ),
    (
        "",
        "not (agreement.start in agreement.period)",
        "«start of the agreement» does not lie in «subsidised period»",
    ),
    (
        "",
        "last otherwise agreement.start",
        "«Left on», or where it is missing «start of the agreement»",
    ),
    (
        "",
        "if agreement.exempt then 1.00 EUR else bonus",
        "€1.00 if «exemption» holds, otherwise «Bonus»",
    ),
    ("", "sum(milestone.amount)", "the sum of «amount» over all rows of «bonus»"),
    (
        "",
        "count(month where month.due > 0.00 EUR)",
        "the number of the rows of «programme month» for which «amount due» is more than €0.00",
    ),
    (
        "",
        "any(month.due > 0.00 EUR)",
        "«amount due» is more than €0.00 for at least one of all rows of «programme month»",
    ),
    (
        "",
        "days_without(agreement.period, breaks.period)",
        "the number of days of «subsidised period» that are not taken by"
        " «period» of all rows of «interruptions»",
    ),
    ("month", "month.period", "the period of «programme month»"),
    ("month", "due", "«amount due»"),
    ("month", "month.covered", "«Days that count» of «programme month»"),
    ("month", "before(due)", "the sum of «amount due» over the rows before"),
    (
        "month",
        "before(due where earlier.share > 1.00 EUR)",
        "the sum of «amount due» over the rows before for which"
        " the earlier «Wage share» is more than €1.00",
    ),
    ("month", "previous(due, 0.00 EUR)", "«amount due» of the row before, in the first row €0.00"),
    (
        "month",
        "share_of(bonus, month.share, 'first')",
        "this row's part of «Bonus», divided by «Wage share» into units of €0.01;"
        " what is left goes to the first row",
    ),
]


def said(text: str, table: str, language: str) -> str:
    node = expression(month_share(), text, table or None)
    with use_language(language):
        words = Wording(month_share())
        return (
            words.clause(node)
            if node.kind.name == "truth" and text != "true"
            else words.value(node)
        )


@pytest.mark.parametrize(
    ("table", "text", "english"), EXPRESSIONS, ids=[one[1] for one in EXPRESSIONS]
)
def test_an_expression_reads_like_prose(table: str, text: str, english: str) -> None:
    assert said(text, table, "en") == english


@pytest.mark.parametrize(
    ("text", "albanian", "serbian"),
    [
        (
            "bonus >= 1234.50 EUR",
            "«Bonusi» është së paku 1\xa0234,50\xa0€",
            "«Bonus» je najmanje 1.234,50\xa0€",
        ),
        (
            "agreement.start + 5 months",
            "«fillimi i marrëveshjes» + 5 muaj",
            "«početak sporazuma» + 5 meseci",
        ),
        (
            "sum(milestone.amount)",
            "shuma e vlerave «shuma» për të gjithë rreshtat e «bonusi»",
            "zbir vrednosti «iznos» za sve redove tabele «bonus»",
        ),
        ("not given(last)", "«U largua më» mungon", "nedostaje «Otišao»"),
        (
            "min(bonus, 1.00 EUR)",
            "vlera më e ulët nga: «Bonusi» dhe 1,00\xa0€",
            "najniža vrednost od: «Bonus» i 1,00\xa0€",
        ),
    ],
)
def test_an_expression_reads_in_albanian_and_serbian(
    text: str, albanian: str, serbian: str
) -> None:
    assert (said(text, "", "sq"), said(text, "", "sr")) == (albanian, serbian)


@each_language
def test_no_placeholder_is_left_in_any_language(language: str) -> None:
    everything = [said(text, table, language) for table, text, _said in EXPRESSIONS]

    assert [one for one in everything if re.search(r"[{}]|%\(", one) or not one] == []


def test_the_expressions_hold_every_node_of_the_language() -> None:
    nodes = [expression(month_share(), text, table or None) for table, text, _said in EXPRESSIONS]
    seen = {type(part) for node in nodes for part in typed.walk(node)}

    assert set(typing.get_args(typed.Node)) - seen == set()


def test_every_function_of_the_language_has_words() -> None:
    assert phrases.FUNCTIONS.keys() == functions.FUNCTIONS.keys()
    assert phrases.MAKERS.keys() == functions.MAKERS.keys()
    assert phrases.SELECTIONS.keys() == set(functions.SELECTIONS)
    assert phrases.AGGREGATES.keys() == set(functions.AGGREGATES)
    assert phrases.SHARING.keys() == set(functions.SHARING)
    assert phrases.MODES.keys() == MODES.keys()


@each_language
@pytest.mark.parametrize("function", sorted(functions.FUNCTIONS))
def test_a_function_says_all_its_arguments(function: str, language: str) -> None:
    names = [f"x{place}" for place in range(len(functions.FUNCTIONS[function].takes))]

    with use_language(language):
        words = _(phrases.FUNCTIONS[function]).format(*names)

    assert [name for name in names if name not in words] == []


@pytest.mark.parametrize(
    ("written", "english", "albanian", "serbian"),
    [
        (
            "half_up 2",
            "rounded half up to 2 decimals",
            "rrumbullakuar (gjysma lart) në 2 shifra dhjetore",
            "zaokruženo (polovina naviše) na 2 decimale",
        ),
        (
            "floor 1",
            "rounded down to 1 decimal",
            "rrumbullakuar poshtë në 1 shifër dhjetore",
            "zaokruženo naniže na 1 decimalu",
        ),
        (
            "up 0",
            "rounded up, away from zero to a whole number",
            "rrumbullakuar lart, larg zeros në numër të plotë",
            "zaokruženo naviše, dalje od nule na ceo broj",
        ),
    ],
)
def test_roundings_are_said(written: str, english: str, albanian: str, serbian: str) -> None:
    found = []
    for language in ("en", "sq", "sr"):
        with use_language(language):
            found.append(phrases.rounded(parse_rounding(written)))

    assert found == [english, albanian, serbian]
