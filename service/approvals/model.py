"""Acts on payouts, the rules that say how many they take, and freezes, as nouns."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.ids import (
    AccountId,
    AgreementId,
    ApprovalRuleId,
    BudgetLineId,
    FreezePeriodId,
    InstalmentId,
    PayoutActId,
    PayoutId,
)
from service.instalments.model import PaymentKind
from service.ledger.model import Source
from service.money import Cents
from service.period import Month, Period


class ActKind(StrEnum):
    """What somebody did with a payout.

    Finance officers approve, finance authorisers authorise. An approved payout is voided by one
    who asks for it and another who agrees, or not.
    """

    APPROVAL = "approval"
    AUTHORISATION = "authorisation"
    REJECTION = "rejection"
    WITHDRAWAL = "withdrawal"
    VOID_REQUEST = "void_request"
    VOID = "void"
    VOID_REFUSAL = "void_refusal"
    REOPENING = "reopening"


class RejectionCode(StrEnum):
    """What is wrong with a payout that is rejected; a sentence beside it says more."""

    WRONG_AMOUNT = "wrong_amount"
    WRONG_PAYEE = "wrong_payee"
    WRONG_ACCOUNT = "wrong_account"
    MISSING_EVIDENCE = "missing_evidence"
    PAID_BEFORE = "paid_before"
    SUSPECTED_FRAUD = "suspected_fraud"
    NO_BUDGET = "no_budget"
    CHANGED_SINCE = "changed_since"
    OTHER = "other"


class Duty(StrEnum):
    """The part that somebody had in a payout, for which another person must act on it."""

    PUT_UP = "put_up"
    ATTENDANCE = "attendance"
    COMPUTATION = "computation"
    OVERRIDE = "override"
    HOLD = "hold"
    ACCOUNT = "account"
    CASE = "case"


class Stop(StrEnum):
    """What a freeze stops."""

    PUT_UP = "put_up"
    ACTS = "acts"
    EXPORT = "export"


class Act(msgspec.Struct, frozen=True):
    """An act with the person behind it; `code` is that of a rejection."""

    id: PayoutActId
    kind: ActKind
    account_id: AccountId
    account_name: str
    acted_at: datetime
    code: RejectionCode | None
    reason: str | None


class NewAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act to write: on which payout, with the digest of the content that was shown."""

    payout_id: PayoutId
    kind: ActKind
    digest: bytes
    code: RejectionCode | None = None
    reason: str | None = None


class Needed(msgspec.Struct, frozen=True):
    """How many people a payout takes."""

    approvals: int
    authorisations: int


class Conflict(msgspec.Struct, frozen=True):
    """The part somebody had in one line of a payout, or in the whole where no payee is named."""

    duty: Duty
    payee_name: str | None
    month: Month | None


class Person(msgspec.Struct, frozen=True):
    """Somebody of the finance office."""

    id: AccountId
    name: str


class Band(msgspec.Struct, frozen=True):
    """Amounts below so many cents, any amount where that is none, and whom they take."""

    below_cents: Cents | None
    approval_count: int
    authorisation_count: int


class ApprovalRule(msgspec.Struct, frozen=True):
    """Bands that hold from a day on, once a second person has confirmed them."""

    id: ApprovalRuleId
    valid_from: date
    basis: str
    bands: list[Band]
    proposed_at: datetime
    proposed_by: AccountId | None
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided on it."""
        return self.confirmed_at is None and self.refused_at is None


class FreezePeriod(msgspec.Struct, frozen=True):
    """Days on which something stops, once a second person has confirmed them."""

    id: FreezePeriodId
    period: Period
    stops: list[Stop]
    reason: str
    proposed_at: datetime
    proposed_by: AccountId
    proposed_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    lifted_at: datetime | None
    lifted_by_name: str | None


class Standing(msgspec.Struct, frozen=True):
    """The acts on a payout so far beside the people it takes."""

    needed: Needed
    acts: Sequence[Act]

    def count(self, kind: ActKind) -> int:
        """How many acts of a kind there are."""
        return sum(act.kind == kind for act in self.acts)

    @property
    def is_complete(self) -> bool:
        """Whether all approvals and authorisations are there."""
        return (
            self.count(ActKind.APPROVAL) >= self.needed.approvals
            and self.count(ActKind.AUTHORISATION) >= self.needed.authorisations
        )

    @property
    def following(self) -> ActKind | None:
        """The next act on the way to its approval; none when all are there."""
        if self.count(ActKind.APPROVAL) < self.needed.approvals:
            return ActKind.APPROVAL
        if self.count(ActKind.AUTHORISATION) < self.needed.authorisations:
            return ActKind.AUTHORISATION
        return None

    @property
    def is_void_requested(self) -> bool:
        """Whether somebody has asked to void it and nobody has answered."""
        return self.count(ActKind.VOID_REQUEST) > (
            self.count(ActKind.VOID) + self.count(ActKind.VOID_REFUSAL)
        )


class Difference(msgspec.Struct, frozen=True):
    """What two payouts pay a payee for a month unlike each other, in cents; none: not in it."""

    payee_name: str
    month: Month
    before_cents: Cents | None
    now_cents: Cents | None
    is_account_new: bool


class HeldInstalment(msgspec.Struct, frozen=True):
    """An instalment that is held while a payout is decided on."""

    id: InstalmentId


class HeldAgreement(msgspec.Struct, frozen=True):
    """An agreement that is held while a payout is voided."""

    id: AgreementId


class DueAgain(msgspec.Struct, frozen=True):
    """What is due now for a month that a voided payout had paid or netted, in cents."""

    instalment_id: InstalmentId
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    budget_line_id: BudgetLineId
    due_cents: Cents
    source_type: Source
    source_id: UUID
