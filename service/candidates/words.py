"""The words for the codes of a registration, as pages show them."""

from collections.abc import Mapping
from typing import TypeVar

from service.candidates.model import (
    DRIVING_LICENCES,
    Characteristic,
    Education,
    Occupation,
    ReferralSource,
    Sex,
)
from service.i18n import N_, _, language
from service.offices.model import Municipality

Code = TypeVar("Code", bound=str)
Options = list[tuple[str, str]]

SEXES = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male")}
EDUCATIONS = {
    Education.NONE: N_("None"),
    Education.PRIMARY: N_("Primary school"),
    Education.LOWER_SECONDARY: N_("Lower secondary school"),
    Education.UPPER_SECONDARY: N_("Upper secondary school"),
    Education.VOCATIONAL: N_("Vocational school"),
    Education.BACHELOR: N_("Bachelor"),
    Education.MASTER: N_("Master or higher"),
}
SPOKEN = {
    "sq": N_("Albanian"),
    "sr": N_("Serbian"),
    "en": N_("English"),
    "de": N_("German"),
    "fr": N_("French"),
    "it": N_("Italian"),
    "tr": N_("Turkish"),
    "bs": N_("Bosnian"),
    "hr": N_("Croatian"),
    "mk": N_("Macedonian"),
    "rom": N_("Romani"),
}
CHARACTERISTICS = {
    Characteristic.DISABILITY: N_("Disability"),
    Characteristic.MINORITY_COMMUNITY: N_("Minority community"),
    Characteristic.REPATRIATED: N_("Repatriated"),
    Characteristic.SOCIAL_ASSISTANCE: N_("Receives social assistance"),
    Characteristic.LONG_TERM_UNEMPLOYED: N_("Long-term unemployed"),
}
REFERRAL_SOURCES = {
    ReferralSource.SELF: N_("Came on their own"),
    ReferralSource.SCHOOL: N_("School"),
    ReferralSource.HEALTH: N_("Health service"),
    ReferralSource.SOCIAL_WORK: N_("Centre for social work"),
    ReferralSource.SHELTER: N_("Shelter"),
    ReferralSource.PROBATION: N_("Probation service"),
    ReferralSource.NGO: N_("Non-governmental organisation"),
    ReferralSource.OTHER: N_("Other"),
}


def education_word(code: str) -> str:
    """A level of education, in the language in use."""
    return _(EDUCATIONS[Education(code)])


def language_word(code: str) -> str:
    """A spoken language, in the language in use."""
    return _(SPOKEN[code])


def options_of(words: Mapping[Code, str]) -> Options:
    """Codes and their words in the language in use, in the order of the list."""
    return [(str(code), _(word)) for code, word in words.items()]


def municipality_options(municipalities: list[Municipality]) -> Options:
    """Municipalities by the name that the reader uses."""
    named = [(place.code, place.name(language())) for place in municipalities]
    return sorted(named, key=lambda option: option[1])


def occupation_options(occupations: list[Occupation]) -> Options:
    """Occupations by ISCO-08 code, each with its name."""
    return [(one.isco_code, f"{one.isco_code} {one.name(language())}") for one in occupations]


def fixed_options() -> dict[str, Options]:
    """The choices that no table holds, by the field that offers them."""
    return {
        "sex": options_of(SEXES),
        "education": options_of(EDUCATIONS),
        "languages": options_of(SPOKEN),
        "driving_licences": [(licence, licence) for licence in DRIVING_LICENCES],
        "characteristics": options_of(CHARACTERISTICS),
        "referral_source": options_of(REFERRAL_SOURCES),
    }
