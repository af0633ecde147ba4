"""Agreements at random for Kosovo's schemes: as the present rules take them, and as facts."""

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from math import floor
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import service.schemes
from service.money import ZERO, Cents
from service.period import Month, Period, add_months, month_period, months_touched
from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.days import weekdays
from service.schemes.language.facts import bind
from service.schemes.language.program import Program
from service.schemes.language.results import Paid
from tests.schemes.former import Case, Evidence, Terms
from tests.schemes.former_cases import MINIMUM_WAGES

FOLDER = Path(service.schemes.__file__).parent / "shipped" / "kosovo"
WAGES = (0, 0, 21_250, 42_500, 50_000, 60_000, 123_457)

first_days = st.dates(date(2024, 10, 1), date(2027, 12, 31))


@lru_cache(maxsize=10)
def program_of(name: str) -> Program:
    """The checked document of a scheme, by the name of its file."""
    program, flaws = check_text((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert program is not None, flaws
    return program


def paid_for(name: str, case: Case) -> list[Paid]:
    """What a document comes to for an agreement."""
    program = program_of(name)
    return engine.run(program, bind(program, facts_of(case))).paid


def facts_of(case: Case) -> dict[str, Any]:
    """An agreement as the facts that all schemes of Kosovo take."""
    return {
        "agreement": {
            "start": case.starts_on,
            "period": written(case.period),
            "employment": written(case.employment),
            "weekly_hours": case.weekly_hours,
        },
        "suspensions": [{"period": written(period)} for period in case.suspensions],
        "evidence": [
            {
                "month": month,
                "gross": euros(evidence.gross_wage_cents),
                "days_expected": evidence.days_expected,
                "days_worked": evidence.days_worked,
                "days_paid_leave": evidence.days_paid_leave,
                "confirmed": evidence.confirmed,
            }
            for month, evidence in case.evidence.items()
        ],
        "minimum_wages": [
            {"period": written(wage.period), "monthly": euros(wage.monthly_cents)}
            for wage in case.minimum_wages
        ],
    }


def written(period: Period) -> dict[str, date]:
    """A period as facts say it."""
    return {"first_day": period.start, "last_day": period.last_day}


def euros(cents: int) -> str:
    """An amount as facts say it."""
    return f"{cents // 100}.{cents % 100:02}"


@st.composite
def agreements(draw: st.DrawFn, terms: Terms, *, employed_longer: bool = False) -> Case:
    """Any agreement: begun on any day, extended or cut short, suspended, reported well or not."""
    starts_on = draw(first_days)
    planned = add_months(starts_on, terms.months)
    moved = draw(st.just(0) | st.integers(-terms.months * 30, -1) | st.integers(1, 70))
    end = max(starts_on + timedelta(days=1), planned + timedelta(days=moved))
    longer = draw(st.just(0) | st.integers(0, 400)) if not employed_longer else 400
    employment = Period(
        starts_on - timedelta(days=draw(st.just(0) | st.integers(0, 20))),
        end + timedelta(days=longer),
    )
    period = Period(starts_on, end)
    suspensions = draw(st.just([]) | st.lists(breaks(starts_on), max_size=3))
    reported = employment if employed_longer else period
    usual = draw(st.none() | st.sampled_from(WAGES) | st.integers(0, 150_000))
    hours = draw(st.sampled_from([40, 40, 30, 20, 7]))
    is_orderly = draw(st.booleans())
    evidence = {
        month: draw(reports(wages_of(month, employment, usual, hours), is_orderly=is_orderly))
        for month in months_touched(reported)
        if employed_longer or is_orderly or draw(st.integers(0, 9))
    }
    return Case(
        starts_on=starts_on,
        period=period,
        employment=employment,
        weekly_hours=hours,
        terms=terms,
        suspensions=suspensions,
        evidence=evidence,
        minimum_wages=() if employed_longer or draw(st.booleans()) else MINIMUM_WAGES,
        due_elsewhere_cents=ZERO,
    )


@st.composite
def breaks(draw: st.DrawFn, starts_on: date) -> Period:
    """A suspension; some overlap, some take whole months, some lie outside the agreement."""
    first = starts_on + timedelta(days=draw(st.integers(-10, 250)))
    return Period(first, first + timedelta(days=draw(st.integers(1, 70))))


def wages_of(
    month: Month, employment: Period, usual_cents: int | None, hours: int
) -> st.SearchStrategy[int]:
    """The usual wage for the days employed; without one, the least by either count of days."""
    whole = month_period(month)
    employed = employment.overlap(whole)
    assert employed is not None
    if usual_cents is not None:
        return st.just(-(-usual_cents * employed.days // whole.days))
    monthly = next((wage.monthly_cents for wage in MINIMUM_WAGES if month in wage.period), 0)
    least = [
        floor(Fraction(monthly * hours, 40) * share)
        for share in (
            Fraction(employed.days, whole.days),
            Fraction(weekdays(employed), weekdays(whole)),
        )
    ]
    return st.sampled_from([min(least), min(least) - 1, max(least)]).map(
        lambda cents: max(0, cents)
    )


@st.composite
def reports(draw: st.DrawFn, wages: st.SearchStrategy[int], *, is_orderly: bool) -> Evidence:
    """A month as reported: all of it worked, or where it is not orderly, anything."""
    if is_orderly:
        return Evidence(22, 22, 0, Cents(draw(wages)), confirmed=True)
    wage_cents = draw(wages | wages | st.integers(0, 120_000))
    expected = draw(st.integers(1, 23))
    worked = draw(st.just(expected) | st.integers(0, expected))
    leave = draw(st.just(0) | st.integers(0, expected - worked))
    is_confirmed = draw(st.integers(0, 12)) > 0
    return Evidence(expected, worked, leave, Cents(wage_cents), confirmed=is_confirmed)
