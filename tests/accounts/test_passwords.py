"""Which passwords are taken."""

import pytest

from service.accounts.passwords import password_complaint

TRIED_FIRST = [
    "passwordpassword", "Password123456", "P@ssw0rd2026!!", "qwertyuiop12", "123456789012",
    "000000000000", "abcabcabcabc", "abcdefghijkl", "Prishtina2026!", "kosova123456",
    "fjalekalimi1", "lozinka12345", "welcome12345", "zxcvbnm,./12", "adminadmin12",
]  # fmt: skip


@pytest.mark.parametrize("password", TRIED_FIRST)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert password_complaint(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "a quiet river in may",
        "tri vrapca na grani",
        "mollë e kuqe në shportë",
        "demo-finance-officer",
        "x7!kQ2_vBn9pLr4",
        "漢字仮名交じり文です、はい",
    ],
)
def test_a_few_words_of_ones_own_are_taken_whatever_their_signs(password: str) -> None:
    assert password_complaint(password, email="ana@example.org", name="Ana Berisha") is None


def test_ones_own_name_and_address_say_nothing() -> None:
    for password in ("berisha.berisha", "Ana-Berisha-1", "ana@example.org"):
        assert password_complaint(password, email="ana@example.org", name="Ana Berisha")


@pytest.mark.parametrize(("length", "fits"), [(11, False), (12, True), (200, True), (201, False)])
def test_length_alone_is_asked_for(length: int, fits: bool) -> None:
    password = "".join(chr(0x4E00 + place) for place in range(length))

    assert (password_complaint(password) is None) == fits
