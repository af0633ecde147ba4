"""The nouns of suspense: an entry that waits, and what a person said it is."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.bank.model import AttemptState, EntryKind
from service.ids import (
    AccountId,
    AttemptId,
    BankFileId,
    EntryId,
    RecoveryId,
    ResolutionId,
)
from service.money import Cents
from service.period import Month


class ResolutionKind(StrEnum):
    """What is said of an entry: it is one order, several, none of ours, a whole block, or money
    that was owed back; or that what was said before is taken back."""

    MATCH = "match"
    SPLIT = "split"
    EXPLAIN = "explain"
    BATCH = "batch"
    RECOVER = "recover"
    UNDO = "undo"


class Category(StrEnum):
    """What money is that is no payment of ours."""

    BANK_FEE = "bank_fee"
    INTEREST = "interest"
    TREASURY_FUNDING = "treasury_funding"
    BANK_CORRECTION = "bank_correction"
    REPAID_BY_PAYEE = "repaid_by_payee"
    FOREIGN = "foreign"
    OTHER = "other"


class Waiting(msgspec.Struct, frozen=True):
    """An entry that matched nothing, with its age; perhaps proposed and not yet confirmed.

    `named_attempt_id` is the order whose end-to-end id the bank gave, although it could not be it:
    another amount, or booked a second time.
    """

    id: EntryId
    file_id: BankFileId
    kind: EntryKind
    booked_on: date | None
    amount_cents: Cents
    end_to_end_id: str | None
    block_id: str | None
    servicer_reference: str | None
    reason_code: str | None
    named_attempt_id: AttemptId | None
    named_state: AttemptState | None
    resolution_id: ResolutionId | None
    resolution_kind: ResolutionKind | None
    age_days: int


class Candidate(msgspec.Struct, frozen=True):
    """An order of the amount of an entry, in a state in which it could be it."""

    id: AttemptId
    end_to_end_id: str
    payee_name: str
    amount_cents: Cents
    state: AttemptState
    month: Month
    agreement_reference: str


class SuspenseEntry(msgspec.Struct, frozen=True):
    """An unmatched entry that somebody resolves: what is kept of what the bank said, and the order
    that it names, in cents; up to `alone_up_to_cents` one person is enough."""

    id: EntryId
    entry_key: bytes
    kind: EntryKind
    amount_cents: Cents
    booked_on: date | None
    end_to_end_id: str | None
    block_id: str | None
    servicer_reference: str | None
    reason_code: str | None
    file_id: BankFileId
    recorded_at: datetime
    named_attempt_id: AttemptId | None
    named_state: AttemptState | None
    named_cents: Cents | None
    alone_up_to_cents: Cents


class EntryWords(msgspec.Struct, frozen=True):
    """Whom the bank names on the other side of an entry, and what the payment says: personal data,
    which stands in the sealed file alone."""

    name: str
    iban: str
    remittance: str


class Name(msgspec.Struct, frozen=True):
    """An order and its end-to-end id."""

    id: AttemptId
    end_to_end_id: str


class Part(msgspec.Struct, frozen=True):
    """What one order has of an entry."""

    attempt_id: AttemptId
    amount_cents: Cents


class Owing(msgspec.Struct, frozen=True):
    """A recovery that is open, which an entry could settle."""

    id: RecoveryId
    reference: str
    payee_name: str
    open_cents: Cents


class RecoveryName(msgspec.Struct, frozen=True):
    """A recovery and its reference."""

    id: RecoveryId
    reference: str


class RecoveryPart(msgspec.Struct, frozen=True):
    """What one recovery has of an entry."""

    recovery_id: RecoveryId
    amount_cents: Cents


class Resolution(msgspec.Struct, frozen=True):
    """What was said of an entry, as a second person finds it."""

    id: ResolutionId
    entry_id: EntryId
    kind: ResolutionKind
    needs_second: bool
    proposed_by: AccountId


class ResolutionRow(msgspec.Struct, frozen=True):
    """What was said of an entry, in a list."""

    id: ResolutionId
    entry_id: EntryId
    file_id: BankFileId
    entry_kind: EntryKind
    amount_cents: Cents
    booked_on: date | None
    kind: ResolutionKind
    category: Category | None
    reason: str
    needs_second: bool
    proposed_at: datetime
    proposed_by_name: str
    is_granted: bool | None
    decided_by_name: str | None
    is_undone: bool
