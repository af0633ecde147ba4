"""The nouns of the ledger: accounts of a budget line, and what may flow between them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from service.ids import AgreementId, BudgetLineId, InstalmentId, SchemeId, TransferId
from service.instalments.model import Key, PaymentKind
from service.money import Cents
from service.period import Month, Period


class AccountKind(StrEnum):
    """The accounts every budget line has, in the order money passes through them.

    `recoverable` is never above zero: what was paid for months beyond what is due for them. Of what
    was paid, `receivable` is owed back by a recovery, `recovered` came back and was not put to the
    overpaid months' use, `written_off` was given up.
    """

    TREASURY = "treasury"
    APPROPRIATION = "appropriation"
    COMMITTED = "committed"
    CALCULATED = "calculated"
    APPROVED = "approved"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    RETURNED = "returned"
    RECOVERABLE = "recoverable"
    RECEIVABLE = "receivable"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


class Reason(StrEnum):
    """Why money moved. The reason alone says from which account to which."""

    APPROPRIATED = "appropriated"
    APPROPRIATION_REDUCED = "appropriation_reduced"
    COMMITTED = "committed"
    COMMITMENT_RELEASED = "commitment_released"
    CALCULATED = "calculated"
    CALCULATION_SUPERSEDED = "calculation_superseded"
    OVERPAID = "overpaid"
    OVERPAYMENT_UNDONE = "overpayment_undone"
    NETTED = "netted"
    MADE_GOOD = "made_good"
    APPROVED = "approved"
    EXPORTED = "exported"
    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    REJECTION_UNDONE = "rejection_undone"
    REISSUED = "reissued"
    REISSUE_UNDONE = "reissue_undone"
    FAILURE_CLOSED = "failure_closed"
    RECOVERY_RAISED = "recovery_raised"
    RECOVERY_REDUCED = "recovery_reduced"
    SET_OFF = "set_off"
    SET_OFF_UNDONE = "set_off_undone"
    REPAID = "repaid"
    REPAID_UNDONE = "repaid_undone"
    RESTORED = "restored"
    RESTORED_UNDONE = "restored_undone"
    WRITTEN_OFF = "written_off"
    WRITTEN_OFF_UNDONE = "written_off_undone"
    APPROVAL_VOIDED = "approval_voided"
    NETTING_VOIDED = "netting_voided"
    MADE_GOOD_VOIDED = "made_good_voided"


class Source(StrEnum):
    """The kind of row a transfer stems from; with its id and the reason it can be posted once."""

    APPROPRIATION = "appropriation"
    AGREEMENT = "agreement"
    INSTALMENT = "instalment"
    PAYOUT_LINE = "payout_line"
    PAYOUT_NETTING = "payout_netting"
    PAYMENT_ATTEMPT = "payment_attempt"
    PAYMENT_CLOSURE = "payment_closure"
    TRANSFER = "transfer"
    RECOVERY_CHANGE = "recovery_change"
    RECOVERY_NETTING = "recovery_netting"
    RECOVERY_SETTLEMENT = "recovery_settlement"


class Flow(msgspec.Struct, frozen=True):
    """Money leaves the credited account and arrives in the debited one."""

    debit: AccountKind
    credit: AccountKind


FLOWS: Mapping[Reason, Flow] = {
    Reason.APPROPRIATED: Flow(AccountKind.APPROPRIATION, AccountKind.TREASURY),
    Reason.APPROPRIATION_REDUCED: Flow(AccountKind.TREASURY, AccountKind.APPROPRIATION),
    Reason.COMMITTED: Flow(AccountKind.COMMITTED, AccountKind.APPROPRIATION),
    Reason.COMMITMENT_RELEASED: Flow(AccountKind.APPROPRIATION, AccountKind.COMMITTED),
    Reason.CALCULATED: Flow(AccountKind.CALCULATED, AccountKind.COMMITTED),
    Reason.CALCULATION_SUPERSEDED: Flow(AccountKind.COMMITTED, AccountKind.CALCULATED),
    # What was paid beyond what is due goes back to the commitment and is owed by the payee. What
    # one month keeps back (netted) makes good, by way of the commitment, what another got.
    Reason.OVERPAID: Flow(AccountKind.COMMITTED, AccountKind.RECOVERABLE),
    Reason.OVERPAYMENT_UNDONE: Flow(AccountKind.RECOVERABLE, AccountKind.COMMITTED),
    Reason.NETTED: Flow(AccountKind.COMMITTED, AccountKind.CALCULATED),
    Reason.MADE_GOOD: Flow(AccountKind.RECOVERABLE, AccountKind.COMMITTED),
    Reason.APPROVED: Flow(AccountKind.APPROVED, AccountKind.CALCULATED),
    Reason.EXPORTED: Flow(AccountKind.IN_TRANSIT, AccountKind.APPROVED),
    Reason.SETTLED: Flow(AccountKind.PAID, AccountKind.IN_TRANSIT),
    # What did not reach its payee waits as returned, whether the bank refused it, gave it up at our
    # wish or sent it back. Paid again, it is calculated once more and approved like anything due;
    # not due any more, it makes good what its month, on paper, was paid too much.
    Reason.REJECTED: Flow(AccountKind.RETURNED, AccountKind.IN_TRANSIT),
    Reason.CANCELLED: Flow(AccountKind.RETURNED, AccountKind.IN_TRANSIT),
    Reason.REJECTION_UNDONE: Flow(AccountKind.IN_TRANSIT, AccountKind.RETURNED),
    Reason.RETURNED: Flow(AccountKind.RETURNED, AccountKind.PAID),
    Reason.REISSUED: Flow(AccountKind.CALCULATED, AccountKind.RETURNED),
    Reason.REISSUE_UNDONE: Flow(AccountKind.RETURNED, AccountKind.CALCULATED),
    Reason.FAILURE_CLOSED: Flow(AccountKind.RECOVERABLE, AccountKind.RETURNED),
    # What is owed back stays apart from what is well paid until it comes back or is given up. A
    # set-off pays a later month by what its payee owes for another; of an overpaid month, what
    # comes back makes good what went beyond its due.
    Reason.RECOVERY_RAISED: Flow(AccountKind.RECEIVABLE, AccountKind.PAID),
    Reason.RECOVERY_REDUCED: Flow(AccountKind.PAID, AccountKind.RECEIVABLE),
    Reason.SET_OFF: Flow(AccountKind.PAID, AccountKind.CALCULATED),
    Reason.SET_OFF_UNDONE: Flow(AccountKind.CALCULATED, AccountKind.PAID),
    Reason.REPAID: Flow(AccountKind.RECOVERED, AccountKind.RECEIVABLE),
    Reason.REPAID_UNDONE: Flow(AccountKind.RECEIVABLE, AccountKind.RECOVERED),
    Reason.RESTORED: Flow(AccountKind.RECOVERABLE, AccountKind.RECOVERED),
    Reason.RESTORED_UNDONE: Flow(AccountKind.RECOVERED, AccountKind.RECOVERABLE),
    Reason.WRITTEN_OFF: Flow(AccountKind.WRITTEN_OFF, AccountKind.RECEIVABLE),
    Reason.WRITTEN_OFF_UNDONE: Flow(AccountKind.RECEIVABLE, AccountKind.WRITTEN_OFF),
    # What a payout that is voided had moved goes back the way it came.
    Reason.APPROVAL_VOIDED: Flow(AccountKind.CALCULATED, AccountKind.APPROVED),
    Reason.NETTING_VOIDED: Flow(AccountKind.CALCULATED, AccountKind.COMMITTED),
    Reason.MADE_GOOD_VOIDED: Flow(AccountKind.COMMITTED, AccountKind.RECOVERABLE),
}


class NewTransfer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A transfer to post: a positive amount in cents, and the one row that gives rise to it."""

    budget_line_id: BudgetLineId
    reason: Reason
    amount_cents: Cents
    source_type: Source
    source_id: UUID
    effective_on: date
    agreement_id: AgreementId | None = None
    month: Month | None = None
    kind: PaymentKind | None = None

    @property
    def flow(self) -> Flow:
        """The two accounts that the reason names."""
        return FLOWS[self.reason]


class Due(msgspec.Struct, frozen=True):
    """What an instalment says is due for its key, in cents.

    Transfers stem from it, unless `source` names another row for which the ledger changes.
    """

    instalment_id: InstalmentId
    key: Key
    budget_line_id: BudgetLineId
    due_cents: Cents
    source: tuple[Source, UUID] | None = None


class Balance(msgspec.Struct, frozen=True):
    """What the ledger holds for a key, in cents.

    `calculated_cents` is due and not approved, `recoverable_cents` (zero or less) paid beyond what
    is due, `put_in_cents` what approved payouts have paid or kept back so far.
    """

    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    calculated_cents: Cents
    recoverable_cents: Cents
    put_in_cents: Cents

    @property
    def key(self) -> Key:
        """The agreement, month and kind of payment."""
        return Key(self.agreement_id, self.month, self.kind)


class Shortfall(msgspec.Struct, frozen=True):
    """What an agreement's commitment lacks, in cents, to cover what is drawn from it."""

    agreement_id: AgreementId
    budget_line_id: BudgetLineId
    short_cents: Cents


class DuePlan(msgspec.Struct, frozen=True):
    """What makes the ledger say what is due: the transfers, and the commitments to raise first.

    `uncovered` are the agreements that lack money their budget line does not have.
    """

    transfers: list[NewTransfer]
    shortfalls: list[Shortfall]
    uncovered: frozenset[AgreementId]


class HeldAgreement(msgspec.Struct, frozen=True):
    """An agreement that is being held."""

    id: AgreementId


class BudgetLineKey(msgspec.Struct, frozen=True):
    """A budget line that is being held."""

    id: BudgetLineId


class BudgetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme's budget line with what stands on each of its accounts now, in cents.

    `appropriated_cents` is all that was ever given; `appropriation_cents` what is still free.
    """

    id: BudgetLineId
    scheme_id: SchemeId
    scheme_code: str
    name: str
    appropriated_cents: Cents
    appropriation_cents: Cents
    committed_cents: Cents
    calculated_cents: Cents
    approved_cents: Cents
    in_transit_cents: Cents
    paid_cents: Cents
    returned_cents: Cents
    recoverable_cents: Cents
    receivable_cents: Cents
    recovered_cents: Cents
    written_off_cents: Cents


class EndedCommitment(msgspec.Struct, frozen=True, kw_only=True):
    """What an ended agreement still holds of its budget line, in cents, and what it may need.

    `closed_months` can cost no more: nothing is due, or it is approved. `open_cents` is what the
    other months come to so far, `final_cents` what is paid besides months; that may become more
    while `is_final_open`. `overpaid_cents` were paid beyond what is due and are not spent anew
    before they come back. A cancelled agreement never needs anything.
    """

    agreement_id: AgreementId
    budget_line_id: BudgetLineId
    starts_on: date
    period: Period
    is_cancelled: bool
    monthly_max_cents: Cents
    final_max_cents: Cents
    final_cents: Cents
    is_final_open: bool
    held_cents: Cents
    overpaid_cents: Cents
    closed_months: list[Month]
    open_cents: Cents
    newest_transfer_id: TransferId


class Broken(msgspec.Struct, frozen=True):
    """One row that breaks one invariant: which invariant, which row, and what was found there."""

    invariant: str
    subject: str
    found: str
