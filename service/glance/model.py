"""What the page of a month shows: its payments by place, reason and who must act; its history."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from service.budget.model import BudgetSheet
from service.checks.model import Acts
from service.ids import PayoutId
from service.money import Cents
from service.payment_calendar.model import StepStanding
from service.payouts.model import PayoutState
from service.period import Month
from service.standing.model import Standing


class Place(StrEnum):
    """How far a payment has come: the sets of standing, those of finance looked at more closely."""

    PAID = "paid"
    AT_BANK = "at_bank"
    IN_PAYOUT = "in_payout"
    WAITS = "waits"
    RETURNED = "returned"
    HELD = "held"
    BLOCKED = "blocked"
    NOT_DUE = "not_due"


class ReasonStanding(msgspec.Struct, frozen=True):
    """The payments of a month that stand somewhere for one reason, since when the oldest does."""

    standing: Standing
    reason: str | None
    acts: Acts
    payment_count: int
    due_cents: Cents
    since: datetime | None


class PlaceTotal(msgspec.Struct, frozen=True):
    """How many payments of a month are at one place, and what is due of them."""

    place: Place
    payment_count: int
    due_cents: Cents


class MonthPayout(msgspec.Struct, frozen=True):
    """A payout that was put up for a month."""

    id: PayoutId
    reference: str
    state: PayoutState
    line_count: int
    total_cents: Cents
    submitted_at: datetime
    submitted_by_name: str


class MonthOfHistory(msgspec.Struct, frozen=True):
    """What a month came to: due, blocked, and ordered from the bank in the payouts for it."""

    month: Month
    due_count: int
    due_cents: Cents
    blocked_count: int
    ordered_count: int
    ordered_cents: Cents


class Glance(msgspec.Struct, frozen=True):
    """A month at a glance."""

    reasons: Sequence[ReasonStanding]
    places: Sequence[PlaceTotal]
    steps: Sequence[StepStanding]
    payouts: Sequence[MonthPayout]
    history: Sequence[MonthOfHistory]
    budget: BudgetSheet


class Asked(msgspec.Struct, frozen=True):
    """Which payments of a month are asked for; what is None does not matter."""

    place: Place | None = None
    reason: str | None = None
    acts: Acts | None = None


class Filter(msgspec.Struct, frozen=True):
    """The same in the words of standing: one set, some of its reasons, none of the others."""

    standing: Standing | None
    reasons: list[str] | None
    other_reasons: list[str]
    acts: Acts | None
