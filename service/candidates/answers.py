"""What an officer typed of a person, read field by field: a sentence for each wrong one."""

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec import UNSET

from service.answers import (
    iban_complaint,
    line_complaint,
    name_complaint,
    read_day,
    refuse_if_wrong,
    tidy,
)
from service.bank_accounts.rules import holder_complaint
from service.candidates.forms import (
    ChangeForm,
    DuplicatesForm,
    PersonForm,
    RegistrationForm,
    SensitiveForm,
)
from service.candidates.model import (
    DRIVING_LICENCES,
    LANGUAGES,
    Candidate,
    Characteristic,
    Education,
    Person,
    ProposedAccount,
    ReferralSource,
    Registration,
    Sensitive,
    Sex,
)
from service.candidates.rules import PERSONAL_NUMBER_DIGITS, age_on
from service.i18n import _
from service.iban import parse_iban

# Labour Law 03/L-212: light work from 15; the pension age is 65.
AGE_MIN, AGE_MAX = 15, 65
TRAVEL_KM_MAX = 300
OCCUPATIONS_MAX = 10
SKILLS_MAX = 30
SKILL_LENGTH_MAX = 60


class KnownCodes(msgspec.Struct, frozen=True):
    """The codes that exist in the country's reference tables."""

    municipalities: frozenset[str]
    occupations: frozenset[str]


def registration_complaints(
    form: RegistrationForm, known: KnownCodes, *, on: date
) -> dict[str, str | None]:
    """What is wrong with each field of a registration; nothing with those that fit."""
    return {
        **_person_complaints(form, known, registered_on=on, on=on),
        "personal_number": _personal_number_complaint(form.personal_number),
        **_sensitive_complaints(_sensitive_form(form)),
        **_account_complaints(form),
    }


def read_registration(form: RegistrationForm, known: KnownCodes, *, on: date) -> Registration:
    """The registration as it can be saved; InvalidFields with a sentence for each wrong field."""
    refuse_if_wrong(registration_complaints(form, known, on=on))
    return Registration(
        person=_person(form),
        personal_number=_digits(form.personal_number),
        sensitive=_sensitive(_sensitive_form(form)),
        account=_account(form),
        confirmed_not_duplicate=form.confirmed_not_duplicate,
    )


def read_change(
    form: ChangeForm, candidate: Candidate, known: KnownCodes, *, registered_on: date, on: date
) -> tuple[Person, str | None]:
    """The person after a change, and the new personal number if it changes; InvalidFields."""
    changed = {
        field: value
        for field, value in msgspec.structs.asdict(form).items()
        if value is not UNSET and field != "personal_number"
    }
    after = msgspec.structs.replace(_form_of(candidate), **changed)
    number = None if form.personal_number is UNSET else form.personal_number
    refuse_if_wrong(
        {
            **_person_complaints(after, known, registered_on=registered_on, on=on),
            "personal_number": None if number is None else _personal_number_complaint(number),
        }
    )
    return _person(after), None if number is None else _digits(number)


def read_sensitive(form: SensitiveForm) -> Sensitive:
    """The sensitive facts; InvalidFields when one is not of its list."""
    refuse_if_wrong(_sensitive_complaints(form))
    return _sensitive(form)


def read_likeness(form: DuplicatesForm, *, on: date) -> tuple[str, date, str | None]:
    """Full name, day of birth and, if given, personal number to look for; InvalidFields."""
    number = (form.personal_number or "").strip()
    refuse_if_wrong(
        {
            "given_name": name_complaint(form.given_name),
            "family_name": name_complaint(form.family_name),
            "born_on": _birth_complaint(form.born_on, on),
            "personal_number": _personal_number_complaint(number) if number else None,
        }
    )
    full_name = tidy(f"{form.given_name} {form.family_name}")
    return full_name, date.fromisoformat(form.born_on), _digits(number) if number else None


def _person_complaints(
    form: PersonForm, known: KnownCodes, *, registered_on: date, on: date
) -> dict[str, str | None]:
    return {
        "given_name": name_complaint(form.given_name),
        "family_name": name_complaint(form.family_name),
        "born_on": _birth_complaint(form.born_on, registered_on),
        "sex": _choice_complaint(form.sex, Sex),
        "municipality_code": _municipality_complaint(form.municipality_code, known),
        "education": _choice_complaint(form.education, Education),
        "occupations": _occupations_complaint(form.occupations, known),
        "skills": _skills_complaint(form.skills),
        "languages": _choices_complaint(form.languages, LANGUAGES),
        "driving_licences": _choices_complaint(form.driving_licences, DRIVING_LICENCES),
        "unemployed_since": _unemployed_complaint(form.unemployed_since, form.born_on, on),
        "travel_km": _travel_complaint(form.travel_km),
    }


def _birth_complaint(text: str, on: date) -> str | None:
    day = read_day(text)
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2004-05-30.")
    if day > on:
        return _("This day is in the future. Write the date of birth.")
    if not AGE_MIN <= age_on(day, on) <= AGE_MAX:
        return _(
            "The register is for people of {youngest} to {oldest} years; this one is {age}."
        ).format(youngest=AGE_MIN, oldest=AGE_MAX, age=age_on(day, on))
    return None


def _unemployed_complaint(text: str, born_on: str, on: date) -> str | None:
    day, born = read_day(text), read_day(born_on)
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2026-05-30.")
    if day > on:
        return _("This day is in the future. Write since when the person has had no work.")
    if born is not None and day <= born <= on:
        return _("This is before the person was born. Compare the two dates.")
    return None


def _personal_number_complaint(text: str) -> str | None:
    digits = _digits(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == PERSONAL_NUMBER_DIGITS):
        return _("A personal number has exactly 10 digits. Copy it from the identity card.")
    return None


def _municipality_complaint(code: str, known: KnownCodes) -> str | None:
    return None if code in known.municipalities else _("There is no such municipality. Choose one.")


def _occupations_complaint(codes: list[str], known: KnownCodes) -> str | None:
    if not codes:
        return _("Choose at least one occupation.")
    if len(set(codes)) > OCCUPATIONS_MAX:
        return _("Choose {most} occupations at most.").format(most=OCCUPATIONS_MAX)
    return _choices_complaint(codes, known.occupations)


def _skills_complaint(skills: list[str]) -> str | None:
    if len(skills) > SKILLS_MAX:
        return _("Write {most} skills at most.").format(most=SKILLS_MAX)
    found = (line_complaint(skill, longest=SKILL_LENGTH_MAX) for skill in skills)
    return next((complaint for complaint in found if complaint), None)


def _travel_complaint(travel_km: int | None) -> str | None:
    if travel_km is None or not 0 <= travel_km <= TRAVEL_KM_MAX:
        return _("Write whole kilometres from 0 to {most}.").format(most=TRAVEL_KM_MAX)
    return None


def _choice_complaint(value: str, choices: Iterable[str]) -> str | None:
    return None if value in set(choices) else _("Choose one of the list.")


def _choices_complaint(values: list[str], choices: Iterable[str]) -> str | None:
    return None if set(values) <= set(choices) else _("Choose from the list only.")


def _sensitive_complaints(form: SensitiveForm) -> dict[str, str | None]:
    source = form.referral_source
    return {
        "characteristics": _choices_complaint(form.characteristics, Characteristic),
        "referral_source": _choice_complaint(source, ReferralSource) if source else None,
    }


def _account_complaints(form: RegistrationForm) -> dict[str, str | None]:
    iban, holder = (form.iban or "").strip(), tidy(form.account_holder or "")
    if not iban:
        missing = _("Write the IBAN too, or leave the holder's name empty.") if holder else None
        return {"iban": missing}
    owner = tidy(f"{form.given_name} {form.family_name}")
    return {
        "iban": iban_complaint(iban),
        "account_holder": holder_complaint(holder or owner, person=owner),
    }


def _account(form: RegistrationForm) -> ProposedAccount | None:
    iban = (form.iban or "").strip()
    if not iban:
        return None
    return ProposedAccount(
        parse_iban(iban), tidy(form.account_holder or f"{form.given_name} {form.family_name}")
    )


def _person(form: PersonForm) -> Person:
    return Person(
        given_name=tidy(form.given_name),
        family_name=tidy(form.family_name),
        born_on=date.fromisoformat(form.born_on),
        sex=Sex(form.sex),
        municipality_code=form.municipality_code,
        education=Education(form.education),
        occupations=_once_each(form.occupations),
        skills=_once_each([tidy(skill).lower() for skill in form.skills]),
        languages=_once_each(form.languages),
        driving_licences=_once_each(form.driving_licences),
        unemployed_since=date.fromisoformat(form.unemployed_since),
        travel_km=form.travel_km or 0,
    )


def _form_of(candidate: Candidate) -> PersonForm:
    return PersonForm(
        given_name=candidate.given_name,
        family_name=candidate.family_name,
        born_on=candidate.born_on.isoformat(),
        sex=candidate.sex,
        municipality_code=candidate.municipality_code,
        education=candidate.education,
        occupations=candidate.occupations,
        skills=candidate.skills,
        languages=candidate.languages,
        driving_licences=candidate.driving_licences,
        unemployed_since=candidate.unemployed_since.isoformat(),
        travel_km=candidate.travel_km,
    )


def _sensitive_form(form: RegistrationForm) -> SensitiveForm:
    return SensitiveForm(characteristics=form.characteristics, referral_source=form.referral_source)


def _sensitive(form: SensitiveForm) -> Sensitive:
    chosen = set(form.characteristics)
    return Sensitive(
        characteristics=[one for one in Characteristic if one in chosen],
        referral_source=ReferralSource(form.referral_source) if form.referral_source else None,
    )


def _once_each(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _digits(text: str) -> str:
    return text.replace(" ", "")
