"""Codes, recovery codes and names of factors."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from service.problems import InvalidFields
from service.second_factors import rules

AT = datetime(2026, 11, 2, 9, 0, 15, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the secret of RFC 6238's examples

# RFC 6238, appendix B: the last six digits of the codes by SHA-1.
PUBLISHED = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), PUBLISHED)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert rules.matching_step(SECRET, code, at) == seconds // 30


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_code_may_be_half_a_minute_early_or_late(seconds: int, fits: bool) -> None:
    code = pyotp.TOTP(SECRET).at(AT + timedelta(seconds=seconds))

    assert (rules.matching_step(SECRET, code, AT) is not None) == fits


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123 456", "123456"),
        (" 123456\t", "123456"),
        ("12345", None),
        ("1234567", None),
        ("١٢٣٤٥٦", None),
        ("", None),
    ],
)
def test_a_code_is_six_digits(typed: str, code: str | None) -> None:
    assert rules.read_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7K3M-92QF-A0BC", "7K3M92QFA0BC"),
        ("7k3m 92qf aobc", "7K3M92QFA0BC"),
        ("7K3M-92QF-A0B", None),
        ("7K3M-92QF-A0BU", None),
        ("7K3M-92QF-A0B€", None),
    ],
)
def test_a_recovery_code_forgives_what_is_easily_misread(typed: str, code: str | None) -> None:
    assert rules.read_recovery_code(typed) == code


def test_a_recovery_code_is_read_as_it_is_shown() -> None:
    assert rules.read_recovery_code(rules.written("7K3M92QFA0BC")) == "7K3M92QFA0BC"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_says_something(name: str) -> None:
    with pytest.raises(InvalidFields):
        rules.check_name(name)
