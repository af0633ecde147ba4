"""Which firms can be registered, without a database."""

from datetime import UTC, datetime
from typing import Any

import pytest

from service.actor import Actor, Role
from service.employers import rules
from service.employers.model import ChangeForm, Employer
from service.ids import EmployerId, new_id
from service.problems import InvalidFields, NotAllowed, NotFound
from tests.forms import employer_form

PLACES = ["prishtine", "prizren"]


def complaints(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        rules.check_registration(employer_form(**fields), PLACES)
    return refused.value.fields


def employer() -> Employer:
    return Employer(
        id=EmployerId(new_id()),
        business_number="812345678",
        legal_name="Çelik Sh.p.k.",
        sector_nace="43",
        headcount=3,
        representative_name="Blerim Gashi",
        municipality_code="prizren",
        registered_at=datetime(2026, 11, 2, tzinfo=UTC),
        registered_by=None,
    )


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("business_number", "12345678", "9 digits"),
        ("business_number", "1234567890", "9 digits"),
        ("business_number", "81234567x", "9 digits"),
        ("legal_name", "", "missing"),
        ("legal_name", "x" * 201, "longer"),
        ("sector_nace", "construction", "NACE"),
        ("sector_nace", "04", "NACE"),  # no such division
        ("sector_nace", "43.215", "NACE"),
        ("headcount", -1, "whole number"),
        ("headcount", None, "whole number"),
        ("headcount", 10**30, "whole number"),
        ("representative_name", "R2-D2", "letters"),
        ("municipality_code", "atlantis", "municipality"),
        ("iban", "XK06 1212 0123 4567 8906", "IBAN"),
        ("account_holder", "Somebody", ""),
    ],
)
def test_what_does_not_fit_gets_a_sentence_of_its_own(field: str, typed: object, word: str) -> None:
    found = complaints(**{field: typed})

    assert list(found) == ["iban" if field == "account_holder" else field]
    assert word in next(iter(found.values()))


def test_every_wrong_field_is_named_at_once() -> None:
    found = complaints(business_number="1", legal_name="", headcount=-3)

    assert set(found) == {"business_number", "legal_name", "headcount"}


@pytest.mark.parametrize("sector", ["01", "43", "43.2", "43.21", "99"])
def test_sectors_are_nace_codes_of_two_to_four_digits(sector: str) -> None:
    rules.check_registration(employer_form(sector_nace=sector), PLACES)

    assert rules.read_firm(employer_form(sector_nace=f" {sector} ")).sector_nace == sector


def test_an_account_holder_no_bank_can_write_is_refused() -> None:
    found = complaints(iban="XK05 1212 0123 4567 8906", account_holder="Челик")

    assert set(found) == {"account_holder"}


def test_spaces_in_a_business_number_do_not_matter() -> None:
    rules.check_registration(employer_form(business_number="812 345 678"), PLACES)

    assert rules.read_business_number("812 345 678") == "812345678"


def test_a_change_touches_what_it_names_and_nothing_else() -> None:
    after = rules.changed(employer(), ChangeForm(headcount=4), PLACES)

    assert after.headcount == 4
    assert after.legal_name == "Çelik Sh.p.k."


def test_a_change_is_checked_like_a_registration() -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.changed(employer(), ChangeForm(headcount=-4, sector_nace="00"), PLACES)

    assert set(refused.value.fields) == {"headcount", "sector_nace"}


def test_an_employer_sees_the_own_firm_only() -> None:
    own = employer()
    representative = Actor(role=Role.EMPLOYER, employer_id=own.id)

    rules.check_may_see(own.id, representative)
    with pytest.raises(NotFound):
        rules.check_may_see(EmployerId(new_id()), representative)


def test_an_administrator_has_no_business_with_firms() -> None:
    with pytest.raises(NotAllowed):
        rules.check_may_see(employer().id, Actor(role=Role.ADMINISTRATOR))
