"""Quality as nouns: a payment that was drawn, what a reviewer found, the rate of error."""

from datetime import datetime
from enum import StrEnum

import msgspec

from service.ids import PayoutLineId
from service.money import Cents
from service.period import Month


class DrawnFor(StrEnum):
    """Why a payment was drawn to be looked at again."""

    FIRST_CASE = "first_case"
    OVERRIDE = "override"
    ACCOUNT_CHANGE = "account_change"
    VISIT = "visit"
    RANDOM = "random"


class ReviewResult(StrEnum):
    """What a reviewer found."""

    CORRECT = "correct"
    ERROR = "error"


class QualityRule(msgspec.Struct, frozen=True):
    """How payments are drawn on a day; `sample_bp` of all at random, in 1/10 000."""

    flag_threshold: int
    sample_bp: int
    waits_for_overrides: bool
    waits_for_account_changes: bool
    source: str


class Case(msgspec.Struct, frozen=True):
    """A drawn payment with what it rests on, and what was found; amounts in cents."""

    payout_line_id: PayoutLineId
    payout_reference: str
    reasons: list[DrawnFor]
    drawn_at: datetime
    agreement_reference: str
    employer_name: str
    candidate_name: str
    month: Month
    due_cents: Cents
    amount_cents: Cents
    agreed_wage_cents: Cents
    paid_wage_cents: Cents | None
    days_expected: int | None
    days_worked: int | None
    days_paid_leave: int | None
    override_reasons: list[str]
    may_review: bool
    result: ReviewResult | None
    error_cents: Cents | None
    note: str | None
    reviewed_at: datetime | None
    reviewed_by_name: str | None


class Review(msgspec.Struct, frozen=True):
    """What a reviewer found; `error_cents` is by how much the payment was wrong, either way."""

    result: ReviewResult
    error_cents: Cents
    note: str


class ErrorRate(msgspec.Struct, frozen=True):
    """What reviews of a month's approved payments found, of those drawn at random or otherwise.

    The rate, in 1/10 000 of the amount reviewed, is that of all payments only where they were drawn
    at random; None before anything was reviewed.
    """

    month: Month
    is_random: bool
    paid_count: int
    paid_cents: Cents
    drawn_count: int
    reviewed_count: int
    reviewed_cents: Cents
    error_count: int
    error_cents: Cents
    error_rate_bp: int | None


class DrawnCount(msgspec.Struct, frozen=True):
    """How many lines of a payout were drawn, and how many of them nobody has looked at."""

    drawn_count: int
    open_count: int
