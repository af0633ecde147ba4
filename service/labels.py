"""What people read instead of a code: levels of education and spoken languages."""

from collections.abc import Mapping

from service.candidates.model import Education
from service.i18n import N_, _

EDUCATION: Mapping[str, str] = {
    Education.NONE: N_("No completed school"),
    Education.PRIMARY: N_("Primary school"),
    Education.LOWER_SECONDARY: N_("Lower secondary school"),
    Education.UPPER_SECONDARY: N_("Upper secondary school"),
    Education.VOCATIONAL: N_("Vocational school"),
    Education.BACHELOR: N_("Bachelor's degree"),
    Education.MASTER: N_("Master's degree"),
}
LANGUAGE: Mapping[str, str] = {
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


def education_label(code: str) -> str:
    """A level of education, in the language in use."""
    return _(EDUCATION[code])


def language_label(code: str) -> str:
    """A spoken language, in the language in use."""
    return _(LANGUAGE.get(code, code))
