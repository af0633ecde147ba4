"""Who may have which letter made, in which language, and what it can be about."""

import pytest

from service.actor import Actor, Role
from service.ids import new_id
from service.letters import rules
from service.letters.model import Kind, Subject
from service.period import parse_month
from service.problems import InvalidFields, NotAllowed, NotFound

OFFICE, FIRM, FINANCE = Role.CASE_OFFICER, Role.EMPLOYER, Role.FINANCE_OFFICER


@pytest.mark.parametrize(
    ("kind", "makers"),
    [
        (Kind.AGREEMENT, {OFFICE, FIRM}),
        (Kind.PLACEMENT, {OFFICE, FIRM}),
        (Kind.APPEAL, {FINANCE, Role.FINANCE_AUTHORISER, FIRM}),
        (Kind.RECOVERY, {FINANCE, Role.FINANCE_AUTHORISER, FIRM}),
        (Kind.STATEMENT, {FINANCE, Role.FINANCE_AUTHORISER, FIRM, OFFICE}),
        (Kind.ELIGIBILITY, {OFFICE}),
    ],
)
def test_each_letter_has_its_makers_and_nobody_else(kind: Kind, makers: set[Role]) -> None:
    for role in Role:
        if role in makers:
            rules.check_may_make(Actor(role), kind)
        else:
            with pytest.raises(NotAllowed):
                rules.check_may_make(Actor(role), kind)


@pytest.mark.parametrize(
    ("chosen", "spoken", "language"),
    [
        (None, ["tr", "sr", "sq"], "sr"),
        (None, ["tr"], "sq"),
        (None, [], "sq"),
        ("", ["en"], "en"),
        ("en", ["sr"], "en"),
    ],
)
def test_a_letter_is_in_the_readers_language_unless_another_is_chosen(
    chosen: str | None, spoken: list[str], language: str
) -> None:
    assert rules.choose_language(chosen, spoken) == language


def test_a_language_that_ura_does_not_write_is_refused_beside_its_field() -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.choose_language("tr", ["sq"])

    assert list(refused.value.fields) == ["language"]


def test_a_statement_is_of_a_month_and_other_letters_are_not() -> None:
    subject_id = new_id()

    assert rules.read_subject("agreement", str(subject_id), "x") == Subject(
        Kind.AGREEMENT, subject_id
    )
    assert rules.read_subject("statement", str(subject_id), "2026-10") == Subject(
        Kind.STATEMENT, subject_id, parse_month("2026-10")
    )
    with pytest.raises(InvalidFields) as refused:
        rules.read_subject("statement", str(subject_id), "October")
    assert list(refused.value.fields) == ["month"]


@pytest.mark.parametrize(
    ("kind", "subject"), [("agreement", "7"), ("love", "01a21905-da2b-7226-8555-8cba0ee87c58")]
)
def test_what_is_no_subject_is_not_there(kind: str, subject: str) -> None:
    with pytest.raises(NotFound):
        rules.read_subject(kind, subject, "")
