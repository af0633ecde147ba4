"""A rule as prose in three languages, and the command that says it."""

import re

import pytest
from click.testing import CliRunner

from service.i18n import LANGUAGES, use_language
from service.schemes.command import scheme
from service.schemes.language.program import Program
from service.schemes.language.prose import explain_rule
from tests.schemes.documents import HERE, changed, month_share


def rule(program: Program, language: str = "en") -> list[str]:
    with use_language(language):
        return [sentence.replace("\xa0", " ") for sentence in explain_rule(program)]


@pytest.mark.parametrize(
    "expected",
    [
        "Wage share (T-SHARE), amounts in EUR.",
        "Source: Administrative Instruction 1/2026, article 4",
        "Figures and steps are those in force on this day: «start of the agreement».",
        "It is computed from these facts: start of the agreement, subsidised period, day of leaving"
        " (may be missing), sector, exemption (no if it is not given) and support rate (70 % if it"
        " is not given).",
        "It is computed from the rows of «monthly evidence», each with: month and gross wage paid.",
        "«Subsidy rate»: 60 % from 1 January 2024 on (AI 1/2024, article 4); 70 % from"
        " 1 January 2026 on.",
        "«Support cap»: €1,260.00 for 50 %; €1,770.00 for 70 %.",
        "«Band»: €150.00 from 0 up; €250.00 from 20 up.",
        "«bonus» 1: amount €500.00.",
        "It is required that «sector» is one of: «private» or «public»; otherwise the amount is"
        " blocked: The sector «sector» is not supported.",
        "«programme month» is each programme month of «subsidised period», counted from «start of"
        " the agreement».",
        "For each «part of a month»: «stretch» is each stretch of the period of «part of a month»"
        " that is not taken by «period» of all rows of «interruptions».",
        "For each «programme month»: it is required that «Days that count» is more than 0 days;"
        " otherwise nothing is due: «Days that count» of the period of «programme month» count.",
        "For each «part of a month»: «Wage» is «Gross wage» × «days that count» ÷ (the number of"
        " days of the whole length of «part of a month»).",
        "For each «programme month»: «Capped» is «Wage share», at most «Monthly maximum».",
        "For each «programme month»: «Raised» is «Capped», at least «Smallest amount» (€1.00).",
        "For each «programme month»: «Rounded» is «Raised», rounded half up to 2 decimals.",
        "Up to 31 December 2029: for each «programme month»: «amount due» is «Rounded», at most"
        " «entitlement» (the highest of €0.00 and 6 × «monthly maximum» − (the sum of «amount due»"
        " over the rows before)).",
        "For each «programme month»: «amount due» is paid as «subsidy», for the month of the last"
        " day of the period of «programme month», due on the last day of the period of «programme"
        " month» + 1 month, only if «exemption» does not hold.",
        "«Bonus» is paid as «bonus», for the month of «start of the agreement».",
    ],
)
def test_the_rule_is_said_in_sentences(expected: str) -> None:
    assert expected in rule(month_share())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "sq",
            "Për çdo «pjesa e muajit»: «Paga» është «Paga bruto» × «ditët që vlejnë» ÷ (numri i"
            " ditëve nga kohëzgjatja e plotë për «pjesa e muajit»).",
        ),
        ("sq", "«Bonusi» paguhet si «bonus», për muajin ku bie «fillimi i marrëveshjes»."),
        (
            "sr",
            "Za svaki red «deo meseca»: «Zarada» je «Bruto zarada» × «dani koji se računaju» ÷"
            " (broj dana za celo trajanje za «deo meseca»).",
        ),
        (
            "sr",
            "«Stopa subvencije»: 60 % počev od dana 1. januar 2024. (AI 1/2024, article 4); 70 %"
            " počev od dana 1. januar 2026.",
        ),
    ],
)
def test_the_rule_is_said_in_albanian_and_serbian(language: str, expected: str) -> None:
    assert expected in rule(month_share(), language)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_sentence_is_whole_in_every_language(language: str) -> None:
    sentences = rule(month_share(), language)

    english = rule(month_share())
    assert len(sentences) == len(english)
    assert [one for one in sentences if re.search(r"[{}]|%\(|\.\.$", one)] == []
    assert [one for one in sentences if not re.match(r"[A-ZÇËČĆŠĐŽ«]", one)] == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "weeks(month.period)",
            "each week from Monday that the period of «programme month» touches",
        ),
        (
            "split(month.period, agreement.start, 2026-04-01)",
            "each piece of the period of «programme month», divided at «start of the agreement» and"
            " 1 April 2026",
        ),
        (
            "split_by_month(month.period)",
            "each piece of the period of «programme month», divided at the end of every month",
        ),
        (
            "merged(breaks.period)",
            "each unbroken stretch of «period» of all rows of «interruptions»",
        ),
        (
            "distinct(agreement.start, 2026-04-01)",
            "each different day among «start of the agreement» and 1 April 2026",
        ),
        (
            "select(evidence where evidence.gross > 0.00 EUR)",
            "each of the rows of «monthly evidence» for which «gross wage paid» is more than €0.00",
        ),
        (
            "ordered_down(evidence.gross)",
            "each of all rows of «monthly evidence», in the order of «gross wage paid», the highest"
            " first",
        ),
    ],
)
def test_the_rows_of_a_table_are_said(rows: str, expected: str) -> None:
    step = f'[[step]]\nname = "extra"\nfor = "month"\nrows = "{rows}"\n\n'
    program = changed(('[[step]]\nname = "bonus"', f'{step}[[step]]\nname = "bonus"'))

    assert f"For each «programme month»: «extra» is {expected}." in rule(program)


def test_steps_are_said_with_the_days_on_which_they_hold() -> None:
    since = changed(("until = 2030-01-01", "from = 2026-01-01"))
    both = changed(("until = 2030-01-01", "from = 2026-01-01\nuntil = 2030-01-01"))

    assert [one for one in rule(since) if one.startswith("From 1 January 2026 on: for each")]
    assert [one for one in rule(both) if one.startswith("From 1 January 2026 to 31 December 2029:")]


def test_a_condition_is_said_as_when_it_holds() -> None:
    step = '[[step]]\nname = "left"\nis = "given(agreement.left_on)"\nunit = "truth"\n\n'
    program = changed(('[[step]]\nname = "month"', f'{step}[[step]]\nname = "month"'))

    assert "«left» holds if «day of leaving» is given." in rule(program)


def test_the_command_says_the_rule_in_the_language_asked_for() -> None:
    file = str(HERE / "month_share.toml")

    answer = CliRunner().invoke(scheme, ["explain", file, "--language", "sr"])

    assert answer.exit_code == 0
    lines = [line.replace("\xa0", " ") for line in answer.output.splitlines()]
    assert lines == rule(month_share(), "sr")


def test_the_command_refuses_a_document_with_flaws_by_its_line() -> None:
    broken = HERE / "documents.py"

    answer = CliRunner().invoke(scheme, ["explain", str(broken)])

    assert answer.exit_code == 1
    assert "documents.py: line" in answer.output
