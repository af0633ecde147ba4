"""How what somebody types into the search box is understood."""

import re

from service.bank.orders import ID_LETTERS
from service.candidates.rules import PERSONAL_NUMBER_DIGITS
from service.find.model import Kind, Sought
from service.i18n import N_
from service.ids import CROCKFORD, REFERENCE_LETTERS
from service.names import search_patterns
from service.problems import Problem

LENGTH_MAX = 200
LETTERS_MIN = 2
BUSINESS_NUMBER_DIGITS = 9
PAYMENT = re.compile(rf"E[{CROCKFORD}]{{{ID_LETTERS}}}-[0-9]{{1,3}}")
REFERENCE = re.compile(rf"[A-Z]-[{CROCKFORD}]{{{REFERENCE_LETTERS}}}")


class NothingToFind(Problem):
    """Too little or too much was typed."""

    slug = "nothing-to-find"
    title = N_(
        "Type at least two letters of a name, or a whole personal number, business number or "
        "reference."
    )


def understand(text: str) -> Sought:
    """What is looked for; NothingToFind when that cannot be told.

    Ten digits are a personal number and nine a business number, with or without spaces; a letter,
    a hyphen and ten letters are a reference, and what we call a payment at the bank is one too;
    anything else is a part of a name. The longest parts of a name come first, as the rarest.
    """
    plain = "".join(text.split())
    if not plain or len(text) > LENGTH_MAX:
        raise NothingToFind
    if plain.isascii() and plain.isdigit():
        return _number(plain)
    if PAYMENT.fullmatch(plain.upper()):
        return Sought(Kind.PAYMENT, reference=plain.upper())
    if REFERENCE.fullmatch(plain.upper()):
        return Sought(Kind.REFERENCE, reference=plain.upper())
    patterns = sorted(search_patterns(text), key=len, reverse=True)
    letters = max((len(one.strip("%")) for one in patterns), default=0)
    if letters < LETTERS_MIN:
        raise NothingToFind
    return Sought(Kind.NAME, patterns=patterns)


def _number(digits: str) -> Sought:
    if len(digits) == PERSONAL_NUMBER_DIGITS:
        return Sought(Kind.PERSONAL_NUMBER, number=digits)
    if len(digits) == BUSINESS_NUMBER_DIGITS:
        return Sought(Kind.BUSINESS_NUMBER, number=digits)
    raise NothingToFind
