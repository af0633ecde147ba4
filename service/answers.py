"""What people typed: how each kind of answer is read, and the sentence for one that is wrong."""

import re
from collections.abc import Mapping
from datetime import date

from service.i18n import _
from service.iban import InvalidIban, parse_iban
from service.problems import InvalidFields

WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_LINE = 120
LONGEST_NUMBER = 9
IN_NAMES = " -'’."


def refuse_if_wrong(found: Mapping[str, str | None]) -> None:
    """Raises InvalidFields with every sentence found, keyed by its field; silent when all fit."""
    wrong = {field: sentence for field, sentence in found.items() if sentence}
    if wrong:
        raise InvalidFields(wrong)


def tidy(text: str) -> str:
    """The text with single spaces and none around it."""
    return " ".join(text.split())


def read_day(text: str) -> date | None:
    """A day written as 2001-05-30, or None when there is no such day."""
    try:
        return date.fromisoformat(text) if WRITTEN_DAY.fullmatch(text) else None
    except ValueError:
        return None


def read_number(text: str) -> int | None:
    """A whole number of at most nine digits, or None when it is anything else."""
    written = text.strip()
    plain = written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER
    return int(written) if plain else None


def line_complaint(text: str, *, longest: int = LONGEST_LINE) -> str | None:
    """What is wrong with one line of text that has to be there."""
    if not text.strip():
        return _("This is missing. Fill it in.")
    if len(text) > longest:
        return _("This is longer than {longest} characters. Shorten it.").format(longest=longest)
    if not text.isprintable():
        return _("This holds characters that cannot be printed. Type it again.")
    return None


def name_complaint(text: str) -> str | None:
    """What is wrong with the name of a person."""
    if complaint := line_complaint(text):
        return complaint
    if not all(letter.isalpha() or letter in IN_NAMES for letter in text):
        return _("A name has letters, spaces, hyphens and apostrophes only.")
    return None


def iban_complaint(text: str) -> str | None:
    """What is wrong with an IBAN, by the bank's own check digits."""
    try:
        parse_iban(text)
    except InvalidIban as refused:
        return refused.sentence()
    return None
