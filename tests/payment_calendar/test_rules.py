"""Which day each step of a month is due on, and when it is late."""

from datetime import date

import pytest

from service.bank_profiles.rules import bank_day_by
from service.money import Cents
from service.payment_calendar.model import CalendarRule, Remaining, Step, StepState
from service.payment_calendar.rules import days_of, standings
from service.period import Month

OCTOBER, DECEMBER = Month(date(2026, 10, 1)), Month(date(2026, 12, 1))
RULE = CalendarRule(20, 22, 25, "A rule of the test")
NOTHING, SOMETHING = Remaining(0, Cents(0)), Remaining(2, Cents(700_00))


@pytest.mark.parametrize(
    ("month", "reporting", "put_up", "payment"),
    [
        (OCTOBER, "2026-11-20", "2026-11-22", "2026-11-25"),
        (DECEMBER, "2027-01-20", "2027-01-22", "2027-01-25"),
    ],
)
def test_the_days_are_those_of_the_month_after(
    month: Month, reporting: str, put_up: str, payment: str
) -> None:
    days = {one.step: one.on.isoformat() for one in days_of(month, RULE)}

    assert days == {Step.REPORTING: reporting, Step.PUT_UP: put_up, Step.PAYMENT: payment}


@pytest.mark.parametrize(
    ("today", "remaining", "state", "days_late"),
    [
        (date(2026, 11, 20), SOMETHING, StepState.OPEN, 0),
        (date(2026, 11, 21), SOMETHING, StepState.LATE, 1),
        (date(2026, 12, 1), SOMETHING, StepState.LATE, 11),
        (date(2026, 11, 3), NOTHING, StepState.DONE, 0),
        (date(2026, 12, 1), NOTHING, StepState.DONE, 0),
        (date(2026, 10, 15), NOTHING, StepState.OPEN, 0),
    ],
)
def test_a_step_is_late_when_its_day_has_passed_and_something_remains(
    today: date, remaining: Remaining, state: StepState, days_late: int
) -> None:
    left = dict.fromkeys(Step, remaining)

    reporting = standings(days_of(OCTOBER, RULE), left, today=today)[0]

    assert (reporting.state, reporting.days_late) == (state, days_late)


def test_what_is_due_on_a_closed_day_is_due_before_it() -> None:
    sunday = date(2026, 11, 22)

    assert bank_day_by(sunday, {}) == date(2026, 11, 20)
    assert bank_day_by(sunday, {date(2026, 11, 20): True}) == date(2026, 11, 19)
    assert bank_day_by(sunday, {sunday: False}) == sunday
