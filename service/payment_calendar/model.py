"""The steps that a month's money takes, the days they are due on, and how each stands."""

from datetime import date
from enum import StrEnum

import msgspec

from service.money import Cents


class Step(StrEnum):
    """What is due on a day of the month after the earned one."""

    REPORTING = "reporting"
    PUT_UP = "put_up"
    PAYMENT = "payment"


class StepState(StrEnum):
    """Whether a step is done, still to come, or late."""

    DONE = "done"
    OPEN = "open"
    LATE = "late"


class CalendarRule(msgspec.Struct, frozen=True):
    """Days of the month after the earned one, and whose rule it is."""

    reporting_closes_day: int
    put_up_day: int
    payment_day: int
    source: str


class Deadline(msgspec.Struct, frozen=True):
    """The last day of a step."""

    step: Step
    on: date


class Remaining(msgspec.Struct, frozen=True):
    """What of a month has not gone through a step yet: how many payments, and how much is due."""

    payment_count: int
    due_cents: Cents


class StepStanding(msgspec.Struct, frozen=True):
    """A step with its last day, what remains of it, and what that says on a day."""

    step: Step
    on: date
    remaining: Remaining
    state: StepState
    days_late: int
