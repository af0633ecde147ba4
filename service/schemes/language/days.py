"""The calendar of schemes: day counts, months and stretches of days; all periods are half-open.

Day counts by their usual names: actual days, weekdays, 30E/360, calendar months and days,
whole months counted from a start day, and months whose last day is reached (census).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from service.period import Period, add_months, month_of, month_period

WEEK, WORKDAYS = 7, 5
ONE_DAY = timedelta(days=1)


def weekdays(period: Period) -> int:
    """Mondays to Fridays of a period; public holidays count."""
    weeks, rest = divmod(max(0, period.days), WEEK)
    first = period.start.weekday()
    return weeks * WORKDAYS + sum((first + day) % WEEK < WORKDAYS for day in range(rest))


def merged(periods: Iterable[Period]) -> list[Period]:
    """Stretches of days that at least one period covers, in order; those that touch are one."""
    stretches: list[Period] = []
    for one in sorted(period for period in periods if period.days > 0):
        if stretches and one.start <= stretches[-1].end:
            last = stretches.pop()
            stretches.append(Period(last.start, max(last.end, one.end)))
        else:
            stretches.append(one)
    return stretches


def without(period: Period, breaks: Iterable[Period]) -> list[Period]:
    """The stretches of a period that no break takes; a day in two breaks is taken once."""
    free: list[Period] = []
    start = period.start
    for one in merged(breaks):
        if start < (until := min(one.start, period.end)):
            free.append(Period(start, until))
        start = max(start, one.end)
    if start < period.end:
        free.append(Period(start, period.end))
    return free


def split(period: Period, days: Iterable[date]) -> list[Period]:
    """A period cut at the days that lie inside it, each the first day of a new piece."""
    inside = {day for day in days if period.start < day < period.end}
    edges = sorted({period.start, period.end} | inside)
    return [Period(first, until) for first, until in pairwise(edges)]


@lru_cache(maxsize=10_000)
def calendar_months(period: Period) -> tuple[Period, ...]:
    """The part of each calendar month that a period touches, in order."""
    if period.days <= 0:
        return ()
    starts = [period.start]
    while (following := add_months(month_of(starts[-1]), 1)) < period.end:
        starts.append(following)
    return tuple(
        Period(first, until) for first, until in zip(starts, [*starts[1:], period.end], strict=True)
    )


def programme_months(period: Period, anchor: date) -> list[tuple[int, Period, Period]]:
    """Months counted from an anchor day: number, the part inside the period, the whole month."""
    found: list[tuple[int, Period, Period]] = []
    if period.days <= 0:
        return found
    distance = (period.start.year - anchor.year) * 12 + period.start.month - anchor.month
    index = max(0, distance - 1)
    while (start := add_months(anchor, index)) < period.end:
        whole = Period(start, add_months(anchor, index + 1))
        part = whole.overlap(period)
        if part is not None:
            found.append((index + 1, part, whole))
        index += 1
    return found


def weeks(period: Period) -> list[tuple[Period, Period]]:
    """The weeks from Monday that a period touches: the part inside it, and the whole week."""
    found: list[tuple[Period, Period]] = []
    monday = period.start - timedelta(days=period.start.weekday())
    while monday < period.end:
        whole = Period(monday, monday + timedelta(days=WEEK))
        part = whole.overlap(period)
        if part is not None:
            found.append((part, whole))
        monday = whole.end
    return found


def months_between(start: date, until: date) -> int:
    """Whole months from one day to another, the later not included; below 0 in the other order."""
    months = (until.year - start.year) * 12 + until.month - start.month
    if months > 0:
        return months - (add_months(start, months) > until)
    return months + (add_months(start, months) < until) if months < 0 else 0


def days_after_months(start: date, until: date) -> int:
    """The days that are left of a stretch after its whole months."""
    return (until - add_months(start, months_between(start, until))).days


def months_30e_360(start: date, until: date) -> Fraction:
    """Months of 30 days by 30E/360: a 31st counts as a 30th."""
    first, last = min(start.day, 30), min(until.day, 30)
    years, months = until.year - start.year, until.month - start.month
    return Fraction(360 * years + 30 * months + last - first, 30)


def month_ends(first: date, last: date) -> int:
    """How many last days of months lie between two days, both included (census)."""
    if last < first:
        return 0
    after = last + ONE_DAY
    return (after.year - first.year) * 12 + after.month - first.month


def age(born: date, on: date) -> int:
    """Full years on a day; who is born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def days_inside(period: Period, covers: Sequence[Period]) -> int:
    """The days of a period that at least one of others covers."""
    return period.days - sum(part.days for part in without(period, covers))


def whole_month(day: date) -> Period:
    """The calendar month that holds a day."""
    return month_period(month_of(day))
