"""What a scheme answers: instalments by month and kind, with a compact trace of every value."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from service.period import Period


class Stop(msgspec.Struct, frozen=True):
    """Why a row or the whole has no amount: `blocked` or `not_due`, and a code."""

    outcome: str
    code: str


class Paid(msgspec.Struct, frozen=True):
    """What falls due in a month under a kind, in whole cents, or why nothing does.

    `trace` holds the values of the steps outside tables, then those of each row; see `encode`.
    """

    month: date
    kind: str
    amount_cents: int
    due_on: date | None
    stop: Stop | None
    trace: list[Any]


def encode(value: Any) -> Any:
    """A value as it stands in a trace: JSON, exact, the same for equal values.

    Whole quantities are numbers, others `"numerator/denominator"`; days are ISO dates, periods
    their first and last day, rows lists of their values.
    """
    match value:
        case Fraction():
            whole = value.denominator == 1
            return value.numerator if whole else f"{value.numerator}/{value.denominator}"
        case date():
            return value.isoformat()
        case Period():
            return [value.start.isoformat(), value.last_day.isoformat()]
        case _:
            return value


def add_up(found: Iterable[Paid]) -> list[Paid]:
    """One instalment for each month and kind, in order; rows of one month are added.

    What is due is due even where another row of the month is blocked; a row that is blocked says
    more than one that is not due.
    """
    by_key: dict[tuple[date, str], Paid] = {}
    for one in found:
        key = (one.month, one.kind)
        by_key[key] = _joined(by_key[key], one) if key in by_key else one
    return sorted(by_key.values(), key=lambda one: (one.month, one.kind))


def _joined(left: Paid, right: Paid) -> Paid:
    stops = [stop for stop in (left.stop, right.stop) if stop is not None]
    amount = left.amount_cents + right.amount_cents
    stop = None
    if not amount and stops:
        stop = min(stops, key=lambda one: one.outcome != "blocked")
    return Paid(
        month=left.month,
        kind=left.kind,
        amount_cents=amount,
        due_on=right.due_on or left.due_on,
        stop=stop,
        trace=[*left.trace, *right.trace[1:]],
    )
