"""When the steps of a month are due, and which of them are late."""

from collections.abc import Mapping, Sequence
from datetime import date

from service.payment_calendar.model import (
    CalendarRule,
    Deadline,
    Remaining,
    Step,
    StepStanding,
    StepState,
)
from service.period import Month, next_month


def days_of(month: Month, rule: CalendarRule) -> list[Deadline]:
    """The days as the rule counts them, all of them in the month after the earned one."""
    after = next_month(month)
    return [
        Deadline(Step.REPORTING, after.replace(day=rule.reporting_closes_day)),
        Deadline(Step.PUT_UP, after.replace(day=rule.put_up_day)),
        Deadline(Step.PAYMENT, after.replace(day=rule.payment_day)),
    ]


def standings(
    deadlines: Sequence[Deadline], remaining: Mapping[Step, Remaining], *, today: date
) -> list[StepStanding]:
    """How each step stands on a day: done when nothing remains of it once its month is over."""
    return [_standing(one, remaining[one.step], today=today) for one in deadlines]


def _standing(deadline: Deadline, remaining: Remaining, *, today: date) -> StepStanding:
    late = max(0, (today - deadline.on).days) if remaining.payment_count else 0
    is_over = today >= deadline.on.replace(day=1)
    if late:
        state = StepState.LATE
    elif is_over and not remaining.payment_count:
        state = StepState.DONE
    else:
        state = StepState.OPEN
    return StepStanding(deadline.step, deadline.on, remaining, state, late)
