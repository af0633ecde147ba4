"""Names in the letters that banks take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.bank_accounts.rules import holder_complaint
from service.bank_names import NameNotForBank, bank_name, bank_name_complaint


@pytest.mark.parametrize(
    ("written", "for_bank"),
    [
        ("Çelik Ndërtim Sh.p.k.", "Celik Ndertim Sh.p.k."),
        ("Đorđe Živković", "Djordje Zivkovic"),
        ("Ana-Marija  Šćepanović", "Ana-Marija Scepanovic"),
        ("N.T.P. Besa (Pejë)", "N.T.P. Besa (Peje)"),
    ],
)
def test_a_name_is_written_in_the_letters_of_banks(written: str, for_bank: str) -> None:
    assert bank_name(written) == for_bank


@pytest.mark.parametrize("name", ["Дукађин", "Besa & Co", "İ🙂", "Ωmega", "A\u2028B_", "", "   "])
def test_a_name_with_other_letters_is_refused(name: str) -> None:
    with pytest.raises(NameNotForBank):
        bank_name(name)


def test_a_long_name_is_refused_and_never_cut() -> None:
    assert bank_name("a" * 70) == "a" * 70

    with pytest.raises(NameNotForBank, match="71"):
        bank_name("a" * 71)


@given(st.text(max_size=90))
def test_whatever_is_not_refused_is_short_and_plain(name: str) -> None:
    try:
        written = bank_name(name)
    except NameNotForBank:
        return

    assert written.isascii()
    assert 1 <= len(written) <= 70


def test_an_account_is_not_taken_under_a_name_that_cannot_be_paid() -> None:
    assert holder_complaint("Furra Çeliku Sh.p.k.", person=None) is None
    assert holder_complaint("Дукађин", person=None) == bank_name_complaint("Дукађин")
