"""What a file from the bank says: nouns only, whatever message, version or habit it came in.

Nothing here knows our orders. `read_file(content)` of `service.bank.reading.files` answers a
BankUpload or raises NotABankFile; `service.bank.reading.checks` compares it with our accounts and
the statement before; rules and actions decide what follows.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.bank.findings import Finding
from service.money import Cents


class MessageKind(StrEnum):
    """The messages that are read; each is recognised by its namespace and its root together."""

    STATUS_REPORT = "pain.002"
    INTRADAY_REPORT = "camt.052"
    STATEMENT = "camt.053"
    NOTIFICATION = "camt.054"


class Booking(StrEnum):
    """Whether an entry has been booked. Only a booked one moved money; others inform."""

    BOOKED = "booked"
    PENDING = "pending"
    INFO = "info"
    FUTURE = "future"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Whether money left the account (debit) or reached it (credit)."""

    DEBIT = "debit"
    CREDIT = "credit"


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One payment of a statement, or one entry that is not taken apart.

    An entry of the bank for a whole block is taken apart into its payments when they add up to it;
    the parts then share `ordinal` and count up in `part`. Otherwise it is one Entry with
    `transaction_count` > 1.

    `booking_key` is the same wherever this entry is told again: in a later statement, or as
    camt.052, .053 or .054, pending or booked. `key` also holds the kind of message and the
    booking, so that what is told as pending first does not hide what is booked later. Both
    count equals within one statement, so two equal entries are two.

    `amount_cents` is never negative, and None when the bank's amount is not in whole cents; such
    an entry is never posted. `counterparty_*` and `remittance` are personal data: seal them.
    """

    key: bytes
    booking_key: bytes
    ordinal: int
    part: int
    booking: Booking
    side: Side
    amount_cents: Cents | None
    currency: str
    is_reversal: bool = False
    is_return: bool = False
    booked_on: date | None = None
    value_on: date | None = None
    servicer_reference: str = ""
    entry_reference: str = ""
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    block_id: str | None = None
    message_id: str | None = None
    transaction_count: int = 1
    reason_code: str | None = None
    transaction_code: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    remittance: str = ""


class Balance(msgspec.Struct, frozen=True):
    """A balance as its code says (OPBD, CLBD, PRCD, ITBD, CLAV, ...); negative when overdrawn.

    `subtype` INTM marks the page of a statement that continues elsewhere.
    """

    code: str
    subtype: str
    amount_cents: Cents
    currency: str
    falls_on: date | None


class Statement(msgspec.Struct, frozen=True):
    """One statement, report (camt.052) or notification (camt.054) of one account.

    Sums are signed cents: credits less debits. `entry_count` counts the bank's entries before they
    were taken apart. Days are as the bank gives them, without zone; `last_day` is included.
    """

    ordinal: int
    account: str
    currencies: frozenset[str]
    statement_id: str
    electronic_number: int | None
    legal_number: int | None
    created_at: datetime | None
    first_day: date | None
    last_day: date | None
    page: int | None
    is_last_page: bool
    balances: tuple[Balance, ...]
    opening_cents: Cents | None
    closing_cents: Cents | None
    booked_cents: Cents
    entry_count: int
    entries: tuple[Entry, ...]


class AccountReport(msgspec.Struct, frozen=True, tag=True):
    """A camt.052, .053 or .054 with its statements and what was found odd in it."""

    kind: MessageKind
    message_type: str
    message_id: str
    created_at: datetime | None
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """A bank's word on an order: its status code, and a reason code when it refuses."""

    code: str
    reason_code: str | None


class BlockStatus(msgspec.Struct, frozen=True):
    """What a report says of one payment information block as a whole, None when nothing."""

    block_id: str
    verdict: Verdict | None


class PaymentStatus(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a report says of one payment; `is_own` False when only its block or message has a
    status, which it then carries.

    `key` is the same only in the very same report (message id of it and of the order).
    `amount_cents` is that of the order as the bank repeats it, None when it does not.
    """

    key: bytes
    ordinal: int
    end_to_end_id: str | None
    instruction_id: str | None
    block_id: str | None
    verdict: Verdict
    is_own: bool
    amount_cents: Cents | None = None


class StatusReport(msgspec.Struct, frozen=True, tag=True):
    """A pain.002: verdicts on single payments, blocks and the whole order. It informs; only a
    booked debit pays."""

    kind: MessageKind
    message_type: str
    message_id: str
    created_at: datetime | None
    original_message_id: str
    original_message_type: str
    group: Verdict | None
    blocks: tuple[BlockStatus, ...]
    payments: tuple[PaymentStatus, ...]
    findings: tuple[Finding, ...] = ()

    def for_the_rest(self) -> Verdict | None:
        """The verdict on all payments of the order that the report does not name, if any."""
        whole = self.group
        if len(self.blocks) == 1 and self.blocks[0].verdict is not None:
            whole = self.blocks[0].verdict
        return None if whole is None or whole.code == PARTLY else whole


BankMessage = StatusReport | AccountReport

# A group or block status: some payments were accepted and some refused.
PARTLY = "PART"


class BankUpload(msgspec.Struct, frozen=True):
    """All messages of one uploaded file: one, or those of a zip in its order."""

    messages: tuple[BankMessage, ...]
    findings: tuple[Finding, ...] = ()
