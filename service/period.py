"""Days and months: half-open periods, and month arithmetic that never invents a day."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NewType, Self

import msgspec
from babel.dates import format_date

from service.i18n import N_, locale_of
from service.problems import Problem

Month = NewType("Month", date)
WRITTEN_MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")


class InvalidMonth(Problem):
    """What was typed is not a month."""

    slug = "invalid-month"
    title = N_("Write the month as year and month, such as 2026-10.")
    status = 422


class Period(msgspec.Struct, frozen=True, order=True):
    """Days from `start` up to, not including, `end`; the same as a `daterange` in the database."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days the period holds."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period, as people say it."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlap(self, other: Self) -> "Period | None":
        """The days in both periods, or None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def month_of(day: date) -> Month:
    """The calendar month that holds a day."""
    return Month(day.replace(day=1))


@lru_cache(maxsize=10_000)  # a month of instalments asks the same few thousands of times
def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_month(month: Month) -> Month:
    """The month after."""
    return Month(add_months(month, 1))


@lru_cache(maxsize=1_000)
def month_period(month: Month) -> Period:
    """The days of a calendar month."""
    return Period(month, next_month(month))


def months_touched(period: Period) -> list[Month]:
    """The calendar months that hold a day of the period, in order."""
    months = [month_of(period.start)]
    while (following := next_month(months[-1])) < period.end:
        months.append(following)
    return months


def parse_month(text: str) -> Month:
    """A month as people type it, `2026-10`; InvalidMonth otherwise."""
    written = WRITTEN_MONTH.fullmatch(text)
    if written is None:
        raise InvalidMonth
    return Month(date(int(written["year"]), int(written["month"]), 1))


def format_month(month: date) -> str:
    """A month as `2026-10`."""
    return f"{month:%Y-%m}"


def format_month_name(month: date, language: str = "en") -> str:
    """A month as people read it: `October 2026` in English, `tetor 2026` in Albanian."""
    return format_date(month, "LLLL y", locale=locale_of(language))
