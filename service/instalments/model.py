"""Instalments, the facts they follow from, and the runs that compute them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType, Self

import msgspec

from service.ids import AgreementId, BudgetLineId, InstalmentId, RunId
from service.money import Cents
from service.period import Month, Period
from service.schemes.language.compiler import Compiled, Given

ReasonCode = NewType("ReasonCode", str)

PaymentKind = NewType("PaymentKind", str)


class Outcome(StrEnum):
    """Each active agreement has exactly one of these for each month."""

    DUE = "due"
    BLOCKED = "blocked"
    NOT_DUE = "not_due"


# Why nothing is due: a code of the scheme's own, or one of these, which hold for every scheme.
OUTSIDE_PERIOD = ReasonCode("outside_period")
PROGRAMME_MONTH_RUNS = ReasonCode("programme_month_runs")
NOTHING_DUE = ReasonCode("nothing_due")
BUDGET_EXHAUSTED = ReasonCode("budget_exhausted")  # due, but the budget line has too little left


class RunState(StrEnum):
    """A run of a month is under way, came to its end, or was stopped by a person."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Case(msgspec.Struct, frozen=True):
    """Everything the instalments of one agreement follow from, as it is known at one moment.

    `paid_until` is the last month into which its scheme lets a payment fall.
    """

    scheme: Compiled
    period: Period
    given: Given
    paid_until: Month


class Result(msgspec.Struct, frozen=True):
    """What one month comes to, and how, line by line."""

    outcome: Outcome
    amount_cents: Cents
    reason: ReasonCode | None
    trace: list[Any]


class Entry(msgspec.Struct, frozen=True):
    """What one month comes to for one kind of payment."""

    month: Month
    kind: PaymentKind
    result: Result


class Ahead(msgspec.Struct, frozen=True):
    """A month to come into which a payment falls; by what is known it may come about, or cannot."""

    month: Month
    kind: PaymentKind
    can_pay: bool


class Computed(msgspec.Struct, frozen=True):
    """What a span of months comes to, and the payments that follow after it and the period."""

    entries: list[Entry]
    ahead: list[Ahead]


class KnownCase(msgspec.Struct, frozen=True):
    """A case as read at one moment: what the months before came to, in cents, and since when all
    of it is known. `computed_at` is when the agreement was computed last.
    """

    case: Case
    budget_line_id: BudgetLineId
    due_before_cents: Mapping[PaymentKind, Cents]
    known_at: datetime
    computed_at: datetime | None


class Key(msgspec.Struct, frozen=True):
    """What at most one instalment stands for: an agreement, a month and a kind of payment."""

    agreement_id: AgreementId
    month: Month
    kind: PaymentKind


class Current(msgspec.Struct, frozen=True):
    """The instalment that stands for a key before it is computed again."""

    id: InstalmentId
    version: int
    result: Result


class Instalment(msgspec.Struct, frozen=True):
    """An instalment as people see it."""

    id: InstalmentId
    agreement_id: AgreementId
    agreement_reference: str
    month: date
    kind: PaymentKind
    kind_label: Mapping[str, str]
    version: int
    outcome: Outcome
    amount_cents: Cents
    reason: ReasonCode | None
    trace: list[Any]
    computed_at: datetime
    superseded_at: datetime | None

    def is_version_of(self, other: Self) -> bool:
        """Whether both say what is due for the same key."""
        return (self.agreement_id, self.month, self.kind) == (
            other.agreement_id,
            other.month,
            other.kind,
        )


class InstalmentSummary(msgspec.Struct, frozen=True):
    """An instalment in a list."""

    id: InstalmentId
    agreement_id: AgreementId
    agreement_reference: str
    kind: PaymentKind
    kind_label: Mapping[str, str]
    version: int
    outcome: Outcome
    amount_cents: Cents
    reason: ReasonCode | None

    @property
    def place(self) -> str:
        """Where it stands in a list, to go on after it."""
        return f"{self.agreement_reference}/{self.kind}"


class Written(msgspec.Struct, frozen=True):
    """One new row of a chunk."""

    id: InstalmentId
    key: Key
    budget_line_id: BudgetLineId
    version: int
    result: Result
    computed_at: datetime


class Chunk(msgspec.Struct, frozen=True):
    """The part of a run that one worker holds by a lease."""

    run_id: RunId
    number: int
    month: Month
    agreement_ids: list[AgreementId]
    from_months: list[Month]
    agreement_count: int
    lease_token: str
    attempts: int


class Counts(msgspec.Struct, frozen=True):
    """What a chunk came to: the month's entries by outcome and cents due; new rows of any month."""

    due_count: int
    blocked_count: int
    not_due_count: int
    written_count: int
    due_cents: Cents


class HeldChunk(msgspec.Struct, frozen=True):
    """A chunk that is being computed."""

    number: int


class HeldAgreement(msgspec.Struct, frozen=True):
    """An agreement that is being computed."""

    id: AgreementId


class Progress(msgspec.Struct, frozen=True):
    """How far a run is: agreements, cents, and rows written; chunks that fail say why.

    `agreement_count` are to be computed, as something has changed; `standing_count` stand as they
    are, and the outcomes of the month are those of both.
    """

    id: RunId
    month: date
    state: RunState
    agreement_count: int
    standing_count: int
    done_count: int
    due_count: int
    blocked_count: int
    not_due_count: int
    written_count: int
    due_cents: Cents
    seconds: float
    last_error: str | None
    attempts_failed: int

    @property
    def remaining_count(self) -> int:
        """Agreements still to compute."""
        return self.agreement_count - self.done_count

    @property
    def all_count(self) -> int:
        """The agreements of the month, computed by this run or standing since an earlier one."""
        return self.agreement_count + self.standing_count

    @property
    def per_second(self) -> float:
        """Agreements computed a second so far."""
        return self.done_count / self.seconds if self.seconds else 0.0


class ReasonCount(msgspec.Struct, frozen=True):
    """How many agreements of a month have an outcome, for which reason, and what they come to."""

    outcome: Outcome
    reason: ReasonCode | None
    count: int
    amount_cents: Cents


class MonthSummary(msgspec.Struct, frozen=True):
    """A month that was computed."""

    month: date
    due_count: int
    blocked_count: int
    not_due_count: int
    due_cents: Cents
