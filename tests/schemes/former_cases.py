"""Cases for the rules: an agreement of plain facts, varied by what a test names."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import msgspec

from service.money import ZERO, Cents
from service.period import Month, Period, add_months, months_touched
from service.schemes.model import MinimumWage
from tests.schemes.former import Case, Evidence, Kind, Result, Terms, compute

SCHEMES = {
    "WS-70": Terms(Kind.WAGE_SHARE, 7000, Cents(35000), 6),
    "SP-FLAT": Terms(Kind.FLAT, None, Cents(26400), 6),
}
MINIMUM_WAGES = (
    MinimumWage(Period(date(2024, 10, 1), date(2026, 1, 1)), Cents(35000)),
    MinimumWage(Period(date(2026, 1, 1), date(2026, 7, 1)), Cents(42500)),
    MinimumWage(Period(date(2026, 7, 1), date(2100, 1, 1)), Cents(50000)),
)


def make_case(
    terms: Terms,
    first_day: date,
    *,
    last_day: date | None = None,
    wage_cents: int = 60000,
    weekly_hours: int = 40,
    suspensions: tuple[Period, ...] = (),
    attendance: Mapping[Month, tuple[int, int, int]] | None = None,
    minimum_wages: tuple[MinimumWage, ...] = MINIMUM_WAGES,
) -> Case:
    """An agreement from its first to its last day, with confirmed evidence for every month.

    Employment goes on for a year after an agreement that ran its course.
    """
    planned = add_months(first_day, terms.months)
    end = last_day + timedelta(days=1) if last_day else planned
    period = Period(first_day, end)
    employment = Period(first_day, end if end < planned else add_months(end, 12))
    days = attendance or {}
    evidence = {
        month: _evidence(month, employment, wage_cents, days.get(month, (22, 22, 0)))
        for month in months_touched(period)
    }
    return Case(
        starts_on=first_day,
        period=period,
        employment=employment,
        weekly_hours=weekly_hours,
        terms=terms,
        suspensions=suspensions,
        evidence=evidence,
        minimum_wages=minimum_wages,
        due_elsewhere_cents=ZERO,
    )


def _evidence(
    month: Month, employment: Period, wage_cents: int, days: tuple[int, int, int]
) -> Evidence:
    whole = Period(month, add_months(month, 1))
    employed = employment.overlap(whole)
    assert employed is not None
    paid_cents = -(-wage_cents * employed.days // whole.days)
    return Evidence(*days, gross_wage_cents=Cents(paid_cents), confirmed=True)


def compute_all(case: Case) -> Iterator[tuple[Month, Result]]:
    """Each month of the agreement in order, knowing what the earlier ones came to."""
    due_cents = ZERO
    for month in months_touched(case.period):
        known = msgspec.structs.replace(case, due_elsewhere_cents=due_cents)
        result = compute(known, month)
        due_cents = Cents(due_cents + result.amount_cents)
        yield month, result
