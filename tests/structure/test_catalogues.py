"""Every sentence of the service has a translation in each catalogue, with the same placeholders."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from service.i18n import CATALOGUES, LANGUAGES
from tests.structure.source import CHECKOUT

METHODS = [
    ("service/templates/**.html", "jinja2"),
    ("service/templates/**.txt", "jinja2"),
    ("service/**.py", "python"),
]
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w*\}")
TRANSLATED = sorted(set(LANGUAGES) - {"en"})  # the sentences themselves are English

each_language = pytest.mark.parametrize("language", TRANSLATED)


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """The English forms of every sentence in the code and the templates, by the first of them."""
    found: dict[str, tuple[str, ...]] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(
        CHECKOUT, method_map=METHODS, keywords=KEYWORDS
    ):
        forms = (message,) if isinstance(message, str) else tuple(message)
        if forms[0]:  # the empty one is the catalogue's header
            found.setdefault(forms[0], forms)
    assert len(found) > 500
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as readable:
        return read_po(readable, locale=language, abort_invalid=True)


def translated(language: str, sentence: str) -> tuple[str, ...]:
    """The forms of its translation; none where the catalogue lacks it or only guesses it."""
    message = catalogue(language).get(sentence)
    if message is None or message.fuzzy:
        return ()
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


@each_language
def test_every_sentence_is_translated(language: str) -> None:
    assert [s for s in sentences() if not all(translated(language, s) or ("",))] == []


@each_language
def test_translations_keep_the_placeholders(language: str) -> None:
    for sentence, forms in sentences().items():
        expected = set(PLACEHOLDER.findall(" ".join(forms)))
        for form in translated(language, sentence):
            assert set(PLACEHOLDER.findall(form)) == expected, form
