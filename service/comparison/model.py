"""What an approver is shown of a payout besides its lines: differences, payees, what was left."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.checks.model import Acts
from service.ids import EmployerId, InstalmentId, PayoutLineId
from service.money import Cents
from service.period import Month
from service.quality.model import DrawnFor, ReviewResult


class Cause(StrEnum):
    """Why an agreement is paid something else than in the payout before."""

    BEGAN = "began"
    BACK = "back"
    ENDED = "ended"
    LEFT_OUT = "left_out"
    BLOCKED = "blocked"
    NOT_DUE = "not_due"
    KEPT_BACK = "kept_back"
    MORE_PAYMENTS = "more_payments"
    FEWER_PAYMENTS = "fewer_payments"
    HIGHER = "higher"
    LOWER = "lower"


class EmployerCause(msgspec.Struct, frozen=True):
    """What an employer's agreements are paid more or less for one cause, beside its whole sum."""

    employer_id: EmployerId
    employer_name: str
    employer_cents: int
    cause: Cause
    agreement_count: int
    difference_cents: int


class EmployerChange(msgspec.Struct, frozen=True):
    """How much more or less an employer's agreements are paid, and the causes of it."""

    employer_id: EmployerId
    employer_name: str
    difference_cents: int
    causes: list[EmployerCause]


class CauseTotal(msgspec.Struct, frozen=True):
    """What one cause makes over all employers."""

    cause: Cause
    agreement_count: int
    employer_count: int
    difference_cents: int


class NewPayee(msgspec.Struct, frozen=True):
    """A payee to whom nothing that was approved went before."""

    payee_id: UUID
    payee_name: str
    iban_last4: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    line_count: int
    amount_cents: Cents


class ChangedAccount(msgspec.Struct, frozen=True):
    """A payee who is paid to another account than last time, and who saw to that."""

    payee_name: str
    before_last4: str
    now_last4: str
    proposed_at: datetime
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    line_count: int
    amount_cents: Cents


class LeftOutCount(msgspec.Struct, frozen=True):
    """How many payments one check kept out; without a code they waited for another reason."""

    code: str | None
    acts: Acts | None
    payment_count: int
    due_cents: Cents


class LeftOutPayment(msgspec.Struct, frozen=True):
    """A payment that was checked and is not in the payout."""

    instalment_id: InstalmentId
    agreement_reference: str
    employer_name: str
    month: Month
    due_cents: Cents
    code: str | None
    acts: Acts | None


class DrawnLine(msgspec.Struct, frozen=True):
    """A line that was drawn to be looked at again, and what a reviewer found of it."""

    payout_line_id: PayoutLineId
    instalment_id: InstalmentId
    payee_name: str
    month: Month
    amount_cents: Cents
    reasons: list[DrawnFor]
    result: ReviewResult | None
    reviewed_at: datetime | None


class Comparison(msgspec.Struct, frozen=True):
    """All of it; the lists are bounded, the totals are not."""

    causes: list[CauseTotal]
    employers: list[EmployerChange]
    new_payees: list[NewPayee]
    changed_accounts: list[ChangedAccount]
    left_out: list[LeftOutCount]
    left_out_payments: list[LeftOutPayment]
    drawn: list[DrawnLine]

    @property
    def left_out_count(self) -> int:
        """How many payments were checked and are not in the payout."""
        return sum(one.payment_count for one in self.left_out)
