"""Payouts as nouns: their states and moves, their lines, and what an approver is shown."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from service.approvals.model import Difference, Needed, Standing
from service.bank.model import AttemptState
from service.expected.model import PayoutExpected
from service.ids import (
    AccountId,
    AgreementId,
    AttemptId,
    BankAccountId,
    BudgetLineId,
    InstalmentId,
    PayoutId,
    PayoutLineId,
    PayoutNettingId,
)
from service.instalments.model import PaymentKind
from service.money import ZERO, Cents
from service.period import Month
from service.schemes.model import Payee


class PayoutState(StrEnum):
    """Where a payout stands. A draft lives only inside the transaction that puts it up."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    EXPORTED = "exported"


class PayoutEvent(StrEnum):
    """What people do with a payout."""

    PUT_UP = "put_up"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    EXPORTED = "exported"


MOVES: Mapping[PayoutState, Mapping[PayoutEvent, PayoutState]] = {
    PayoutState.DRAFT: {PayoutEvent.PUT_UP: PayoutState.SUBMITTED},
    PayoutState.SUBMITTED: {
        PayoutEvent.APPROVED: PayoutState.APPROVED,
        PayoutEvent.REJECTED: PayoutState.REJECTED,
        PayoutEvent.WITHDRAWN: PayoutState.WITHDRAWN,
    },
    PayoutState.APPROVED: {
        PayoutEvent.VOIDED: PayoutState.VOIDED,
        PayoutEvent.EXPORTED: PayoutState.EXPORTED,
    },
    PayoutState.REJECTED: {},
    PayoutState.WITHDRAWN: {},
    PayoutState.VOIDED: {},
    PayoutState.EXPORTED: {},
}


class StaleReason(StrEnum):
    """Why a line that was put up would not be put up like this now."""

    SUPERSEDED = "superseded"
    ACCOUNT_GONE = "account_gone"
    ACCOUNT_CHANGED = "account_changed"
    ON_HOLD = "on_hold"
    CONTESTED = "contested"


class LeftOutReason(StrEnum):
    """Why something due cannot be paid: the payee has no account in force."""

    NO_ACCOUNT = "no_account"
    UNCONFIRMED = "unconfirmed"
    COOLING_OFF = "cooling_off"


class HeldAgreement(msgspec.Struct, frozen=True):
    """An agreement that is held while a payout is put up."""

    id: AgreementId


class Delta(msgspec.Struct, frozen=True):
    """What is due for an agreement, month and kind now, less all that was put into payouts for it.

    Above zero it is paid to the account in force of its payee, if there is one; below zero that
    payee was overpaid. Amounts are in cents throughout.
    """

    agreement_id: AgreementId
    month: Month
    instalment_id: InstalmentId
    delta_cents: Cents
    payee: Payee
    bank_account_id: BankAccountId | None
    payee_name: str | None


class NewNetting(msgspec.Struct, frozen=True):
    """What a line keeps back for one overpaid instalment."""

    instalment_id: InstalmentId
    amount_cents: Cents


class NewLine(msgspec.Struct, frozen=True):
    """A line to put up: what is due, and what of it is kept back."""

    id: PayoutLineId
    instalment_id: InstalmentId
    bank_account_id: BankAccountId
    payee_name: str
    due_cents: Cents
    nettings: tuple[NewNetting, ...]
    reissues: AttemptId | None = None
    kept_cents: Cents = ZERO

    @property
    def netted_cents(self) -> Cents:
        """What is kept back in all: for overpaid months of the agreement, and for recoveries."""
        own = sum(netting.amount_cents for netting in self.nettings)
        return Cents(own + self.kept_cents)

    @property
    def amount_cents(self) -> Cents:
        """What the bank is told to pay."""
        return Cents(self.due_cents - self.netted_cents)


class LeftOut(msgspec.Struct, frozen=True):
    """A due instalment that no payout can take yet."""

    instalment_id: InstalmentId
    agreement_reference: str
    month: Month
    kind_label: Mapping[str, str]
    payee_name: str
    amount_cents: Cents
    reason: LeftOutReason


class Payout(msgspec.Struct, frozen=True):
    """A payout and how many people it takes; the digest is SHA-256 over its lines.

    `reopens` is the closed payout that it puts up anew. What people did with it are its acts.
    """

    id: PayoutId
    reference: str
    month: Month
    state: PayoutState
    line_count: int
    total_cents: Cents
    digest: bytes
    submitted_at: datetime
    submitted_by: AccountId
    submitted_by_name: str
    required_approvals: int
    required_authorisations: int
    reopens: PayoutId | None
    approved_at: datetime | None
    exported_at: datetime | None
    exported_by_name: str | None


class PayoutSummary(msgspec.Struct, frozen=True):
    """A payout in a list."""

    id: PayoutId
    reference: str
    month: Month
    state: PayoutState
    line_count: int
    total_cents: Cents
    submitted_at: datetime
    submitted_by_name: str


class LockedPayout(msgspec.Struct, frozen=True):
    """What a decision about a payout is made on, held until it is written."""

    id: PayoutId
    month: Month
    state: PayoutState
    digest: bytes
    submitted_by: AccountId
    required_approvals: int
    required_authorisations: int

    @property
    def needed(self) -> Needed:
        """How many people it takes."""
        return Needed(self.required_approvals, self.required_authorisations)


class LineToApprove(msgspec.Struct, frozen=True):
    """A line whose instalment and account are held.

    One that pays a failed order again has it in `reissues`.
    """

    id: PayoutLineId
    instalment_id: InstalmentId
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    budget_line_id: BudgetLineId
    amount_cents: Cents
    due_cents: Cents = ZERO
    reissues: AttemptId | None = None


class NettingToApprove(msgspec.Struct, frozen=True):
    """What a line keeps back, and for which overpaid month and kind of its agreement."""

    id: PayoutNettingId
    payout_line_id: PayoutLineId
    overpaid_month: Month
    overpaid_kind: PaymentKind
    amount_cents: Cents


class StaleLine(msgspec.Struct, frozen=True):
    """A line that no longer stands, so that the payout can only be rejected."""

    id: PayoutLineId
    payee_name: str
    month: Month
    amount_cents: Cents
    reason: StaleReason


class PayoutLine(msgspec.Struct, frozen=True):
    """A line as an approver sees it; the trace of what is due is that of the instalment.

    `amount_cents` is what is due less what is kept back for `netted_months`, which were overpaid.
    """

    id: PayoutLineId
    instalment_id: InstalmentId
    agreement_id: AgreementId
    agreement_reference: str
    month: Month
    kind: PaymentKind
    kind_label: Mapping[str, str]
    scheme_code: str
    payee_name: str
    iban_last4: str
    due_cents: Cents
    netted_cents: Cents
    amount_cents: Cents
    netted_months: list[Month]
    is_first_payment: bool
    is_account_new: bool


class ListedLine(msgspec.Struct, frozen=True):
    """A line in a list that is sorted and filtered; amounts in cents.

    `earlier_account_id` is where the payee was paid before, if ever; `attempt_id` the order for the
    bank, once the line was sent.
    """

    id: PayoutLineId
    instalment_id: InstalmentId
    agreement_reference: str
    month: Month
    kind_label: Mapping[str, str]
    scheme_code: str
    payee_name: str
    iban_last4: str
    due_cents: Cents
    netted_cents: Cents
    amount_cents: Cents
    bank_account_id: BankAccountId
    earlier_account_id: BankAccountId | None
    attempt_id: AttemptId | None = None
    attempt_state: AttemptState | None = None

    @property
    def is_first_payment(self) -> bool:
        """Whether the payee was never paid before."""
        return self.earlier_account_id is None

    @property
    def is_account_new(self) -> bool:
        """Whether the payee was paid to another account before."""
        return self.earlier_account_id not in {None, self.bank_account_id}


class ContestedLine(msgspec.Struct, frozen=True):
    """An approved line whose candidate says that the report of a month is wrong; in cents."""

    id: PayoutLineId
    payee_name: str
    month: Month
    amount_cents: Cents


class SchemeTotal(msgspec.Struct, frozen=True):
    """What a payout pays under one scheme: the total is what is due less what is kept back."""

    scheme_code: str
    line_count: int
    due_cents: Cents
    netted_cents: Cents
    total_cents: Cents


class PayeeChanges(msgspec.Struct, frozen=True):
    """Payees never paid before, paid to another account than last, and paid last but not now."""

    new_payee_count: int
    new_account_count: int
    gone_payee_count: int


class PayoutSheet(msgspec.Struct, frozen=True):
    """All that an approver reads before signing, besides the lines.

    `differences` are those to the payout that this one puts up anew.
    """

    payout: Payout
    schemes: list[SchemeTotal]
    previous: PayoutSummary | None
    changes: PayeeChanges
    stale: list[StaleLine]
    contested: list[ContestedLine]
    standing: Standing
    differences: list[Difference]
    expected: PayoutExpected | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody to decide."""
        return self.payout.state is PayoutState.SUBMITTED

    @property
    def difference_cents(self) -> int | None:
        """How much more this payout pays than the one approved before it; None for the first."""
        if self.previous is None:
            return None
        return self.payout.total_cents - self.previous.total_cents
