"""Traces in sentences: values, formulas, limits, roundings, rows that ended, and codes in words."""

import json
from fractions import Fraction
from typing import Any

import pytest

from service.i18n import LANGUAGES, use_language
from service.schemes.language.engine import run
from service.schemes.language.facts import bind
from service.schemes.language.program import Program
from service.schemes.language.reports import report
from service.schemes.language.results import Paid
from service.schemes.language.sentences import explain_lines, explain_trace
from service.schemes.language.texts import explain_code
from tests.schemes.documents import changed, month_share, paid, raw_facts

each_language = pytest.mark.parametrize("language", sorted(LANGUAGES))


def told(program: Program, one: Paid, language: str = "en", **more: Any) -> list[str]:
    """The sentences of a payment's trace after a journey through the database."""
    trace = json.loads(json.dumps(one.trace))
    with use_language(language):
        return [said.text for said in explain_trace(program, one.kind, trace, **more)]


def subsidies(program: Program, **agreement: Any) -> list[Paid]:
    return paid(program, raw_facts(**agreement))[0]


FIRST_MONTH = {
    "en": [
        "Left on: not given.",
        "Bonus: €750.00.",
        "Programme month 1: 17 March 2026 to 16 April 2026",
        "17 March 2026 to 31 March 2026 — Length: 15 days.",
        "1 April 2026 to 2 April 2026 — Length: 2 days.",
        "6 April 2026 to 16 April 2026 — Length: 11 days.",
        "Days that count: 15 days + 13 days = 28 days.",
        "17 March 2026 to 31 March 2026 — Gross wage: €500.00.",
        "1 April 2026 to 16 April 2026 — Gross wage: €1,000.00.",
        "Wages reported: fulfilled.",
        "17 March 2026 to 31 March 2026 — Wage: €500.00 × 15 days ÷ 31 days ≈ €241.94.",
        "1 April 2026 to 16 April 2026 — Wage: €1,000.00 × 13 days ÷ 30 days ≈ €433.33.",
        "70 % of the gross wage ≈ €472.69.",
        "Capped: ≈ €472.69. «Monthly maximum» €350.00 applies.",
        "Raised: €350.00. «Smallest amount» €1.00 is reached.",
        "Rounded, rounded half up to 2 decimals: €350.00.",
        "Due: €350.00. «entitlement» is not exceeded.",
    ],
    "sr": [
        "Otišao: nije navedeno.",
        "Bonus: 750,00 €.",
        "Programski mesec 1: 17. mart 2026. – 16. april 2026.",
        "17. mart 2026. – 31. mart 2026. — Dužina: 15 dana.",
        "1. april 2026. – 2. april 2026. — Dužina: 2 dana.",
        "6. april 2026. – 16. april 2026. — Dužina: 11 dana.",
        "Dani koji se računaju: 15 dana + 13 dana = 28 dana.",
        "17. mart 2026. – 31. mart 2026. — Bruto zarada: 500,00 €.",
        "1. april 2026. – 16. april 2026. — Bruto zarada: 1.000,00 €.",
        "Prijavljene zarade: ispunjeno.",
        "17. mart 2026. – 31. mart 2026. — Zarada: 500,00 € × 15 dana ÷ 31 dan ≈ 241,94 €.",
        "1. april 2026. – 16. april 2026. — Zarada: 1.000,00 € × 13 dana ÷ 30 dana ≈ 433,33 €.",
        "70 % bruto zarade ≈ 472,69 €.",
        "Ograničeno: ≈ 472,69 €. Primenjuje se «Mesečni maksimum» 350,00 €.",
        "Uvećano: 350,00 €. «Najmanji iznos» 1,00 €: dostignuto.",
        "Zaokruženo, zaokruženo (polovina naviše) na 2 decimale: 350,00 €.",
        "Dospelo: 350,00 €. «celokupno pravo»: nije prekoračeno.",
    ],
    "sq": [
        "U largua më: nuk është dhënë.",
        "Bonusi: 750,00 €.",
        "Muaj programi 1: 17 mars 2026 deri më 16 prill 2026",
        "17 mars 2026 deri më 31 mars 2026 — Gjatësia: 15 ditë.",
        "1 prill 2026 deri më 2 prill 2026 — Gjatësia: 2 ditë.",
        "6 prill 2026 deri më 16 prill 2026 — Gjatësia: 11 ditë.",
        "Ditët që vlejnë: 15 ditë + 13 ditë = 28 ditë.",
        "17 mars 2026 deri më 31 mars 2026 — Paga bruto: 500,00 €.",
        "1 prill 2026 deri më 16 prill 2026 — Paga bruto: 1 000,00 €.",
        "Pagat e raportuara: plotësuar.",
        "17 mars 2026 deri më 31 mars 2026 — Paga: 500,00 € × 15 ditë ÷ 31 ditë ≈ 241,94 €.",
        "1 prill 2026 deri më 16 prill 2026 — Paga: 1 000,00 € × 13 ditë ÷ 30 ditë ≈ 433,33 €.",
        "70 % e pagës bruto ≈ 472,69 €.",
        "E kufizuar: ≈ 472,69 €. Zbatohet «Maksimumi mujor» 350,00 €.",
        "E ngritur: 350,00 €. «Shuma më e vogël» 1,00 €: është arritur.",
        "E rrumbullakuar, rrumbullakuar (gjysma lart) në 2 shifra dhjetore: 350,00 €.",
        "Për pagesë: 350,00 €. «e drejta e përgjithshme» nuk tejkalohet.",
    ],
}


@each_language
def test_every_step_for_people_is_said_in_order(language: str) -> None:
    first, _second = subsidies(month_share())

    sentences = told(month_share(), first, language)

    assert [one.replace("\xa0", " ") for one in sentences] == FIRST_MONTH[language]


def test_a_sentence_says_its_step_and_its_row() -> None:
    first, _second = subsidies(month_share())

    sentences = explain_trace(month_share(), "subsidy", first.trace)

    assert [(one.step, one.table, one.rows) for one in sentences[1:6]] == [
        ("bonus", None, ()),
        (None, "month", (1,)),
        ("length", "stretch", (1, 1, 1)),
        ("length", "stretch", (1, 2, 1)),
        ("length", "stretch", (1, 2, 2)),
    ]


def test_a_trace_reads_the_same_before_and_after_the_database() -> None:
    for one in subsidies(month_share()):
        before = explain_trace(month_share(), one.kind, one.trace)
        after = explain_trace(month_share(), one.kind, json.loads(json.dumps(one.trace)))

        assert before == after


def test_a_guard_without_a_text_ends_the_row_with_its_code_in_words() -> None:
    _first, second = subsidies(month_share())

    sentences = told(month_share(), second)

    assert sentences[-1] == "The employer has not reported the month's attendance and wage."
    assert "Wages reported: fulfilled." not in sentences


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "0 days of 17 March 2026 to 16 April 2026 count."),
        ("sq", "Vlejnë 0 ditë nga 17 mars 2026 deri më 16 prill 2026."),
        ("sr", "Računa se 0 dana od 17. mart 2026. – 16. april 2026."),
    ],
)
def test_a_guard_ends_the_row_with_its_text(language: str, expected: str) -> None:
    whole = {"first_day": "2026-03-01", "last_day": None}
    raw = {**raw_facts(), "breaks": [{"period": whole}]}
    first, *_later = paid(month_share(), raw)[0]

    sentences = told(month_share(), first, language)

    assert first.stop is not None
    assert sentences[-1].replace("..", ".") == expected


def test_a_row_that_cannot_be_computed_says_so_even_within_its_inner_rows() -> None:
    program = changed(
        (
            'is = "part.gross * part.covered / days(part.whole)"',
            'is = "part.gross * part.covered / (days(part.whole) - 30 days)"',
        )
    )
    first, _second = subsidies(program)

    sentences = told(program, first)

    assert first.stop is not None
    assert first.stop.code == "cannot_compute"
    assert sentences[-2] == (
        "17 March 2026 to 31 March 2026 — Wage:"
        " €500.00 × 15 days ÷ (31 days − 30 days) = €7,500.00."
    )
    assert sentences[-1] == (
        "The amount cannot be computed: a divisor is zero, or a figure has no value yet."
    )


def test_a_limit_that_does_not_bind_is_said_with_its_value() -> None:
    raw = {**raw_facts(), "evidence": [{"month": f"2026-0{m}", "gross": "100"} for m in (3, 4, 5)]}
    first, _second = paid(month_share(), raw)[0]

    sentences = told(month_share(), first)

    assert "Capped: ≈ €64.20. «Monthly maximum» €350.00 is not exceeded." in sentences
    assert "Rounded: ≈ €64.20, rounded half up to 2 decimals: €64.20." in sentences


def test_the_smallest_amount_applies_where_the_share_is_below_it() -> None:
    raw = {**raw_facts(), "evidence": [{"month": f"2026-0{m}", "gross": "0"} for m in (3, 4, 5)]}
    first, _second = paid(month_share(), raw)[0]

    assert "Raised: €0.00. «Smallest amount» €1.00 applies." in told(month_share(), first)


def test_an_entitlement_that_is_used_up_says_what_was_left() -> None:
    program = changed(("6 * monthly_max", "1 * monthly_max"))
    raw = raw_facts()
    raw["evidence"] = [{"month": f"2026-0{m}", "gross": "1000"} for m in (3, 4, 5)]
    _first, second = paid(program, raw)[0]

    assert told(program, second)[-1] == "Due: €0.00. «entitlement» €0.00 applies."


def test_facts_are_named_in_a_trace_alone_and_valued_where_they_are_at_hand() -> None:
    program = changed(
        (
            'text = { en = "{rate} of the gross wage = {share}."',
            'text = { en = "{rate}, {agreement.sector}, {agreement.left_on}: {share}."',
        )
    )
    (first, _second), facts = paid(program, raw_facts(left_on="2026-12-24"))

    named, valued = told(program, first), told(program, first, facts=facts)

    assert "70 %, «sector», «day of leaving»: ≈ €472.69." in named
    assert "70 %, public, 24 December 2026: ≈ €472.69." in valued


def test_a_text_names_the_limit_that_applied() -> None:
    label = 'label = { en = "Capped", sq = "E kufizuar", sr = "Ograničeno" }'
    text = 'text = { en = "Limited by {limit}.", sq = "{limit}.", sr = "{limit}." }'
    program = changed((label, f"{label}\n{text}"))
    raw = {**raw_facts(), "evidence": [{"month": f"2026-0{m}", "gross": "9"} for m in (3, 4, 5)]}
    bound, free = subsidies(program)[0], paid(program, raw)[0][0]

    assert "Limited by «Monthly maximum»." in told(program, bound)
    assert "Limited by no limit." in told(program, free)


def test_a_payment_outside_tables_is_explained_too() -> None:
    (bonus,), facts = paid(month_share(), raw_facts(), kind="bonus")

    assert told(month_share(), bonus) == ["Left on: not given.", "Bonus: €750.00."]
    assert told(month_share(), bonus, facts=facts)[-1] == "Bonus: €500.00 + €250.00 = €750.00."


def test_technical_steps_are_left_out_of_explanations_but_have_a_sentence_in_reports() -> None:
    first, _second = subsidies(month_share())

    lines = explain_lines(month_share(), "subsidy", first.trace)

    by_step = {line.step.name: sentence for line, sentence in lines if line.step is not None}
    assert by_step["per_day"] == "Per day: €350.00 ÷ 28 days = €12.50 per day."
    assert not [one for one in told(month_share(), first) if one.startswith("Per day")]


def test_reports_carry_a_sentence_for_each_line_in_the_language_asked_for() -> None:
    facts = bind(month_share(), raw_facts())
    found = report(month_share(), run(month_share(), facts), "sr", facts)

    (bonus,) = [one for one in found["instalments"] if one["kind"] == "bonus"]
    lines = [line for one in found["instalments"] for line in one["trace"]]
    assert bonus["trace"][-1]["sentence"].replace("\xa0", " ") == (
        "Bonus: 500,00 € + 250,00 € = 750,00 €."
    )
    assert [line for line in lines if not line["sentence"]] == []


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("sector_unknown", "en", "The sector «sector» is not supported."),
        ("sector_unknown", "sq", "Sektori «sektori» nuk mbështetet."),
        ("evidence_missing", "sr", "Poslodavac nije prijavio prisustvo i zaradu za mesec."),
        ("not_known_yet", "en", "Not known yet."),
        (
            "cannot_compute",
            "sq",
            "Shuma nuk mund të llogaritet: një pjesëtues është zero, ose një vlerë ende nuk është"
            " caktuar.",
        ),
    ],
)
def test_a_code_is_said_by_the_guard_or_in_words(code: str, language: str, expected: str) -> None:
    with use_language(language):
        assert explain_code(month_share(), code) == expected


def test_values_of_the_trace_stay_exact() -> None:
    first, _second = subsidies(month_share())

    lines = explain_lines(month_share(), "subsidy", first.trace)

    shares = [line.value for line, _said in lines if line.step and line.step.name == "share"]
    assert shares == [Fraction(7, 10) * (Fraction(50000 * 15, 31) + Fraction(100000 * 13, 30))]
