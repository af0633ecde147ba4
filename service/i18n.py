"""Every sentence for people goes through gettext, in the language of the request or command."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES: Mapping[str, str] = {"sq": "Shqip", "sr": "Srpski", "en": "English"}
CATALOGUES = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Marks a sentence for the catalogues; it is translated where it is shown."""
    return message


def _(message: str) -> str:
    """The sentence in the language in use; the English one where a catalogue lacks it."""
    return translations(_language.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a sentence that fits a count."""
    return translations(_language.get()).ngettext(singular, plural, count)


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, compiled in memory from its readable .po file."""
    source = CATALOGUES / f"{language}.po"
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as readable:
        write_mo(compiled, read_po(readable, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def locale_of(language: str) -> str:
    """The locale by which a language writes days and amounts: Serbian in Latin letters."""
    return {"sr": "sr_Latn"}.get(language, language)


def language() -> str:
    """The language in use, one of LANGUAGES."""
    return _language.get()


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Says everything in one language, inside the block; an unknown one falls back to English."""
    token = _language.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)
