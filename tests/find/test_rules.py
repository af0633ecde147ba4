"""How what is typed into the search box is understood."""

import pytest

from service.find import rules
from service.find.model import Kind
from service.find.rules import NothingToFind

UNDERSTOOD = [
    ("krasniqi", Kind.NAME),
    ("Đorđe", Kind.NAME),
    ("123 456 789 0", Kind.PERSONAL_NUMBER),
    ("1234567890", Kind.PERSONAL_NUMBER),
    ("812345678", Kind.BUSINESS_NUMBER),
    ("a-7k3m92qfa0", Kind.REFERENCE),
    (" C-0123456789 ", Kind.REFERENCE),
    ("C-012345678", Kind.NAME),
    ("e01m8dg60rdfntbq60s2kkqm8sv-1", Kind.PAYMENT),
    ("E01M8DG60RDFNTBQ60S2KKQM8S-1", Kind.NAME),
]


@pytest.mark.parametrize(("text", "kind"), UNDERSTOOD)
def test_what_is_typed_is_understood(text: str, kind: Kind) -> None:
    assert rules.understand(text).kind is kind


@pytest.mark.parametrize("text", ["", "  ", "a", "%", "12345", "x" * 201, "\u0301"])
def test_too_little_finds_nothing(text: str) -> None:
    with pytest.raises(NothingToFind):
        rules.understand(text)


def test_the_rarest_part_of_a_name_comes_first() -> None:
    assert rules.understand("Li Gjergjaj").patterns == ["%gjergjaj%", "%li%"]


def test_signs_of_patterns_are_letters() -> None:
    assert rules.understand("100%_").patterns == ["%100\\%\\_%"]


def test_others_are_told_of_by_a_whole_name_or_a_number_only() -> None:
    assert not rules.understand("krasniqi").tells_of_others
    assert rules.understand("arta krasniqi").tells_of_others
    assert rules.understand("1234567890").tells_of_others
