"""Orders to a bank, what a bank reports about them, and the moves between their states."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.bank.findings import Severity
from service.ids import (
    AccountId,
    AgreementId,
    AttemptId,
    BankAccountId,
    BankFileId,
    BudgetLineId,
    PayoutId,
)
from service.instalments.model import PaymentKind
from service.money import Cents
from service.period import Month

# External return reason "not specified, reason agent generated": for a refusal without a code.
NOT_SPECIFIED = "MS03"
REASON_LETTERS = 35


class Direction(StrEnum):
    """Whether a file went to the bank or came from it."""

    OUT = "out"
    IN = "in"


class AttemptState(StrEnum):
    """Where one order to pay stands, as far as the bank has said."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    RETURNED = "returned"


class EntryKind(StrEnum):
    """A status (pain.002), or money that left or reached our account (camt.053)."""

    STATUS = "status"
    DEBIT = "debit"
    CREDIT = "credit"


class EntryBooking(StrEnum):
    """How much an entry weighs: a status (pain.002), announced only, or booked and so moving."""

    STATUS = "status"
    PENDING = "pending"
    NOTIFIED = "notified"
    BOOKED = "booked"


class Effect(StrEnum):
    """What a bank's entry did to the order it speaks of.

    `confirmed` is the booking of a payment that was already known to be booked, because its return
    or its block was read first; `batch` an entry for a whole block, which settled its orders.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    BATCH = "batch"
    NONE = "none"
    UNMATCHED = "unmatched"


# Only a booked debit pays and only a return undoes it. Nothing said late moves an order back: each
# word moves it up to a rank or not at all, so that the order of the bank's files does not matter.
RANKS: Mapping[AttemptState, int] = {state: rank for rank, state in enumerate(AttemptState)}
STATE_OF_EFFECT: Mapping[Effect, AttemptState] = {
    Effect.ACCEPTED: AttemptState.ACCEPTED,
    Effect.REJECTED: AttemptState.REJECTED,
    Effect.CANCELLED: AttemptState.CANCELLED,
    Effect.SETTLED: AttemptState.SETTLED,
    Effect.RETURNED: AttemptState.RETURNED,
}
FAILED = frozenset({AttemptState.REJECTED, AttemptState.CANCELLED, AttemptState.RETURNED})
UNPAID = frozenset({AttemptState.REJECTED, AttemptState.CANCELLED})


def moves_of(state: AttemptState) -> Mapping[Effect, AttemptState]:
    """Where each word of the bank takes an order from a state; those that take it nowhere are left
    out. Only what was settled is returned: a return settles first."""
    return {
        effect: to
        for effect, to in STATE_OF_EFFECT.items()
        if RANKS[to] > RANKS[state]
        and (to is not AttemptState.RETURNED or state is AttemptState.SETTLED)
    }


MOVES: Mapping[AttemptState, Mapping[Effect, AttemptState]] = {
    state: moves_of(state) for state in AttemptState
}


class KeptFinding(msgspec.Struct, frozen=True):
    """What was found odd in a file: where (None: all of it), how serious, and its sentence."""

    statement_place: int | None
    code: str
    severity: Severity
    detail: str


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One status or entry as read; `says` is what it would do to the order it names.

    One for a whole block (`block_id`, the block's identification in our order) names no order.
    `place` is the statement's, from 0; a status has none.
    """

    key: bytes
    kind: EntryKind
    says: Effect
    end_to_end_id: str | None
    amount_cents: Cents | None = None
    booked_on: date | None = None
    reason_code: str | None = None
    booking: EntryBooking = EntryBooking.BOOKED
    block_id: str | None = None
    servicer_reference: str | None = None
    place: int | None = None

    @property
    def is_block(self) -> bool:
        """Whether it is money that left for a whole block, and names none of its payments."""
        return self.kind is EntryKind.DEBIT and not self.end_to_end_id and bool(self.block_id)


class Verdict(msgspec.Struct, frozen=True):
    """A bank's word on an order, as its code and, when it refuses, the reason code."""

    code: str
    reason_code: str | None


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """An order that was sent, with what the ledger needs to follow its money.

    `is_debit_seen` and `is_credit_seen`: an entry has paid it, or sent it back. `is_spent`: it
    failed and is paid again, or was closed, so that no entry can pay it any more.
    """

    id: AttemptId
    end_to_end_id: str
    state: AttemptState
    amount_cents: Cents
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    budget_line_id: BudgetLineId
    bank_account_id: BankAccountId
    block_id: str = ""
    is_debit_seen: bool = False
    is_credit_seen: bool = False
    is_spent: bool = False


class UnwrittenReason(StrEnum):
    """What keeps an approved line out of a file for the bank."""

    LETTERS = "letters"
    LENGTH = "length"
    TOWN = "town"
    IBAN = "iban"
    AMOUNT = "amount"
    CONTESTED = "contested"


class BankFile(msgspec.Struct, frozen=True):
    """A file that went to or came from the bank, without its content."""

    id: BankFileId
    direction: Direction
    message_type: str
    message_id: str
    payout_id: PayoutId | None
    sha256: bytes
    byte_count: int
    recorded_at: datetime
    recorded_by: AccountId


class Packing(StrEnum):
    """How the bytes of a file that came in were packed before they were sealed."""

    NONE = "none"
    ZLIB = "zlib"


class Door(StrEnum):
    """By which way a file was taken out of Ura."""

    API = "api"
    PAGE = "page"
    COMMAND = "command"


class Move(msgspec.Struct, frozen=True, gc=False):
    """What an entry does to one order: from where, and the states it goes through, maybe none."""

    attempt: Attempt
    from_state: AttemptState
    steps: tuple[AttemptState, ...]

    @property
    def to_state(self) -> AttemptState:
        """Where the order is afterwards."""
        return self.steps[-1] if self.steps else self.from_state


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What follows from one entry: its effect, and what it does to its order, or to its orders
    where it stands for a block; to none where it matches nothing."""

    entry: Entry
    effect: Effect
    moves: tuple[Move, ...] = ()

    @property
    def attempt(self) -> Attempt | None:
        """The one order that it names."""
        return None if self.effect is Effect.BATCH or not self.moves else self.moves[0].attempt

    @property
    def from_state(self) -> AttemptState | None:
        """Where the one order that it names stood before."""
        return None if self.effect is Effect.BATCH or not self.moves else self.moves[0].from_state


class PayoutKey(msgspec.Struct, frozen=True):
    """A payout, by its id alone."""

    id: PayoutId


class SentName(msgspec.Struct, frozen=True):
    """The end-to-end id of an order that was sent."""

    name: str


class Sealed(msgspec.Struct, frozen=True):
    """The sealed bytes of one piece of a file that went out."""

    sealed: bytes


class Count(msgspec.Struct, frozen=True):
    """How many orders (by state) or entries (by effect) a file has, and their sum in cents."""

    file_id: BankFileId
    word: str
    number: int
    amount_cents: Cents


class CountedFile(msgspec.Struct, frozen=True):
    """A file with what became of it."""

    file: BankFile
    counts: tuple[Count, ...]
