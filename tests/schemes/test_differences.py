"""Two schemes over the same facts: both sides by month, totals, who gains, facts left unused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.schemes.command import scheme
from service.schemes.language.differences import CannotCompare, as_json, compare, summary, used
from service.schemes.language.program import Program
from tests.schemes.documents import HERE, changed, month_share, raw_facts

CAP = 'name = "monthly_max"\nkind = "cents"\nis = "350.00 EUR"'
CODE = 'scheme = "T-SHARE"'


def with_cap(euros: str, code: str = "T-NEW") -> Program:
    return changed((CAP, CAP.replace("350.00", euros)), (CODE, f'scheme = "{code}"'))


def months(*wages: str) -> dict[str, Any]:
    """The example's facts with these gross wages from March 2026 on."""
    found = [{"month": f"2026-{number:02}", "gross": one} for number, one in enumerate(wages, 3)]
    return {**raw_facts(), "evidence": found}


def test_both_sides_stand_beside_each_other_by_month_and_kind() -> None:
    (case,) = compare(month_share(), with_cap("400.00"), [raw_facts()])

    sides = [
        (f"{one.month:%Y-%m}", one.kind, one.a and one.a.amount_cents, one.b and one.b.amount_cents)
        for one in case.instalments
    ]
    assert sides == [
        ("2026-03", "bonus", 75000, 75000),
        ("2026-04", "subsidy", 35000, 40000),
        ("2026-05", "subsidy", 0, 0),
    ]
    assert [one.difference_cents for one in case.instalments] == [0, 5000, 0]
    assert case.instalments[2].a is not None
    assert case.instalments[2].a.reason == "evidence_missing"
    assert (case.total_a_cents, case.total_b_cents) == (110000, 115000)


@pytest.mark.parametrize(
    ("cap", "change", "cents"),
    [("400.00", "gains", 5000), ("300.00", "loses", -5000), ("350.00", "same", 0)],
)
def test_a_person_gains_loses_or_stays_the_same(cap: str, change: str, cents: int) -> None:
    (case,) = compare(month_share(), with_cap(cap), [raw_facts()])

    assert (case.change, case.difference_cents) == (change, cents)


def test_a_month_that_only_one_scheme_pays_has_no_other_side() -> None:
    renamed = changed(('[[pay]]\nkind = "bonus"', '[[pay]]\nkind = "retention"'))

    (case,) = compare(month_share(), renamed, [raw_facts()])

    first, second = case.instalments[:2]
    assert (first.kind, first.b, first.difference_cents) == ("bonus", None, -75000)
    assert (second.kind, second.a, second.difference_cents) == ("retention", None, 75000)
    assert case.change == "same"


def test_what_ends_a_whole_case_is_told_for_each_side() -> None:
    stricter = changed(("['private', 'public']", "['private']"))

    (case,) = compare(month_share(), stricter, [raw_facts()])

    assert (case.stop_a, case.stop_b) == (None, "sector_unknown")
    assert case.total_b_cents == 0


def test_facts_that_a_scheme_does_not_use_are_left_out_and_told() -> None:
    raw = raw_facts(shoe_size=42)
    raw["evidence"][0]["colour"] = "red"
    raw["weather"] = [{"day": "2026-03-17"}]

    kept, unused = used(month_share(), raw)
    (case,) = compare(month_share(), with_cap("350.00"), [raw])

    assert kept == raw_facts()
    assert unused == ["agreement.shoe_size", "evidence.colour", "weather"]
    assert case.unused_a == case.unused_b == unused


def test_the_summary_counts_cases_and_adds_them_up() -> None:
    cases = compare(month_share(), with_cap("400.00"), [raw_facts(), months("100", "100", "100")])

    found = summary(cases)

    assert (found["gains"], found["loses"], found["same"]) == (1, 0, 1)
    assert found["difference_cents"] == 5000
    assert found["total_b_cents"] == found["total_a_cents"] + 5000


def test_schemes_in_two_currencies_are_not_compared() -> None:
    kroner = changed(('currency = "EUR"', 'currency = "GBP"'), *_in_pounds())

    with pytest.raises(CannotCompare, match="T-SHARE pays EUR and T-SHARE pays GBP"):
        compare(month_share(), kroner, [raw_facts()])


def _in_pounds() -> list[tuple[str, str]]:
    text = (HERE / "month_share.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if " EUR" in line]
    return [(f"{line}\n", f"{line.replace(' EUR', ' GBP')}\n") for line in lines]


def test_facts_that_do_not_fit_name_the_case_and_the_scheme() -> None:
    wrong = raw_facts(start="yesterday")

    with pytest.raises(CannotCompare, match=r"case 2, T-SHARE: agreement\.start: expected a day"):
        compare(month_share(), with_cap("400.00"), [raw_facts(), wrong])
    with pytest.raises(CannotCompare, match="case 1: expected an object"):
        compare(month_share(), with_cap("400.00"), ["x"])


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two documents and the facts of two cases."""
    new = tmp_path / "new.toml"
    text = (HERE / "month_share.toml").read_text(encoding="utf-8")
    new.write_text(text.replace(CAP, CAP.replace("350.00", "400.00")).replace(CODE, 'scheme = "B"'))
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps([raw_facts(shoe_size=42), months("100", "100", "100")]))
    return [str(HERE / "month_share.toml"), str(new), "--facts", str(facts)]


def test_the_command_shows_tables_remarks_and_a_summary(files: list[str]) -> None:
    answer = CliRunner().invoke(scheme, ["diff", *files])

    assert answer.exit_code == 0
    rows = [" ".join(line.replace("│", " ").split()) for line in answer.output.splitlines()]
    assert "2026-04 subsidy €350.00 €400.00 +€50.00" in rows
    assert "2026-05 subsidy evidence_missing evidence_missing €0.00" in rows
    assert "Total €1,100.00 €1,150.00 +€50.00" in rows
    assert "Case 1 gains €50.00." in answer.output
    assert "Case 2 stays the same." in answer.output
    assert "A: T-SHARE does not use agreement.shoe_size." in answer.output
    assert (
        "Cases: 2; 1 gain, 0 lose and 1 stay the same; B − A is +€50.00 over all." in answer.output
    )


def test_the_command_answers_in_json(files: list[str]) -> None:
    answer = CliRunner().invoke(scheme, ["diff", *files, "--json"])

    found = json.loads(answer.output)
    cases = compare(
        month_share(), with_cap("400.00", code="B"), [raw_facts(shoe_size=42), months(*["100"] * 3)]
    )
    assert found == as_json(month_share(), with_cap("400.00", code="B"), cases)
    assert found["cases"][0]["instalments"][1] == {
        "month": "2026-04",
        "kind": "subsidy",
        "a": {"amount_cents": 35000, "reason": None},
        "b": {"amount_cents": 40000, "reason": None},
        "difference_cents": 5000,
    }


def test_the_command_refuses_what_cannot_be_compared_in_a_sentence(
    files: list[str], tmp_path: Path
) -> None:
    facts = tmp_path / "wrong.json"
    facts.write_text('[{"agreement": {}}]')

    answer = CliRunner().invoke(scheme, ["diff", *files[:2], "--facts", str(facts)])

    assert answer.exit_code == 1
    assert "case 1, T-SHARE: agreement.start: this fact is missing" in answer.output
