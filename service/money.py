"""Money: whole cents, one place where a fraction becomes cents, and how people write euros."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from babel.numbers import format_currency

from service.i18n import N_, locale_of
from service.problems import Problem

Cents = NewType("Cents", int)
ZERO = Cents(0)
WRITTEN_EUROS = re.compile(r"(?P<euros>[0-9]{1,10})([.,](?P<cents>[0-9]{2}))?")


class InvalidAmount(Problem):
    """What was typed is not an amount in euros."""

    slug = "invalid-amount"
    title = N_("Write the amount in euros with two decimals at most, such as 425.00.")
    status = 422


def to_cents(amount: Fraction) -> Cents:
    """An exact amount of cents as whole cents, half up: 0.5 cent becomes 1, -0.5 becomes 0."""
    return Cents((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))


def parse_euros(text: str) -> Cents:
    """Euros as people type them, `425`, `425.50` or `425,50`, in cents; InvalidAmount otherwise."""
    written = WRITTEN_EUROS.fullmatch(text.strip()) if text.isascii() else None
    if written is None:
        raise InvalidAmount
    return Cents(int(written["euros"]) * 100 + int(written["cents"] or 0))


def format_euros(cents: int, language: str = "en") -> str:
    """Cents as the language writes euros: `€1,234.50` in en, `1.234,50 €` in sq and sr."""
    locale = locale_of(language)
    return format_currency(Decimal(cents).scaleb(-2), "EUR", locale=locale)
