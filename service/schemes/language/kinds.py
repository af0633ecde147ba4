"""What a value is: a quantity with its units, a day, a period, a word, or yes and no.

Units multiply and divide like numbers do, so cents can never be added to days. `whole` says that a
quantity has no fraction of its smallest part: whole cents, whole days, a count.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Units: TypeAlias = tuple[tuple[str, int], ...]

NO_UNITS: Units = ()
BASE_UNITS = ("money", "days", "weeks", "months", "years", "hours")
# What a scheme may write for a kind: its units, whether it is whole, and how people read it.
QUANTITIES: Mapping[str, tuple[Units, bool]] = {
    "cents": ((("money", 1),), True),
    "money": ((("money", 1),), False),
    "number": (NO_UNITS, False),
    "share": (NO_UNITS, False),
    "count": (NO_UNITS, True),
    **{unit: (((unit, 1),), False) for unit in BASE_UNITS[1:]},
}
PLAIN = ("date", "month", "period", "text", "truth")
SINGULAR = {"day": "days", "week": "weeks", "month": "months", "year": "years", "hour": "hours"}


class Kind(msgspec.Struct, frozen=True):
    """A quantity, or a `date`, `period`, `text` or `truth`; `optional` where it may be missing."""

    name: str
    units: Units = NO_UNITS
    whole: bool = False
    optional: bool = False

    @property
    def is_quantity(self) -> bool:
        """Whether it can be reckoned with."""
        return self.name == "quantity"

    def present(self) -> "Kind":
        """The same, known to be there."""
        return msgspec.structs.replace(self, optional=False)

    def fraction(self) -> "Kind":
        """The same, no longer whole."""
        return msgspec.structs.replace(self, whole=False)

    def fits(self, wanted: "Kind") -> bool:
        """Whether a value of this kind may stand where another is wanted."""
        return (
            self.name == wanted.name
            and self.units == wanted.units
            and (self.whole or not wanted.whole)
            and (wanted.optional or not self.optional)
        )

    def __str__(self) -> str:
        said = units_in_words(self.units, whole=self.whole) if self.is_quantity else self.name
        return f"{said}, possibly missing" if self.optional else said


DATE, PERIOD, TEXT, TRUTH = Kind("date"), Kind("period"), Kind("text"), Kind("truth")
NUMBER = Kind("quantity")
COUNT = Kind("quantity", whole=True)
NOTHING = Kind("nothing", optional=True)


def quantity(units: Units, *, whole: bool = False) -> Kind:
    """A quantity of these units."""
    return Kind("quantity", units, whole)


def counted(unit: str, *, whole: bool = True) -> Kind:
    """A number of days, months and so on."""
    return quantity(((unit, 1),), whole=whole)


def multiplied(left: Units, right: Units, *, power: int = 1) -> Units:
    """The units of a product, or with `power=-1` of a quotient."""
    powers = dict(left)
    for unit, exponent in right:
        powers[unit] = powers.get(unit, 0) + power * exponent
    return tuple(sorted((unit, exponent) for unit, exponent in powers.items() if exponent))


def units_in_words(units: Units, *, whole: bool = False) -> str:
    """`cents`, `money per hours`, `number` and so on."""
    if units == (("money", 1),):
        return "whole cents" if whole else "money"
    over = [_power(unit, exponent) for unit, exponent in units if exponent > 0]
    under = [_power(unit, -exponent) for unit, exponent in units if exponent < 0]
    if not over and not under:
        return "a whole number" if whole else "a number"
    said = " × ".join(over) or "1"
    return " per ".join([said, *under])


def _power(unit: str, exponent: int) -> str:
    return unit if exponent == 1 else f"{unit}^{exponent}"


def parse_kind(text: str) -> Kind:
    """The kind that a scheme names: `cents`, `money per hour`, `period`, `date?` where it may lack.

    Raises ValueError with what may be written instead.
    """
    written = text.strip()
    optional = written.endswith("?")
    kind = _parse_present(written.removesuffix("?").strip())
    return msgspec.structs.replace(kind, optional=optional)


def _parse_present(written: str) -> Kind:
    if written in PLAIN:
        return DATE if written == "month" else Kind(written)
    if written.startswith("whole "):
        return msgspec.structs.replace(_parse_present(written[6:].strip()), whole=True)
    over, *under = re.split(r"\s+per\s+", written)
    if over in QUANTITIES:
        units, whole = QUANTITIES[over]
        for one in under:
            unit = SINGULAR.get(one, one)
            if unit not in BASE_UNITS:
                break
            units, whole = multiplied(units, ((unit, 1),), power=-1), False
        else:
            return quantity(units, whole=whole)
    allowed = ", ".join([*QUANTITIES, *PLAIN])
    raise ValueError(f"{written!r} is no unit; write one of {allowed}, or such as 'money per hour'")
