"""The calendar functions and table makers of the language: what they take and what they answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec

from service.period import Period, add_months, month_of
from service.schemes.language import days as calendar
from service.schemes.language.kinds import (
    COUNT,
    DATE,
    PERIOD,
    TRUTH,
    Kind,
    counted,
    quantity,
)

DAYS, MONTHS, YEARS, WEEKS = (counted(unit) for unit in ("days", "months", "years", "weeks"))
FOREVER = date(9999, 12, 31)


class Takes(msgspec.Struct, frozen=True):
    """One argument: its kind, and whether it is a column of a table instead of a single value."""

    kind: Kind
    column: bool = False


class Function(msgspec.Struct, frozen=True):
    """A function: what it takes in order, what it answers, and how; `more` repeats the last."""

    takes: tuple[Takes, ...]
    answers: Kind
    run: Callable[..., Any]
    more: bool = False


def _through(first: date, last: date) -> Period:
    return Period(first, max(first, last + timedelta(days=1)))


def _until(first: date, end: date) -> Period:
    return Period(first, max(first, end))


def _add_overflowing(day: date, months: int) -> date:
    """The same day of a later month; where there is none, the first day of the month after it."""
    clamped = add_months(day, months)
    return clamped if clamped.day == day.day else clamped + timedelta(days=1)


def _one(kind: Kind) -> Takes:
    return Takes(kind)


def _many(kind: Kind) -> Takes:
    return Takes(kind, column=True)


FUNCTIONS: Mapping[str, Function] = {
    "through": Function((_one(DATE), _one(DATE)), PERIOD, _through),
    "until": Function((_one(DATE), _one(DATE)), PERIOD, _until),
    "start": Function((_one(PERIOD),), DATE, lambda p: p.start),
    "last_day": Function((_one(PERIOD),), DATE, lambda p: p.last_day),
    "end": Function((_one(PERIOD),), DATE, lambda p: p.end),
    "days": Function((_one(PERIOD),), DAYS, lambda p: p.days),
    "weekdays": Function((_one(PERIOD),), DAYS, calendar.weekdays),
    "overlaps": Function(
        (_one(PERIOD), _one(PERIOD)), TRUTH, lambda p, q: p.overlap(q) is not None
    ),
    "overlap": Function(
        (_one(PERIOD), _one(PERIOD)),
        PERIOD,
        lambda p, q: p.overlap(q) or Period(p.start, p.start),
    ),
    "is_empty": Function((_one(PERIOD),), TRUTH, lambda p: p.days <= 0),
    "days_without": Function(
        (_one(PERIOD), _many(PERIOD)),
        DAYS,
        lambda p, breaks: sum(part.days for part in calendar.without(p, breaks)),
    ),
    "weekdays_without": Function(
        (_one(PERIOD), _many(PERIOD)),
        DAYS,
        lambda p, breaks: sum(calendar.weekdays(part) for part in calendar.without(p, breaks)),
    ),
    "days_inside": Function((_one(PERIOD), _many(PERIOD)), DAYS, calendar.days_inside),
    "month_of": Function((_one(DATE),), DATE, month_of),
    "month_end": Function((_one(DATE),), DATE, lambda day: calendar.whole_month(day).last_day),
    "whole_month": Function((_one(DATE),), PERIOD, calendar.whole_month),
    "year": Function((_one(DATE),), COUNT, lambda day: day.year),
    "month_number": Function((_one(DATE),), COUNT, lambda day: day.month),
    "day_of_month": Function((_one(DATE),), COUNT, lambda day: day.day),
    "weekday": Function((_one(DATE),), COUNT, lambda day: day.isoweekday()),
    "new_year": Function((_one(DATE),), DATE, lambda day: date(day.year, 1, 1)),
    "age": Function((_one(DATE), _one(DATE)), YEARS, calendar.age),
    "months_between": Function((_one(DATE), _one(DATE)), MONTHS, calendar.months_between),
    "days_after_months": Function((_one(DATE), _one(DATE)), DAYS, calendar.days_after_months),
    "months_30e_360": Function(
        (_one(DATE), _one(DATE)), quantity((("months", 1),)), calendar.months_30e_360
    ),
    "month_ends": Function((_one(DATE), _one(DATE)), COUNT, calendar.month_ends),
    "overflow_months": Function((_one(DATE), _one(MONTHS)), DATE, _add_overflowing),
}


class Maker(msgspec.Struct, frozen=True):
    """Makes the rows of a table: what it takes, the columns it fills, and how."""

    takes: tuple[Takes, ...]
    columns: Mapping[str, Kind]
    run: Callable[..., Sequence[tuple[Any, ...]]]
    more: bool = False


def _numbered(periods: Sequence[Period]) -> list[tuple[Any, ...]]:
    return [(number, period) for number, period in enumerate(periods, 1)]


def _months(period: Period) -> list[tuple[Any, ...]]:
    return [
        (number, part, calendar.whole_month(part.start), month_of(part.start))
        for number, part in enumerate(calendar.calendar_months(period), 1)
    ]


def _split(period: Period, *days: Any) -> list[tuple[Any, ...]]:
    found: list[date] = []
    for one in days:
        found.extend(one if isinstance(one, list) else [one])
    return _numbered(calendar.split(period, found) if period.days > 0 else [])


def _split_by_month(period: Period, *days: Any) -> list[tuple[Any, ...]]:
    edges = [part.start for part in calendar.calendar_months(period)]
    return _split(period, edges, *days)


def _weeks(period: Period) -> list[tuple[Any, ...]]:
    return [(number, *week) for number, week in enumerate(calendar.weeks(period), 1)]


def _stretches(period: Period, breaks: list[Period]) -> list[tuple[Any, ...]]:
    return _numbered(calendar.without(period, breaks))


def _distinct(*days: Any) -> list[tuple[Any, ...]]:
    found: set[date] = set()
    for one in days:
        found.update(one if isinstance(one, list) else [one])
    return list(enumerate(sorted(found), 1))


PIECE = {"number": COUNT, "period": PERIOD}
WHOLE = {**PIECE, "whole": PERIOD}
ANY_DAYS = Takes(DATE, column=True)
MAKERS: Mapping[str, Maker] = {
    "months": Maker((_one(PERIOD),), {**WHOLE, "month": DATE}, _months),
    "programme_months": Maker((_one(PERIOD), _one(DATE)), WHOLE, calendar.programme_months),
    "weeks": Maker((_one(PERIOD),), WHOLE, _weeks),
    "split": Maker((_one(PERIOD), ANY_DAYS), PIECE, _split, more=True),
    "split_by_month": Maker((_one(PERIOD), ANY_DAYS), PIECE, _split_by_month, more=True),
    "stretches": Maker((_one(PERIOD), _many(PERIOD)), PIECE, _stretches),
    "merged": Maker((_many(PERIOD),), PIECE, lambda found: _numbered(calendar.merged(found))),
    "distinct": Maker((ANY_DAYS,), {"number": COUNT, "day": DATE}, _distinct, more=True),
}
# Rows of another table: those that fit a condition, or all of them in the order of a column.
SELECTIONS = ("select", "ordered", "ordered_down")
AGGREGATES = ("sum", "count", "any", "all", "least", "greatest", "first", "last")
SHARING = ("largest_remainder", "first", "last", "none")


def shared(
    total: Fraction, weights: Sequence[Fraction], *, method: str, unit: Fraction
) -> list[Fraction]:
    """A total divided by weights into whole units; the parts add up to it, save with `none`.

    What flooring leaves goes to the largest remainders (the earlier row wins a tie), or to the
    first or the last row. A row never gets more than is left. Weights that sum to 0 get nothing.
    """
    whole = sum(weights, Fraction(0))
    if not whole:
        return [Fraction(0) for _ in weights]
    exact = [total * weight / whole / unit for weight in weights]
    parts = [Fraction(part.numerator // part.denominator) for part in exact]
    left = total / unit - sum(parts, Fraction(0))
    if method == "first":
        parts[0] += left
    elif method == "last":
        parts[-1] += left
    elif method == "largest_remainder":
        order = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
        for index in order:
            given = min(left, Fraction(1))
            parts[index] += given
            left -= given
    return [part * unit for part in parts]
