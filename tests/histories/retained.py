"""The retention part, day by day: one more payment for who stays after the subsidised months."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tests.histories.obvious import (
    DAY,
    Agreement,
    MinimumWage,
    Piece,
    days_from,
    first_of_month,
    half_up,
    is_suspended,
    same_day,
    wage_of,
    why_not,
)

RETENTION = "retention"
RATE = Fraction(1, 5)


def retained_days(agreement: Agreement) -> list[date]:
    """The days after the subsidised ones that it looks at; none where there is no such part."""
    rules = agreement.rules
    if rules.retained_until is None:
        return []
    first = max(same_day(agreement.first_day, rules.months), agreement.last_day + DAY)
    return days_from(first, same_day(agreement.first_day, rules.retained_until))


def retention(agreement: Agreement, wages: Sequence[MinimumWage]) -> Piece | None:
    """The retention part in the calendar month of its last day, if there is one."""
    days = retained_days(agreement)
    if not days:
        return None
    month = first_of_month(days[-1])
    if agreement.employed_until < days[-1]:
        return Piece(month, 0, "employment_ended")
    counted = [day for day in days if not is_suspended(agreement, day)]
    reason = why_not(agreement, wages, sorted({first_of_month(day) for day in counted}))
    if reason is not None:
        return Piece(month, 0, reason)
    cents = half_up(RATE * _wages(agreement, counted))
    return Piece(month, cents, None if cents else "nothing_earned")


def _wages(agreement: Agreement, counted: list[date]) -> Fraction:
    """The wages by programme month, each at most that at which the monthly maximum binds."""
    rules = agreement.rules
    assert rules.rate is not None
    assert rules.retained_until is not None
    wages = Fraction(0)
    for number in range(rules.retained_until):
        first = same_day(agreement.first_day, number)
        following = same_day(agreement.first_day, number + 1)
        own = [day for day in counted if first <= day < following]
        most = rules.monthly_cents / rules.rate * len(own) / (following - first).days
        wages += min(wage_of(agreement, own), most)
    return wages
