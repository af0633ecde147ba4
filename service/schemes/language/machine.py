"""What compiled schemes call: arithmetic on numerators and denominators, and cached calendars."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import gcd
from operator import itemgetter
from typing import Any

from service.period import Period
from service.schemes.language.evaluation import parameter_on, shift
from service.schemes.language.functions import FUNCTIONS, MAKERS
from service.schemes.language.program import Program
from service.schemes.language.results import Paid, Stop, add_up
from service.schemes.language.rounding import MODES

CACHED = 50_000
# Of these functions the arguments are few and come again for many agreements.
UNCACHED = {"days", "start", "end", "last_day", "until", "through", "age", "is_empty"}


class Missing:
    """What stands in a column for a row that a guard ended before it."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class Fallback(Exception):
    """Something only the plain engine decides, such as a division by zero."""


def ratio(numerator: int, denominator: int) -> Any:
    """A quantity as it stands in a trace."""
    if denominator == 1:
        return numerator
    shared = gcd(numerator, denominator)
    if shared == denominator:
        return numerator // shared
    return f"{numerator // shared}/{denominator // shared}"


@lru_cache(maxsize=CACHED)
def days_of(period: Period) -> list[str]:
    """A period as it stands in a trace."""
    return [period.start.isoformat(), period.last_day.isoformat()]


@lru_cache(maxsize=CACHED)
def iso(day: date | None) -> str | None:
    """A day as it stands in a trace."""
    return day.isoformat() if day is not None else None


def boxed(value: Any) -> Any:
    """A quantity that may be missing as it stands in a trace."""
    return None if value is None else ratio(value.numerator, value.denominator)


def finished(paid: list[Paid]) -> list[Paid]:
    """The instalments by month and kind."""
    return add_up(paid) if len(paid) > 1 else paid


def environment(program: Program) -> dict[str, Any]:
    """The names that the text of a compiled scheme may use; nothing else is within its reach."""
    names: dict[str, Any] = {
        "__builtins__": {},
        **_plain_functions(),
        **{f"F_{name}": _function(name) for name in FUNCTIONS},
        **{f"M_{name}": _maker(name) for name in MAKERS},
        **{f"R_{name}": function for name, function in MODES.items()},
    }
    for name, parameter in program.parameters.items():
        names[f"P_{name}"] = _looked_up(parameter)
    return names


def _plain_functions() -> Mapping[str, Any]:
    return {
        **{one.__name__: one for one in (ratio, days_of, iso, boxed, finished, shift)},
        **{one.__name__: one for one in (len, sum, enumerate, range, min, max, sorted, list)},
        **{one.__name__: one for one in (Fraction, Fallback, Paid, Stop, date)},
        "MISSING": MISSING,
        "first_of": itemgetter(0),
        "half_up": MODES["half_up"],
    }


def _function(name: str) -> Callable[..., Any]:
    function = FUNCTIONS[name]
    listed = any(take.column for take in function.takes)
    if listed or name in UNCACHED:
        return function.run
    return lru_cache(maxsize=CACHED)(function.run)


def _maker(name: str) -> Callable[..., Any]:
    maker = MAKERS[name]
    if any(take.column for take in maker.takes):
        return maker.run
    return lru_cache(maxsize=CACHED)(maker.run)


def _looked_up(parameter: Any) -> Callable[[Any, date], Any]:
    @lru_cache(maxsize=CACHED)
    def value_on(key: Any, on: date) -> Any:
        return parameter_on(parameter, key, on)

    return value_on
