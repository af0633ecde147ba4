"""The nouns of failed payments: reason codes, holds, alarms, requests to pay again, recalls."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from service.bank.model import FAILED, AttemptState
from service.ids import (
    AccountHoldId,
    AccountId,
    AgreementId,
    AlarmId,
    AttemptId,
    BankAccountId,
    BankFileId,
    BudgetLineId,
    InstalmentId,
    PayoutId,
    PayoutLineId,
    RecallId,
    ReissueRequestId,
)
from service.instalments.model import PaymentKind
from service.money import Cents
from service.period import Month
from service.schemes.model import Payee


class ReasonList(StrEnum):
    """The two public lists of codes: of refusals before execution, and of returns after it."""

    STATUS = "status"
    RETURN = "return"


class Action(StrEnum):
    """What a reason code asks of us. A code that is in no list is for a person."""

    CHANGE_ACCOUNT = "change_account"
    CONTACT_PAYEE = "contact_payee"
    STOP_BATCH = "stop_batch"
    FREEZE = "freeze"
    CORRECT = "correct"
    STOP_PLACEMENT = "stop_placement"
    CLOSE_RECALL = "close_recall"
    OPERATOR = "operator"
    PERSON = "person"


HOLDING = frozenset({Action.CHANGE_ACCOUNT, Action.CONTACT_PAYEE})


class RecallOutcome(StrEnum):
    """How a recall ended: the bank gave the money back, would not, or we took the recall back."""

    HONOURED = "honoured"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ReasonCode(msgspec.Struct, frozen=True):
    """A code of one list, and what it asks of us."""

    code_list: ReasonList
    code: str
    action: Action


class Consequence(msgspec.Struct, frozen=True):
    """What follows for one order that failed."""

    attempt_id: AttemptId
    agreement_id: AgreementId
    bank_account_id: BankAccountId
    reason_code: str
    action: Action


class Hold(msgspec.Struct, frozen=True):
    """An account that no line is paid to, because the bank refused a payment to it."""

    id: AccountHoldId
    attempt_id: AttemptId
    end_to_end_id: str
    payee_name: str
    iban_last4: str
    reason_code: str
    action: Action
    held_at: datetime


class Alarm(msgspec.Struct, frozen=True):
    """Something a bank's reason code asks a person to see to."""

    id: AlarmId
    attempt_id: AttemptId
    agreement_id: AgreementId
    agreement_reference: str
    action: Action
    reason_code: str
    raised_at: datetime


class Failed(msgspec.Struct, frozen=True):
    """A payment that failed and is neither paid again nor closed, with what its code asks for."""

    id: AttemptId
    end_to_end_id: str
    number: int
    state: AttemptState
    reason_code: str
    reason_name: Mapping[str, str | None]
    action: Action | None
    state_changed_at: datetime
    payee_name: str
    agreement_reference: str
    month: Month
    amount_cents: Cents
    request_id: ReissueRequestId | None
    payout_id: PayoutId


class Payment(msgspec.Struct, frozen=True):
    """One order for the bank: whom it pays and what for, in cents, how it went, what may follow.

    `reissues` failed and is paid again by it; `paid_again_by` is the payout that pays it again.
    """

    id: AttemptId
    end_to_end_id: str
    number: int
    state: AttemptState
    reason_code: str | None
    reason_name: Mapping[str, str | None]
    state_changed_at: datetime
    payee_name: str
    iban_last4: str
    amount_cents: Cents
    agreement_id: AgreementId
    agreement_reference: str
    month: Month
    kind_label: Mapping[str, str]
    payout_id: PayoutId
    payout_reference: str
    bank_file_id: BankFileId
    sent_at: datetime
    reissues: AttemptId | None
    paid_again_by: PayoutId | None
    is_closed: bool
    request_id: ReissueRequestId | None
    is_recalled: bool

    @property
    def waits(self) -> bool:
        """Whether it failed, and is neither paid again nor closed."""
        return self.state in FAILED and self.paid_again_by is None and not self.is_closed

    @property
    def may_be_recalled(self) -> bool:
        """Whether there is something to call back, and nobody does."""
        return self.state not in FAILED and not self.is_recalled


class FailedAttempt(msgspec.Struct, frozen=True):
    """A failed payment as a new payout sees it: what it was, whom and where it would pay now."""

    attempt_id: AttemptId
    agreement_id: AgreementId
    month: Month
    instalment_id: InstalmentId
    payee: Payee
    bank_account_id: BankAccountId | None
    payee_name: str | None
    amount_cents: Cents
    is_requested: bool


class HeldAttempt(msgspec.Struct, frozen=True):
    """An order that is held while something is decided about it; `overpaid_cents` is what its month
    and kind were, on paper, paid beyond what is due."""

    id: AttemptId
    state: AttemptState
    amount_cents: Cents
    payout_line_id: PayoutLineId
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    budget_line_id: BudgetLineId
    overpaid_cents: Cents


class HeldRecall(msgspec.Struct, frozen=True):
    """A recall that is held while it is decided on."""

    id: RecallId
    attempt_id: AttemptId
    asked_by: AccountId
    confirmed_by: AccountId | None
    closed_at: datetime | None


class Recall(msgspec.Struct, frozen=True):
    """Our wish to have a payment back, and how it ended."""

    id: RecallId
    attempt_id: AttemptId
    end_to_end_id: str
    payee_name: str
    amount_cents: Cents
    state: AttemptState
    reason: str
    asked_at: datetime
    asked_by_name: str
    confirmed_at: datetime | None
    closed_at: datetime | None
    outcome: RecallOutcome | None
    outcome_reason: str | None
