"""The nouns of what banks tell: a file as read, its statements, and what reading it did."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.bank.model import (
    AttemptState,
    BankFile,
    Decision,
    Effect,
    Entry,
    KeptFinding,
    Verdict,
)
from service.ids import AttemptId, BankFileId, EntryId
from service.money import Cents


class ImportStep(StrEnum):
    """What an import is at: its bytes are read, it waits for its turn, or it is posted."""

    READING = "reading"
    WAITING = "waiting"
    POSTING = "posting"


class MessageKind(StrEnum):
    """The account reports that are kept as statements: intraday, of the day, and notices."""

    INTRADAY_REPORT = "camt.052"
    STATEMENT = "camt.053"
    NOTIFICATION = "camt.054"


class ReadStatement(msgspec.Struct, frozen=True):
    """One statement as told, without its entries; sums are signed cents."""

    place: int
    kind: MessageKind
    account: str
    statement_id: str
    sequence: int | None
    first_day: date | None
    last_day: date | None
    opening_cents: Cents | None
    booked_cents: Cents
    closing_cents: Cents | None


class StatementBefore(msgspec.Struct, frozen=True):
    """The last statement that was known before one of a file, which stands at `place` there."""

    place: int
    sequence: int | None
    first_day: date | None
    closing_cents: Cents | None


class Rest(msgspec.Struct, frozen=True):
    """A verdict on all payments of one of our orders that a status report does not name."""

    message_id: str
    original_message_id: str
    verdict: Verdict
    named: frozenset[str]


class ReadFile(msgspec.Struct, frozen=True):
    """A file ready to be posted: its statements, and all its entries in one list."""

    message_type: str
    message_id: str
    statements: tuple[ReadStatement, ...]
    entries: tuple[Entry, ...]
    rests: tuple[Rest, ...] = ()
    findings: tuple[KeptFinding, ...] = ()


class KnownKey(msgspec.Struct, frozen=True):
    """The key of an entry that was read before."""

    entry_key: bytes


class Event(msgspec.Struct, frozen=True, gc=False):
    """What was said of an order otherwise than by an entry that names it, and what it did."""

    attempt_id: AttemptId
    entry_id: EntryId | None
    said: Effect
    from_state: AttemptState
    to_state: AttemptState
    reason_code: str | None


class WaitingBlock(msgspec.Struct, frozen=True):
    """An entry for a whole block that did not add up when it was read."""

    id: EntryId
    block_id: str
    amount_cents: Cents
    booked_on: date | None


class WrittenDecision(msgspec.Struct, frozen=True, gc=False):
    """A decision with the id of the row that its entry has, and of its statement."""

    entry_id: EntryId
    decision: Decision


class Refusal(msgspec.Struct, frozen=True):
    """A file that was refused whole: its SHA-256, why, and who sent it when."""

    sha256: bytes
    byte_count: int
    problem: str
    reason: str
    refused_at: datetime
    refused_by_name: str


class Release(msgspec.Struct, frozen=True):
    """An officer's word that a file, or one statement of it, is to be posted after all."""

    statement_place: int | None
    reason: str
    released_at: datetime
    released_by_name: str


class LastClosing(msgspec.Struct, frozen=True):
    """The balance with which a statement closed."""

    closing_cents: Cents


class Quarantined(msgspec.Struct, frozen=True):
    """A file of which something waits for an officer, with the first reason."""

    file_id: BankFileId
    message_type: str
    recorded_at: datetime
    statement_place: int | None
    code: str
    detail: str


class PostedPlace(msgspec.Struct, frozen=True):
    """A statement of a file that was posted."""

    place: int


class BrokenChain(msgspec.Struct, frozen=True):
    """A statement that does not follow from the one before it: `gap`, `repeated` or `balance`."""

    file_id: BankFileId
    account: str
    message_kind: MessageKind
    statement_id: str
    sequence: int | None
    first_day: date | None
    last_day: date | None
    opening_cents: Cents | None
    broken: str


class HistoryRow(msgspec.Struct, frozen=True):
    """One word about an order and what it did; `booked_on` is the bank's day, of a booking."""

    said: Effect
    from_state: AttemptState
    to_state: AttemptState
    reason_code: str | None
    happened_at: datetime
    booked_on: date | None
    file_id: BankFileId | None
    recorded_by_name: str | None


class ImportSummary(msgspec.Struct, frozen=True):
    """What a file from the bank did: new entries by effect, and how many were read before.

    `waits` are the reasons for which the file, or some statements of it, was kept but not posted.
    `blocks` counts entries of earlier files for whole blocks that now add up.
    """

    file: BankFile
    already_imported: bool
    known_before: int
    counts: dict[Effect, int]
    waits: tuple[KeptFinding, ...] = ()
    blocks: int = 0
