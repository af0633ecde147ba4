"""A month's payments as one bar by place, and its past as two bars for each month."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from service.glance.model import MonthOfHistory, Place, PlaceTotal
from service.period import format_month

WIDTH = 640
HISTORY_HEIGHT = 160
AXIS = 24
DUE_COLOUR, ORDERED_COLOUR = "#8fa7bd", "#0b4f6c"
COLOURS: Mapping[Place, str] = {
    Place.PAID: "#1b5e3a",
    Place.AT_BANK: "#2f855a",
    Place.IN_PAYOUT: "#2b6cb0",
    Place.WAITS: "#8fb7dd",
    Place.RETURNED: "#a4161a",
    Place.HELD: "#7b3f98",
    Place.BLOCKED: "#c77700",
    Place.NOT_DUE: "#cbd5e0",
}


class Piece(msgspec.Struct, frozen=True):
    """One part of the bar: where it begins, how long it is, and what it stands for."""

    x: int
    width: int
    colour: str
    total: PlaceTotal


class Column(msgspec.Struct, frozen=True):
    """A month of the past: its two bars by their heights from the axis up, and its name."""

    x: int
    width: int
    due_height: int
    ordered_height: int
    month: MonthOfHistory
    name: str


def pieces(places: Sequence[PlaceTotal]) -> list[Piece]:
    """The bar of a month by how many payments stand where; empty places have no piece."""
    return list(_pieces(places))


def _pieces(places: Sequence[PlaceTotal]) -> Iterator[Piece]:
    whole = sum(one.payment_count for one in places)
    before = 0
    for one in places:
        if one.payment_count:
            x = WIDTH * before // whole
            before += one.payment_count
            yield Piece(x, WIDTH * before // whole - x, COLOURS[one.place], one)


def columns(history: Sequence[MonthOfHistory]) -> list[Column]:
    """Two bars for each month, the tallest of all as high as the picture."""
    tallest = max((max(one.due_cents, one.ordered_cents) for one in history), default=0) or 1
    step = WIDTH // max(1, len(history))
    return [
        Column(
            x=place * step,
            width=step // 3,
            due_height=HISTORY_HEIGHT * one.due_cents // tallest,
            ordered_height=HISTORY_HEIGHT * one.ordered_cents // tallest,
            month=one,
            name=format_month(one.month)[5:],
        )
        for place, one in enumerate(history)
    ]
