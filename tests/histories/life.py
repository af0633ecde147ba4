"""What happens to one agreement at random: whatever people may do with it on a day, and no more."""

from collections.abc import Iterator
from datetime import date
from random import Random

import msgspec

from tests.histories.books import Books
from tests.histories.obvious import (
    DAY,
    Agreement,
    Break,
    MinimumWage,
    Report,
    Rules,
    days_of_month,
    first_of_month,
    same_day,
)
from tests.histories.retained import retained_days

SCHEMES = ("WS-70", "SP-FLAT")
HOURS = (40, 40, 30, 20)
BACKDATED_DAYS = 30
EMPLOYED_MONTHS = 12
ENDED_LATE_DAYS = 75


class Hire(msgspec.Struct, frozen=True):
    """Somebody begins, today or some days ago."""

    scheme: str
    first_day: date
    weekly_hours: int


class Reporting(msgspec.Struct, frozen=True):
    """The employer says what was worked and paid in a month, for the first time or again."""

    month: date
    said: tuple[int, int, int, int]


class Confirming(msgspec.Struct, frozen=True):
    """The office confirms the report of a month."""

    month: date


class Suspending(msgspec.Struct, frozen=True):
    """Days are taken out; without a last day until work resumes."""

    first_day: date
    last_day: date | None


class Resuming(msgspec.Struct, frozen=True):
    """Work goes on from a day."""

    on: date


class Extending(msgspec.Struct, frozen=True):
    """Suspended days are given back."""

    days: int


class Ending(msgspec.Struct, frozen=True):
    """It ends early."""

    last_day: date


Happening = Hire | Reporting | Confirming | Suspending | Resuming | Extending | Ending
Offer = dict[str, list[tuple[date, Rules]]]  # the rules of each scheme, from a day on


class Life:
    """One history: its chance, its books once it has begun, and a diary to read after a failure."""

    def __init__(self, seed: int, number: int, days: list[date]) -> None:
        self.number = number
        self.chance = Random(f"{seed}/{number}")
        self.begins_on = self.chance.choice(days[: len(days) * 2 // 3])
        self.is_diligent = self.chance.random() < 0.6
        self.is_steady = self.chance.random() < 0.4  # earns the most that there is, every month
        self.usual_cents = self.chance.randint(420_00, 900_00)
        self.books: Books | None = None
        self.is_over = False
        self.diary: list[str] = []

    @property
    def agreement(self) -> Agreement:
        """The agreement of a history that has begun."""
        assert self.books is not None
        return self.books.agreement

    def live(self, today: date, offer: Offer) -> list[Happening]:
        """What happens today, in its order; the books know it at once."""
        happenings = list(self._live(today, offer))
        self.diary.extend(f"{today}: {one}" for one in happenings)
        return happenings

    def _live(self, today: date, offer: Offer) -> Iterator[Happening]:
        if self.books is None:
            if today >= self.begins_on:
                yield self._begin(today, offer)
            return
        yield from self._report(today)
        yield from self._confirm()
        if not self.is_over and self.chance.random() < 0.15:
            at_work = (self._suspend, self._suspend, self._extend, self._end)
            suspended = (self._resume, self._resume, self._resume, self._extend, self._end)
            yield from self.chance.choice(suspended if self._open() else at_work)(today)

    def complete(self, today: date) -> None:
        """The night after the last day: nothing can be moved any more."""
        if self.books is not None and not self._open() and self.agreement.last_day < today:
            self.is_over = True

    def minimum_wage_changed(self, before: MinimumWage) -> None:
        """An act in the place of another, on whose days the agreement may have had a month."""
        if self.books is None:
            return
        begun = first_of_month(self.agreement.first_day)
        ends_before = before.before_day or date.max
        paid_until = max([self.agreement.last_day, *retained_days(self.agreement)[-1:]])
        if before.from_day <= paid_until and begun < ends_before:
            self.books.waiting.add(max(begun, first_of_month(before.from_day)))

    def _begin(self, today: date, offer: Offer) -> Hire:
        scheme = self.chance.choice(SCHEMES)
        first = today - DAY * self.chance.choice((0, 0, self.chance.randint(1, 35)))
        if self.chance.random() < 0.25:
            first = first_of_month(today)
        rules = [rules for from_day, rules in offer[scheme] if from_day <= first][-1]
        agreement = Agreement(
            rules=rules,
            first_day=first,
            last_day=same_day(first, rules.months) - DAY,
            employed_until=same_day(first, EMPLOYED_MONTHS) - DAY,
            weekly_hours=self.chance.choice(HOURS),
            breaks=[],
            reports={},
        )
        self.books = Books.opened(agreement)
        return Hire(scheme, first, agreement.weekly_hours)

    # ----- months are reported, corrected, withdrawn, said again, and confirmed

    def _report(self, today: date) -> Iterator[Reporting]:
        months = list(self._months_over(today))
        missing = [month for month in months if month not in self.agreement.reports]
        for month in missing:
            if self.chance.random() < (0.9 if self.is_diligent else 0.4):
                yield from self._say(month, self._worked(month))
        if months and self.chance.random() < (0.05 if self.is_steady else 0.2):
            month = self.chance.choice(months)
            if month not in missing:
                yield from self._say(month, self._corrected(month))

    def _months_over(self, today: date) -> Iterator[date]:
        """Months with a day of employment whose last such day has passed."""
        month = first_of_month(self.agreement.first_day)
        wanted = same_day(self.agreement.last_day, 1)
        until = min(
            self.agreement.employed_until, max([wanted, *retained_days(self.agreement)[-1:]])
        )
        while month <= until:
            if min(same_day(month, 1) - DAY, self.agreement.employed_until) < today:
                yield month
            month = same_day(month, 1)

    def _say(self, month: date, said: tuple[int, int, int, int]) -> Iterator[Reporting]:
        """Who says the same again has said nothing; all else is to be confirmed anew."""
        present = self.agreement.reports.get(month)
        if present is None or present.says() != said:
            self.agreement.reports[month] = Report(*said)
            self._changed(month)
        yield Reporting(month, said)

    def _changed(self, since: date) -> None:
        assert self.books is not None
        self.books.waiting.add(first_of_month(since))

    def _days_employed(self, month: date) -> int:
        agreement = self.agreement
        return sum(
            agreement.first_day <= day <= agreement.employed_until for day in days_of_month(month)
        )

    def _worked(self, month: date) -> tuple[int, int, int, int]:
        employed = self._days_employed(month)
        if self.is_steady:
            return employed, employed, 0, 950_00
        expected = self.chance.randint(max(1, employed - 10), employed)
        worked = self.chance.choice((expected, expected, self.chance.randint(0, expected)))
        leave = self.chance.choice(
            (0, expected - worked, self.chance.randint(0, expected - worked))
        )
        hours = self.agreement.weekly_hours
        full = self.usual_cents * hours * employed // (40 * len(days_of_month(month)))
        gross = full if self.chance.random() < 0.9 else self.chance.randint(0, 1_000_00)
        return expected, worked, leave, gross

    def _corrected(self, month: date) -> tuple[int, int, int, int]:
        expected, worked, leave, gross = self.agreement.reports[month].says()
        employed = self._days_employed(month)
        if expected > employed:  # the employment was cut meanwhile
            return self._worked(month)
        return self.chance.choice(
            (
                (expected, worked, leave, gross + self.chance.randint(1, 200_00)),
                (expected, worked, leave, max(0, gross - self.chance.randint(1, 200_00))),
                (expected, worked // 2, leave, gross),
                (expected, expected, 0, gross),
                (expected, 0, 0, 0),
                (expected, worked, leave, gross),
                self._worked(month),
            )
        )

    def _confirm(self) -> Iterator[Confirming]:
        for month, report in self.agreement.reports.items():
            if not report.confirmed and self.chance.random() < (0.8 if self.is_diligent else 0.4):
                report.confirmed = True
                self._changed(month)
                yield Confirming(month)

    # ----- breaks, and days given back and cut off

    def _open(self) -> Break | None:
        return next((one for one in self.agreement.breaks if one.last_day is None), None)

    def _suspend(self, today: date) -> Iterator[Suspending]:
        """Told up to thirty days late, or ahead; an open one from today at the latest."""
        first = today + DAY * self.chance.randint(-BACKDATED_DAYS, 15)
        last = first + DAY * self.chance.randint(0, 40)
        if self._open() or not self.agreement.first_day <= first <= self.agreement.last_day:
            return
        wanted = Break(first, None if first <= today and self.chance.random() < 0.4 else last)
        if any(one.takes(first) or wanted.takes(one.first_day) for one in self.agreement.breaks):
            return
        self.agreement.breaks.append(wanted)
        self._changed(first)
        yield Suspending(first, wanted.last_day)

    def _resume(self, today: date) -> Iterator[Resuming]:
        suspended = self._open()
        if suspended is None or suspended.first_day >= today:
            return
        earliest = max(suspended.first_day + DAY, today - DAY * BACKDATED_DAYS)
        on = earliest + DAY * self.chance.randint(0, (today - earliest).days)
        suspended.last_day = on - DAY
        self._changed(suspended.first_day)
        yield Resuming(on)

    def _extend(self, today: date) -> Iterator[Extending]:
        agreement = self.agreement
        days = [
            day
            for one in agreement.breaks
            for day in _days(one.first_day, one.last_day or max(one.first_day, today))
            if agreement.first_day <= day <= agreement.last_day
        ]
        planned = same_day(agreement.first_day, agreement.rules.months) - DAY
        left = len(days) - (agreement.last_day - planned).days
        if left < 1:
            return
        given = self.chance.choice((left, self.chance.randint(1, left)))
        self._changed(agreement.last_day)
        agreement.last_day += DAY * given
        agreement.employed_until = max(agreement.employed_until, agreement.last_day)
        yield Extending(given)

    def _end(self, today: date) -> Iterator[Ending]:
        agreement = self.agreement
        if self.chance.random() < 0.4:  # most go on
            return
        earliest = max(agreement.first_day, today - DAY * ENDED_LATE_DAYS)
        latest = min(agreement.last_day, today)
        if earliest > latest:
            return
        last = earliest + DAY * self.chance.randint(0, (latest - earliest).days)
        suspended = self._open()
        if suspended is not None:
            suspended.last_day = max(last, suspended.first_day)
            self._changed(suspended.first_day)
        agreement.last_day = agreement.employed_until = last
        self._changed(last)
        self.is_over = True
        yield Ending(last)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
