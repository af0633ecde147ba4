"""Who can be registered and who looks alike, without a database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.actor import SYSTEM, Actor, Role
from service.candidates import answers, rules
from service.candidates.answers import KnownCodes
from service.candidates.forms import ChangeForm, DuplicatesForm, SensitiveForm
from service.candidates.model import (
    Alike,
    Candidate,
    Characteristic,
    Person,
    ReferralSource,
    Registration,
)
from service.candidates.rules import (
    CandidateInAgreement,
    CandidateWithdrawn,
    LikelyDuplicate,
    PersonalNumberTaken,
    PurposeMissing,
    UnknownCharacteristic,
)
from service.ids import AccountId, CandidateId, OfficeId, new_id
from service.problems import InvalidFields, NotAllowed
from tests.forms import candidate_form

TODAY = date(2026, 11, 2)
KNOWN = KnownCodes(frozenset({"prishtine", "prizren"}), frozenset({"5223", "9412", "2142"}))
VALID_IBAN = "XK05 1212 0123 4567 8906"


def register(**fields: Any) -> Registration:
    return answers.read_registration(candidate_form(**fields), KNOWN, on=TODAY)


def complaints(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        register(**fields)
    return refused.value.fields


def candidate(**facts: Any) -> Candidate:
    plain = {
        **{field: getattr(register().person, field) for field in Person.__struct_fields__},
        "id": CandidateId(new_id()),
        "reference": "C-TEST",
        "office_id": OfficeId(new_id()),
        "registered_at": datetime(2026, 11, 2, tzinfo=UTC),
        "registered_by": AccountId(new_id()),
        "withdrawn_at": None,
    }
    return Candidate(**plain | facts)


def alike(**facts: Any) -> Alike:
    plain: dict[str, Any] = {
        "id": CandidateId(new_id()),
        "reference": "C-OTHER",
        "given_name": "Arta",
        "family_name": "Krasniqi",
        "born_on": date(2003, 5, 14),
        "similarity_percent": 100,
        "same_personal_number": False,
    }
    return Alike(**plain | facts)


def test_a_plain_registration_is_read_as_it_was_typed() -> None:
    registration = register(given_name="  Arta ", skills=["Excel", "excel ", "Weld  ing"])

    assert registration.person.given_name == "Arta"
    assert registration.person.born_on == date(2003, 5, 14)
    assert registration.person.skills == ["excel", "weld ing"]
    assert registration.account is None


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("given_name", " ", "missing"),
        ("given_name", "Ar7a", "letters"),
        ("given_name", "A" * 121, "longer"),
        ("family_name", "Kras\x00niqi", "printed"),
        ("born_on", "2003-02-30", "no such day"),
        ("born_on", "14.05.2003", "no such day"),
        ("born_on", "20030514", "no such day"),
        ("born_on", "2027-01-01", "future"),
        ("born_on", "2011-11-03", "14"),
        ("born_on", "1960-11-02", "66"),
        ("sex", "x", "list"),
        ("personal_number", "123456789", "10 digits"),
        ("personal_number", "12345678901", "10 digits"),
        ("personal_number", "12345abcde", "10 digits"),
        ("personal_number", "１２３４５６７８９２", "10 digits"),
        ("municipality_code", "atlantis", "municipality"),
        ("education", "doctor", "list"),
        ("occupations", [], "at least one"),
        ("occupations", ["0000"], "list"),
        ("occupations", [f"{code:04}" for code in range(11)], "10"),
        ("skills", ["x" * 61], "longer"),
        ("skills", ["skill"] * 31, "30"),
        ("languages", ["klingon"], "list"),
        ("driving_licences", ["Z"], "list"),
        ("unemployed_since", "2026-13-01", "no such day"),
        ("unemployed_since", "2026-11-03", "future"),
        ("unemployed_since", "2003-05-14", "born"),
        ("travel_km", -1, "kilometres"),
        ("travel_km", 301, "kilometres"),
        ("travel_km", None, "kilometres"),
        ("characteristics", ["left_handed"], "list"),
        ("referral_source", "prison", "list"),
        ("iban", "XK05 1212 0123 4567 8907", "IBAN"),
    ],
)
def test_what_does_not_fit_gets_a_sentence_of_its_own(field: str, typed: object, word: str) -> None:
    found = complaints(**{field: typed})

    assert list(found) == [field]
    assert word.lower() in found[field].lower()


def test_every_wrong_field_is_named_at_once() -> None:
    found = complaints(given_name="", born_on="never", municipality_code="atlantis", travel_km=-5)

    assert set(found) == {"given_name", "born_on", "municipality_code", "travel_km"}


@pytest.mark.parametrize("born_on", ["2011-11-02", "1960-11-03", "2008-02-29"])
def test_people_of_15_to_65_years_are_registered(born_on: str) -> None:
    registration = register(born_on=born_on)

    assert 15 <= rules.age_on(registration.person.born_on, TODAY) <= 65


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2000, 12, 31), date(2026, 12, 30), 25),
        (date(2000, 12, 31), date(2026, 12, 31), 26),
    ],
)
def test_a_year_of_life_is_full_on_the_birthday(born_on: date, on: date, age: int) -> None:
    assert rules.age_on(born_on, on) == age


@pytest.mark.parametrize("name", ["Çelik", "Đorđević-Ilić", "O'Brien", "Anna Maria", "Šaban"])
def test_names_keep_their_letters(name: str) -> None:
    assert register(family_name=name).person.family_name == name


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("1234567892", True),  # the example of the library that published the rule
        ("1234567893", False),
        ("9000000001", True),  # numbers starting with 9 are not checked
        ("1000000007", True),
        ("1000000006", False),
    ],
)
def test_the_check_digit_of_a_personal_number(number: str, fits: bool) -> None:
    assert rules.has_check_digit(number) is fits


def test_a_wrong_check_digit_does_not_refuse_a_person() -> None:
    assert register(personal_number="1234567893").personal_number == "1234567893"


def test_spaces_in_a_personal_number_do_not_matter() -> None:
    assert register(personal_number="12345 67892").personal_number == "1234567892"


def test_an_account_is_in_the_persons_name_unless_another_is_written() -> None:
    account = register(iban=VALID_IBAN).account

    assert account is not None
    assert account.iban == "XK051212012345678906"
    assert account.holder_name == "Arta Krasniqi"


def test_an_account_of_somebody_else_is_refused() -> None:
    found = complaints(iban=VALID_IBAN, account_holder="Besnik Hoxha")

    assert set(found) == {"account_holder"}


def test_a_holder_without_an_iban_is_half_an_account() -> None:
    assert set(complaints(account_holder="Arta Krasniqi")) == {"iban"}


def test_characteristics_are_kept_once_in_their_own_order() -> None:
    sensitive = register(
        characteristics=["repatriated", "disability", "repatriated"], referral_source="shelter"
    ).sensitive

    assert sensitive.characteristics == [Characteristic.DISABILITY, Characteristic.REPATRIATED]
    assert sensitive.referral_source is ReferralSource.SHELTER


def test_sensitive_facts_of_no_list_are_refused() -> None:
    with pytest.raises(InvalidFields) as refused:
        answers.read_sensitive(SensitiveForm(characteristics=["tall"], referral_source="prison"))

    assert set(refused.value.fields) == {"characteristics", "referral_source"}


def test_a_change_touches_what_it_names_and_nothing_else() -> None:
    before = candidate()

    after, number = answers.read_change(
        ChangeForm(travel_km=55), before, KNOWN, registered_on=TODAY, on=TODAY
    )

    assert after.travel_km == 55
    assert after.given_name == before.given_name
    assert after.occupations == before.occupations
    assert number is None


def test_a_change_is_checked_like_a_registration() -> None:
    form = ChangeForm(municipality_code="atlantis", personal_number="12")

    with pytest.raises(InvalidFields) as refused:
        answers.read_change(form, candidate(), KNOWN, registered_on=TODAY, on=TODAY)

    assert set(refused.value.fields) == {"municipality_code", "personal_number"}


def test_somebody_who_turned_66_since_can_still_be_changed() -> None:
    before = candidate(born_on=date(1961, 5, 14), unemployed_since=date(2020, 1, 1))
    later = date(2028, 1, 1)

    after, _ = answers.read_change(
        ChangeForm(unemployed_since="2027-12-01"), before, KNOWN, registered_on=TODAY, on=later
    )

    assert after.unemployed_since == date(2027, 12, 1)


@pytest.mark.parametrize(
    ("born_on", "percent", "likely"),
    [
        (date(2003, 5, 14), 100, True),
        (date(2003, 5, 14), 45, True),
        (date(2003, 5, 14), 44, False),
        (date(2003, 5, 15), 70, True),  # one slip: the day
        (date(2004, 5, 14), 70, True),  # one slip: the year
        (date(2003, 5, 15), 69, False),
        (date(2004, 6, 15), 100, False),  # another person of that name
    ],
)
def test_likeness_of_names_weighs_with_the_date_of_birth(
    born_on: date, percent: int, likely: bool
) -> None:
    one = alike(born_on=born_on, similarity_percent=percent)

    assert rules.is_likely_duplicate(one, date(2003, 5, 14)) is likely


def test_day_and_month_swapped_are_one_slip() -> None:
    assert rules.is_slip(date(2003, 5, 4), date(2003, 4, 5))
    assert not rules.is_slip(date(2003, 5, 4), date(2002, 4, 5))


def test_the_same_personal_number_is_always_the_same_person() -> None:
    one = alike(born_on=date(1990, 1, 1), similarity_percent=0, same_personal_number=True)

    assert rules.is_likely_duplicate(one, date(2003, 5, 14))


def test_lookalikes_stop_a_registration_until_they_are_compared() -> None:
    with pytest.raises(LikelyDuplicate) as refused:
        rules.check_not_registered([alike()], confirmed_not_duplicate=False)

    rules.check_not_registered([alike()], confirmed_not_duplicate=True)
    assert refused.value.members == {"references": ["C-OTHER"]}


def test_a_taken_personal_number_cannot_be_confirmed_away() -> None:
    with pytest.raises(PersonalNumberTaken):
        rules.check_not_registered([alike(same_personal_number=True)], confirmed_not_duplicate=True)


def test_whom_to_look_for_is_read_like_a_registration() -> None:
    form = DuplicatesForm(given_name="", family_name="Ilić", born_on="2003-02-30")

    with pytest.raises(InvalidFields) as refused:
        answers.read_likeness(form, on=TODAY)

    assert set(refused.value.fields) == {"given_name", "born_on"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CASE_OFFICER])
def test_only_case_officers_read_what_is_sealed(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.check_may_read_sensitive(Actor(role=role))


def test_the_jobs_read_nothing_that_is_sealed() -> None:
    with pytest.raises(NotAllowed):
        rules.check_may_read_sensitive(SYSTEM)


@pytest.mark.parametrize("purpose", ["", "    ", "why?", "x" * 501, "look\x00ing it up"])
def test_a_reading_needs_a_purpose_that_says_something(purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        rules.read_purpose(purpose)


def test_a_purpose_is_kept_tidied() -> None:
    assert rules.read_purpose("  plan the   interview ") == "plan the interview"


def test_people_are_found_by_known_characteristics_only() -> None:
    assert rules.read_characteristic("disability") is Characteristic.DISABILITY
    with pytest.raises(UnknownCharacteristic):
        rules.read_characteristic("shelter")


def test_who_left_the_register_does_not_leave_twice() -> None:
    gone = candidate(withdrawn_at=datetime(2026, 10, 1, tzinfo=UTC))

    with pytest.raises(CandidateWithdrawn):
        rules.check_may_leave(gone, live_agreements=0)


def test_nobody_leaves_in_the_middle_of_an_agreement() -> None:
    with pytest.raises(CandidateInAgreement):
        rules.check_may_leave(candidate(), live_agreements=1)
