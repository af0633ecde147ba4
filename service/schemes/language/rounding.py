"""The one place where an exact amount is rounded, by a mode and a number of decimals."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import msgspec

PLACES = (0, 1, 2, 3, 4, 5, 10)


def _half_up(n: int, d: int) -> int:
    """Half away from zero, as commerce rounds."""
    return (2 * n + d) // (2 * d) if n >= 0 else -((-2 * n + d) // (2 * d))


def _half_toward_plus_infinity(n: int, d: int) -> int:
    return (2 * n + d) // (2 * d)


def _half_even(n: int, d: int) -> int:
    return round(Fraction(n, d))


def _floor(n: int, d: int) -> int:
    return n // d


def _ceiling(n: int, d: int) -> int:
    return -(-n // d)


def _down(n: int, d: int) -> int:
    return n // d if n >= 0 else -(-n // d)


def _up(n: int, d: int) -> int:
    return -(-n // d) if n >= 0 else n // d


# From a numerator and a positive denominator to an integer.
MODES: Mapping[str, Callable[[int, int], int]] = {
    "half_up": _half_up,
    "half_even": _half_even,
    "half_toward_plus_infinity": _half_toward_plus_infinity,
    "down": _down,
    "up": _up,
    "floor": _floor,
    "ceiling": _ceiling,
}


def differ_to_the_cent(left: Fraction, right: Fraction) -> bool:
    """Whether two quantities differ when shown in whole parts: a cap reached by less did not bind.

    Schemes count money in cents, so these are cents; other quantities are compared the same way.
    """
    return _half_up(left.numerator, left.denominator) != _half_up(
        right.numerator, right.denominator
    )


class Rounding(msgspec.Struct, frozen=True):
    """A mode of rounding and the decimals that stay, of a euro or of any other quantity."""

    mode: str
    places: int

    def apply(self, value: Fraction, *, is_money: bool) -> Fraction:
        """The rounded value; an amount of money is counted in cents, its places in whole units."""
        shift = self.places - 2 if is_money else self.places
        scale = Fraction(10) ** shift
        scaled = value * scale
        return MODES[self.mode](scaled.numerator, scaled.denominator) / scale

    def makes_whole(self, *, is_money: bool) -> bool:
        """Whether what comes out has no fraction of its smallest part."""
        return self.places <= (2 if is_money else 0)


def parse_rounding(text: str) -> Rounding:
    """A rounding as a scheme writes it, `half_up 2`; ValueError says what was expected."""
    mode, _, places = text.strip().partition(" ")
    if mode in MODES and places.strip().isdigit() and int(places) in PLACES:
        return Rounding(mode, int(places))
    raise ValueError(
        f"{text!r} is no rounding; expected a mode ({', '.join(MODES)}) and the decimals that stay"
        f" ({', '.join(map(str, PLACES))}), such as 'half_up 2'"
    )
