"""The nouns of recoveries: causes, states and moves, what is owed for which month, and how."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec

from service.agreements.model import EndCause, State
from service.i18n import N_
from service.ids import (
    AccountId,
    AgreementId,
    BankAccountId,
    BudgetLineId,
    CandidateId,
    DismissalId,
    EmployerId,
    PayoutLineId,
    RecoveryId,
    SchemeId,
)
from service.instalments.model import Key, PaymentKind
from service.money import Cents
from service.period import Month, Period
from service.schemes.model import Payee


class Cause(StrEnum):
    """Why a payee owes money back."""

    OVERPAID = "overpaid"
    EARLY_END = "early_end"
    DISMISSAL_AFTER = "dismissal_after"


class RecoveryState(StrEnum):
    """Where a recovery stands."""

    RAISED = "raised"
    NOTIFIED = "notified"
    APPEALED = "appealed"
    NETTING = "netting"
    INVOICED = "invoiced"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What happens to a recovery; each leaves a row."""

    RAISED = "raised"
    GROWN = "grown"
    SHRUNK = "shrunk"
    NOTIFIED = "notified"
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_PARTLY = "appeal_partly"
    APPEAL_DISMISSED = "appeal_dismissed"
    NETTING_BEGUN = "netting_begun"
    NETTED = "netted"
    NETTING_UNDONE = "netting_undone"
    INVOICED = "invoiced"
    REPAID = "repaid"
    WRITE_OFF_PROPOSED = "write_off_proposed"
    WRITE_OFF_REFUSED = "write_off_refused"
    WRITTEN_OFF = "written_off"
    SETTLED = "settled"
    CANCELLED = "cancelled"


_OPEN = (
    RecoveryState.RAISED,
    RecoveryState.NOTIFIED,
    RecoveryState.APPEALED,
    RecoveryState.NETTING,
    RecoveryState.INVOICED,
)
OPEN_STATES = frozenset(_OPEN)
ENDED_STATES = frozenset(RecoveryState) - OPEN_STATES
_ENDS: Mapping[Step, RecoveryState] = {
    Step.SETTLED: RecoveryState.SETTLED,
    Step.WRITTEN_OFF: RecoveryState.WRITTEN_OFF,
    Step.CANCELLED: RecoveryState.CANCELLED,
}
# What grows is told anew before it is collected; an appeal that waits covers what comes on top.
MOVES: Mapping[RecoveryState, Mapping[Step, RecoveryState]] = {
    RecoveryState.RAISED: {
        Step.NOTIFIED: RecoveryState.NOTIFIED,
        Step.GROWN: RecoveryState.RAISED,
        **_ENDS,
    },
    RecoveryState.NOTIFIED: {
        Step.APPEALED: RecoveryState.APPEALED,
        Step.NETTING_BEGUN: RecoveryState.NETTING,
        Step.GROWN: RecoveryState.RAISED,
        **_ENDS,
    },
    RecoveryState.APPEALED: {
        Step.APPEAL_UPHELD: RecoveryState.CANCELLED,
        Step.APPEAL_PARTLY: RecoveryState.NETTING,
        Step.APPEAL_DISMISSED: RecoveryState.NETTING,
        Step.GROWN: RecoveryState.APPEALED,
        **_ENDS,
    },
    RecoveryState.NETTING: {
        Step.INVOICED: RecoveryState.INVOICED,
        Step.GROWN: RecoveryState.RAISED,
        **_ENDS,
    },
    RecoveryState.INVOICED: {Step.GROWN: RecoveryState.RAISED, **_ENDS},
    RecoveryState.SETTLED: {
        Step.GROWN: RecoveryState.RAISED,
        Step.NETTING_UNDONE: RecoveryState.NETTING,
        **_ENDS,
    },
    RecoveryState.WRITTEN_OFF: {
        Step.GROWN: RecoveryState.RAISED,
        Step.NETTING_UNDONE: RecoveryState.NETTING,
        **_ENDS,
    },
    RecoveryState.CANCELLED: {
        Step.GROWN: RecoveryState.RAISED,
        Step.NETTING_UNDONE: RecoveryState.NETTING,
        **_ENDS,
    },
}


class Why(StrEnum):
    """Why the amount of a recovery changes."""

    FACTS = "facts"
    RETURNED = "returned"
    WAIVED = "waived"
    UNWAIVED = "unwaived"


class Means(StrEnum):
    """How a part of a recovery is settled, besides netting."""

    REPAID = "repaid"
    WRITTEN_OFF = "written_off"
    WRITTEN_OFF_UNDONE = "written_off_undone"


class Outcome(StrEnum):
    """What somebody decides about an appeal."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


CAUSE_WORDS: Mapping[Cause, str] = {
    Cause.OVERPAID: N_("Paid beyond what is due"),
    Cause.EARLY_END: N_("The employer ended the agreement early"),
    Cause.DISMISSAL_AFTER: N_("Dismissed soon after the subsidised months"),
}
STATE_WORDS: Mapping[RecoveryState, str] = {
    RecoveryState.RAISED: N_("Raised, not yet notified"),
    RecoveryState.NOTIFIED: N_("Notified, may be appealed"),
    RecoveryState.APPEALED: N_("Under appeal"),
    RecoveryState.NETTING: N_("Netted against later payments"),
    RecoveryState.INVOICED: N_("Invoiced"),
    RecoveryState.SETTLED: N_("Settled"),
    RecoveryState.WRITTEN_OFF: N_("Written off"),
    RecoveryState.CANCELLED: N_("Nothing is owed any more"),
}
STEP_WORDS: Mapping[Step, str] = {
    Step.RAISED: N_("Raised"),
    Step.GROWN: N_("Became more by later facts"),
    Step.SHRUNK: N_("Became less by later facts"),
    Step.NOTIFIED: N_("Payee notified"),
    Step.APPEALED: N_("Appeal received"),
    Step.APPEAL_UPHELD: N_("Appeal upheld"),
    Step.APPEAL_PARTLY: N_("Appeal upheld in part"),
    Step.APPEAL_DISMISSED: N_("Appeal dismissed"),
    Step.NETTING_BEGUN: N_("Netting begun"),
    Step.NETTED: N_("Netted in a payout"),
    Step.NETTING_UNDONE: N_("Netting undone with its payout"),
    Step.INVOICED: N_("Invoice issued"),
    Step.REPAID: N_("Repayment received"),
    Step.WRITE_OFF_PROPOSED: N_("Write-off proposed"),
    Step.WRITE_OFF_REFUSED: N_("Write-off refused"),
    Step.WRITTEN_OFF: N_("Written off with two signatures"),
    Step.SETTLED: N_("Settled in full"),
    Step.CANCELLED: N_("The cause fell away"),
}
OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.UPHELD: N_("Upheld: nothing is owed"),
    Outcome.PARTLY: N_("Upheld in part: less is owed"),
    Outcome.DISMISSED: N_("Dismissed: all is owed"),
}

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class HeldAgreement(msgspec.Struct, frozen=True):
    """An ended agreement, held, and how many rows say what it owes."""

    id: AgreementId
    rows_seen: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What an ended agreement says about recoveries; amounts in cents.

    `employer_owes_cents` and `candidate_owes_cents` were paid beyond all that is due, and nothing
    is to come that could keep it back. `dismissed_on` is a dismissal after the subsidised months.
    """

    agreement_id: AgreementId
    employer_id: EmployerId
    candidate_id: CandidateId
    scheme_id: SchemeId
    budget_line_id: BudgetLineId
    state: State
    end_cause: EndCause | None
    starts_on: date
    period: Period
    employer_owes_cents: Cents
    candidate_owes_cents: Cents
    dismissal_id: DismissalId | None
    dismissed_on: date | None
    dismissal_cause: EndCause | None

    def owes_cents(self, payee: Payee) -> Cents:
        """What the payee was paid beyond all that is due."""
        return self.employer_owes_cents if payee is Payee.EMPLOYER else self.candidate_owes_cents


class MonthFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A month and kind of an agreement: due now, beyond its due, and got by its payee, in cents."""

    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    payee: Payee
    due_cents: Cents
    overpaid_cents: Cents
    got_cents: Cents

    @property
    def key(self) -> Key:
        """The agreement, month and kind of payment."""
        return Key(self.agreement_id, self.month, self.kind)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What an end of an agreement obliges its employer to: a share of the last, or all, months."""

    id: UUID
    scheme_id: SchemeId | None
    cause: Cause
    end_cause: EndCause
    within_months: int
    last_instalments: int | None
    share_bp: int
    starts_on: date
    ends_before: date | None
    source: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How recoveries are collected from a kind of payee on a day; days, basis points, cents."""

    payee: Payee
    netting_share_bp: int
    floor_cents: Cents
    appeal_days: int
    invoice_after_days: int
    invoice_due_days: int
    small_cents: Cents


class Claim(msgspec.Struct, frozen=True):
    """What makes a recovery one and the same: never two for one."""

    agreement_id: AgreementId
    payee: Payee
    cause: Cause
    source_id: UUID


class MonthOwed(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a recovery: owed in all less what was waived, and how much of it is dealt with.

    `pending_in` are the references of the payouts that wait and would keep back what is pending.
    """

    recovery_id: RecoveryId
    agreement_id: AgreementId
    budget_line_id: BudgetLineId
    payee: Payee
    cause: Cause
    source_id: UUID
    state: RecoveryState
    month: Month
    kind: PaymentKind
    owed_cents: Cents
    waived_cents: Cents
    settled_cents: Cents
    written_off_cents: Cents
    pending_cents: Cents
    pending_in: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        """The recovery by its cause."""
        return Claim(self.agreement_id, self.payee, self.cause, self.source_id)

    @property
    def key(self) -> Key:
        """The agreement, month and kind of payment."""
        return Key(self.agreement_id, self.month, self.kind)

    @property
    def open_cents(self) -> Cents:
        """What is neither settled nor given up; lines that wait for approval count as open."""
        return Cents(self.owed_cents - self.settled_cents - self.written_off_cents)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """By how many cents a month of a recovery changes, with the facts that a letter explains."""

    key: Key
    amount_cents: Cents
    why: Why
    facts: Mapping[str, Any]


class NewRecovery(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery to raise."""

    id: RecoveryId
    reference: str
    claim: Claim
    employer_id: EmployerId | None
    candidate_id: CandidateId | None


class NewChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change to write down, of a recovery."""

    id: UUID
    recovery_id: RecoveryId
    change: Change


class NewSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """What is settled of a month of a recovery, by a payment or a write-off."""

    id: UUID
    recovery_id: RecoveryId
    key: Key
    amount_cents: Cents
    means: Means
    source_id: UUID
    restores: bool


class NewStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step to write down."""

    id: UUID
    recovery_id: RecoveryId
    step: Step
    state: RecoveryState
    said: str | None = None


class LockedRecovery(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery that is held while something is decided about it."""

    id: RecoveryId
    agreement_id: AgreementId
    payee: Payee
    cause: Cause
    state: RecoveryState
    raised_by: AccountId | None
    notified_at: datetime | None
    notified_by: AccountId | None
    netting_at: datetime | None
    invoice_due_on: date | None


class SecondWord(msgspec.Struct, frozen=True):
    """A payment or a write-off, held, that waits for a second person or was decided on."""

    id: UUID
    recovery_id: RecoveryId
    amount_cents: Cents
    recorded_by: AccountId
    is_decided: bool


class Person(msgspec.Struct, frozen=True):
    """Somebody who took part in a recovery."""

    id: AccountId


class KeepingLine(msgspec.Struct, frozen=True):
    """A line that could keep something back: what it would pay, in cents, to which account."""

    line_id: PayoutLineId
    bank_account_id: BankAccountId
    left_cents: Cents


class OpenMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a recovery in netting and what is left of it, for the payee of an account."""

    recovery_id: RecoveryId
    bank_account_id: BankAccountId
    payee: Payee
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    restores: bool
    left_cents: Cents


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a line keeps back for a month of a recovery, in cents."""

    id: UUID
    line_id: PayoutLineId
    recovery_id: RecoveryId
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    amount_cents: Cents
    restores: bool


class KeptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A netting of a payout with the month that pays by it and the month that it is owed for."""

    id: UUID
    recovery_id: RecoveryId
    payout_reference: str
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    budget_line_id: BudgetLineId
    paying_agreement_id: AgreementId
    paying_month: Month
    paying_kind: PaymentKind
    paying_budget_line_id: BudgetLineId
    amount_cents: Cents
    restores: bool
