"""Facts as they were known at a moment, and the changes that nothing was computed from yet."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import AgreementId, BudgetLineId, SchemeVersionId
from service.money import Cents
from service.period import Month, Period


class Fact(StrEnum):
    """What an instalment follows from, and may change it for months that were computed."""

    START = "start"
    DATES = "dates"
    SUSPENSION = "suspension"
    ATTENDANCE = "attendance"
    MINIMUM_WAGE = "minimum_wage"
    BUDGET = "budget"


class Span(msgspec.Struct, frozen=True):
    """The months of an agreement that are computed together: from the first to the last."""

    agreement_id: AgreementId
    from_month: Month
    through_month: Month


class AgreementFacts(msgspec.Struct, frozen=True):
    """An agreement and its scheme, since when all of it is known, and when it was computed last."""

    agreement_id: AgreementId
    budget_line_id: BudgetLineId
    starts_on: date
    period: Period
    employment: Period
    weekly_hours: int
    scheme_version_id: SchemeVersionId
    replacement_months: int | None
    suspended_from: list[date]
    suspended_until: list[date | None]
    known_at: datetime
    computed_at: datetime | None


class Reported(msgspec.Struct, frozen=True):
    """A month's attendance in days and its gross wage, as last reported at a moment."""

    agreement_id: AgreementId
    month: Month
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents
    confirmed: bool
    known_at: datetime


class ChangeCount(msgspec.Struct, frozen=True):
    """How many agreements wait to be computed again because of one kind of fact."""

    fact: Fact
    agreement_count: int
