"""A line and each of its donors as a bar: how much of the money has come how far."""

from collections.abc import Iterator, Mapping

import msgspec

from service.budget.model import DonorShare
from service.i18n import N_, _
from service.ledger.model import BudgetLine

WIDTH = 600
# From the money that has come furthest to what is free, as the bar is read from left to right.
PARTS: Mapping[str, tuple[str, str]] = {
    "paid": (N_("Paid"), "#1b5e3a"),
    "returned": (N_("Returned by the bank"), "#a4161a"),
    "in_transit": (N_("At the bank"), "#2f855a"),
    "approved": (N_("Approved"), "#b7791f"),
    "calculated": (N_("Calculated"), "#d69e2e"),
    "committed": (N_("Committed"), "#2b6cb0"),
    "free": (N_("Free"), "#cbd5e0"),
}


class Piece(msgspec.Struct, frozen=True):
    """One part of a bar: where it begins, how long it is, and what it is."""

    x: int
    width: int
    colour: str
    words: str
    cents: int


def bar_of_line(line: BudgetLine) -> list[Piece]:
    """The pieces of a whole line's bar."""
    return list(_pieces({part: _cents_of_line(line, part) for part in PARTS}))


def bar_of_share(share: DonorShare) -> list[Piece]:
    """The pieces of one donor's bar."""
    return list(_pieces({part: getattr(share, f"{part}_cents") for part in PARTS}))


def _cents_of_line(line: BudgetLine, part: str) -> int:
    cents: int = getattr(line, "appropriation_cents" if part == "free" else f"{part}_cents")
    return cents


def _pieces(cents: Mapping[str, int]) -> Iterator[Piece]:
    whole = sum(cents.values())
    before = 0
    for part, own in cents.items():
        if own > 0:
            words, colour = PARTS[part]
            x = WIDTH * before // whole
            yield Piece(x, WIDTH * (before + own) // whole - x, colour, _(words), own)
        before += own
