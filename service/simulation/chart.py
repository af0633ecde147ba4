"""A simulation as bars: each month's cost now and with the other document."""

from collections.abc import Sequence

import msgspec

from service.i18n import N_, _, language
from service.money import format_euros
from service.period import format_month
from service.simulation.model import MonthCost

WIDTH = 420
NOW, WHAT_IF = N_("Now"), N_("What if")
COLOURS = {NOW: "#1f5f8b", WHAT_IF: "#b5541c"}


class Bar(msgspec.Struct, frozen=True):
    """One bar: how long it is, and what it says."""

    width: int
    colour: str
    words: str


class Pair(msgspec.Struct, frozen=True):
    """The two bars of a month."""

    month: str
    bars: list[Bar]


def pairs(months: Sequence[MonthCost]) -> list[Pair]:
    """A pair of bars for each month; the longest of all is WIDTH."""
    amounts = [(one.cost.now_cents, one.cost.what_if_cents) for one in months]
    most = max(1, *(cents for both in amounts for cents in both))
    return [
        Pair(format_month(one.month), [_bar(NOW, now, most), _bar(WHAT_IF, what_if, most)])
        for one, (now, what_if) in zip(months, amounts, strict=True)
    ]


def _bar(name: str, cents: int, most: int) -> Bar:
    width = WIDTH * max(0, cents) // most
    return Bar(width, COLOURS[name], f"{_(name)}: {format_euros(cents, language())}")


def signed(cents: int) -> str:
    """An amount with its sign, as the language writes it."""
    return f"{'+' if cents > 0 else ''}{format_euros(cents, language())}"
