"""What an agreement of Kosovo's schemes comes to, counted day by day: slow, obvious and alone.

It is written from the rules in words. It uses nothing of the service and nothing of the models of
other tests, so that it can be wrong only by itself.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec

DAY = timedelta(days=1)
SATURDAY = 5
FULL_WEEK_HOURS = 40
SUBSIDY = "subsidy"


class Rules(msgspec.Struct, frozen=True):
    """A share of the wage, or a flat amount by attendance; at most so many cents a month.

    `retained_until` months from the first day a retention part is paid, where there is one.
    """

    rate: Fraction | None
    monthly_cents: int
    months: int
    retained_until: int | None = None


class MinimumWage(msgspec.Struct, frozen=True):
    """What full time pays at least from a day on, and up to a day; in cents a month."""

    from_day: date
    before_day: date | None
    monthly_cents: int


class Report(msgspec.Struct):
    """What was worked and paid in a calendar month."""

    expected: int
    worked: int
    leave: int
    gross_cents: int
    confirmed: bool = False

    def says(self) -> tuple[int, int, int, int]:
        """All but the confirmation."""
        return self.expected, self.worked, self.leave, self.gross_cents


class Break(msgspec.Struct):
    """Days on which the agreement is suspended; without a last day it is open."""

    first_day: date
    last_day: date | None

    def takes(self, day: date) -> bool:
        """Whether the day is suspended."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class Agreement(msgspec.Struct):
    """An agreement as it is known now."""

    rules: Rules
    first_day: date
    last_day: date
    employed_until: date
    weekly_hours: int
    breaks: list[Break]
    reports: dict[date, Report]


class Piece(msgspec.Struct, frozen=True):
    """What a programme month comes to before the entitlement, and why nothing if nothing."""

    month: date
    cents: int
    reason: str | None


class Due(msgspec.Struct, frozen=True):
    """What a calendar month comes to, or why it comes to nothing."""

    cents: int
    reason: str | None


def same_day(first: date, months: int) -> date:
    """The day of the month as many months later; the last one where a month has no such day."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    day = first.day
    while True:
        try:
            return date(year, month + 1, day)
        except ValueError:
            day -= 1


def days_from(first: date, before: date) -> list[date]:
    """Each day from the first on, up to the day before another."""
    return [first + DAY * number for number in range((before - first).days)]


def days_of_month(month: date) -> list[date]:
    """Each day of a calendar month."""
    return days_from(month, same_day(month, 1))


def first_of_month(day: date) -> date:
    """The calendar month of a day."""
    return day.replace(day=1)


def half_up(exact: Fraction) -> int:
    """Whole cents; half a cent is one more."""
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest >= exact.denominator)


def pieces(agreement: Agreement, wages: Sequence[MinimumWage], since: date) -> list[Piece]:
    """The programme months whose last day lies in a calendar month or in a later one."""
    found = []
    number = 0
    while (first := same_day(agreement.first_day, number)) <= agreement.last_day:
        number += 1
        following = same_day(agreement.first_day, number)
        whole = days_from(first, following)
        lasted = [day for day in whole if day <= agreement.last_day]
        month = first_of_month(lasted[-1])
        if month >= since:
            found.append(Piece(month, *_piece(agreement, wages, lasted, len(whole))))
    return found


def _piece(
    agreement: Agreement, wages: Sequence[MinimumWage], lasted: list[date], whole_days: int
) -> tuple[int, str | None]:
    counted = [day for day in lasted if not is_suspended(agreement, day)]
    months = sorted({first_of_month(day) for day in counted})
    reason = why_not(agreement, wages, months)
    if reason is not None:
        return 0, reason
    if agreement.rules.rate is None:
        cents = half_up(_flat(agreement, counted, whole_days))
    else:
        cents = half_up(_share(agreement, counted, whole_days, agreement.rules.rate))
    return cents, None if cents else "nothing_earned"


def is_suspended(agreement: Agreement, day: date) -> bool:
    """Whether the day does not count."""
    return any(one.takes(day) for one in agreement.breaks)


def why_not(agreement: Agreement, wages: Sequence[MinimumWage], months: list[date]) -> str | None:
    """Why the days of some calendar months come to nothing, if they do."""
    if not months:
        return "suspended"
    reports = [agreement.reports.get(month) for month in months]
    said = [report for report in reports if report is not None]
    if len(said) < len(months):
        return "evidence_missing"
    if not all(report.confirmed for report in said):
        return "evidence_unconfirmed"
    for month, report in zip(months, said, strict=True):
        if report.gross_cents < least_cents(agreement, wages, month, report):
            return "wage_below_minimum"
    return None


def attended(report: Report) -> Fraction:
    """The part of the expected days that was worked or paid leave."""
    return Fraction(report.worked + report.leave, report.expected)


def employed(agreement: Agreement, month: date) -> list[date]:
    """The days of a month on which there is employment."""
    return [
        day
        for day in days_of_month(month)
        if agreement.first_day <= day <= agreement.employed_until
    ]


def least_cents(
    agreement: Agreement, wages: Sequence[MinimumWage], month: date, report: Report
) -> int:
    """The minimum wage of the month for the hours and for the days at work, rounded down.

    Employers count calendar days or weekdays: the smaller part is asked of them.
    """
    monthly_cents = next(
        (
            wage.monthly_cents
            for wage in wages
            if wage.from_day <= month and (wage.before_day is None or month < wage.before_day)
        ),
        0,
    )
    whole = days_of_month(month)
    at_work = [day for day in employed(agreement, month) if not is_suspended(agreement, day)]
    share = min(
        Fraction(len(at_work), len(whole)),
        Fraction(_weekdays(at_work), _weekdays(whole)),
    )
    hours = Fraction(agreement.weekly_hours, FULL_WEEK_HOURS)
    exact = monthly_cents * hours * share * attended(report)
    return exact.numerator // exact.denominator


def _weekdays(days: Sequence[date]) -> int:
    return sum(day.weekday() < SATURDAY for day in days)


def _share(agreement: Agreement, counted: list[date], whole_days: int, rate: Fraction) -> Fraction:
    """Each day earns its part of the wage of its calendar month, and has its part of the cap."""
    most = len(counted) * Fraction(agreement.rules.monthly_cents, whole_days)
    return min(wage_of(agreement, counted) * rate, most)


def wage_of(agreement: Agreement, counted: list[date]) -> Fraction:
    """The wage of some days: each has its part of what was paid for its calendar month."""
    wage = Fraction(0)
    for month, days in Counter(first_of_month(day) for day in counted).items():
        of_day = Fraction(agreement.reports[month].gross_cents, len(employed(agreement, month)))
        wage += days * of_day
    return wage


def _flat(agreement: Agreement, counted: list[date], whole_days: int) -> Fraction:
    """Each day has its part of the flat amount, as far as its calendar month was attended."""
    of_day = Fraction(agreement.rules.monthly_cents, whole_days)
    earned = Fraction(0)
    for month, days in Counter(first_of_month(day) for day in counted).items():
        earned += days * of_day * attended(agreement.reports[month])
    return earned


def month_due(agreement: Agreement, own: list[Piece], month: date, before_cents: int) -> Due:
    """A calendar month, when the months before it came to so many cents; `own`: all its pieces."""
    in_month = [piece for piece in own if piece.month == month]
    if not in_month:
        last = same_day(month, 1) - DAY
        outside = agreement.last_day < month or last < agreement.first_day
        return Due(0, "outside_period" if outside else "programme_month_runs")
    left = max(0, agreement.rules.months * agreement.rules.monthly_cents - before_cents)
    reasons = []
    due = 0
    for piece in in_month:
        cents = min(piece.cents, left)
        left -= cents
        due += cents
        reasons.append(piece.reason or ("entitlement_used" if not cents else None))
    return Due(due, None if due else _strongest(reasons))


BLOCKING = {"evidence_missing", "evidence_unconfirmed", "wage_below_minimum"}


def _strongest(reasons: Sequence[str | None]) -> str | None:
    """Somebody has to act on what is blocked, so it is said first."""
    said = [reason for reason in reasons if reason is not None]
    return min(said, key=lambda reason: reason not in BLOCKING)
