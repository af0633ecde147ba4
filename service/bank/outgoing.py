"""The nouns of what goes to the bank: lines, orders, files, and what no file can hold."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from service.bank.model import BankFile, Door, UnwrittenReason
from service.bank_profiles.model import BankProfile
from service.ids import (
    AgreementId,
    AttemptId,
    BankAccountId,
    BankFileId,
    BudgetLineId,
    InstalmentId,
    PayoutId,
    PayoutLineId,
    SchemeId,
)
from service.instalments.model import PaymentKind
from service.money import ZERO, Cents
from service.period import Month


class ApprovedLine(msgspec.Struct, frozen=True):
    """An approved line as the bank needs it; the IBAN is sealed under the bank account's id.

    `is_urgent` when the payee gets more by this payout than the channel for small payments takes.
    One that pays a failed order again (`reissues`) counts on from its number.
    """

    id: PayoutLineId
    instalment_id: InstalmentId
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    scheme_id: SchemeId
    budget_line_id: BudgetLineId
    payee_name: str
    town: str
    bank_account_id: BankAccountId
    iban_sealed: bytes
    iban_index: bytes
    amount_cents: Cents
    is_urgent: bool
    reissues: AttemptId | None
    attempt_number: int


class Unwritable(msgspec.Struct, frozen=True):
    """An approved line that cannot be written: why, and what exactly (letters, a count, cents)."""

    line_id: PayoutLineId
    reason: UnwrittenReason
    detail: str


class UnwrittenLine(msgspec.Struct, frozen=True):
    """A line that was left out of a file, for a person to put right; then it is released."""

    payout_line_id: PayoutLineId
    payout_id: PayoutId
    payout_reference: str
    month: Month
    payee_name: str
    amount_cents: Cents
    reason: UnwrittenReason
    detail: str
    recorded_at: datetime
    released_at: datetime | None


class PlannedFile(msgspec.Struct):
    """One file of a payout before it is written: how many payments, and cents, of which channel."""

    ordinal: int
    is_urgent: bool
    payment_count: int = 0
    total_cents: Cents = ZERO


class Plan(msgspec.Struct):
    """How a payout is divided into files, and which lines no file can hold."""

    files: list[PlannedFile]
    unwritable: list[Unwritable]


class BankOrder(msgspec.Struct, frozen=True):
    """A file of a payout: its place among them, and what the bank was told to do by it."""

    bank_file_id: BankFileId
    payout_id: PayoutId
    payout_reference: str
    ordinal: int
    is_urgent: bool
    payment_count: int
    total_cents: Cents
    execute_on: date


class Export(msgspec.Struct, frozen=True):
    """What a payout became: its files, and the lines that none of them holds."""

    payout_id: PayoutId
    files: tuple[BankFile, ...]
    unwritten: tuple[UnwrittenLine, ...]


class Outgoing(msgspec.Struct, frozen=True):
    """What the bank was told of a payout, and what it was not."""

    orders: list[BankOrder]
    unwritten: list[UnwrittenLine]


class Download(msgspec.Struct, frozen=True):
    """Who took a file out of Ura, and when."""

    downloaded_at: datetime
    downloaded_by_name: str
    door: Door


class NewAttempt(msgspec.Struct, frozen=True):
    """An order about to be sent: an approved line with its account number in the clear."""

    id: AttemptId
    line: ApprovedLine
    number: int
    end_to_end_id: str
    iban: str


class ApprovedTotals(msgspec.Struct, frozen=True):
    """What was approved, as far as the order for the bank must agree with it."""

    payment_count: int
    total_cents: Cents
    approved_at: datetime | None


class PayoutToExport(msgspec.Struct, frozen=True):
    """An approved payout that has not gone to the bank."""

    id: PayoutId
    reference: str
    month: Month
    payment_count: int
    total_cents: Cents
    approved_at: datetime


class Payment(msgspec.Struct, frozen=True):
    """One payment as the bank reads it: names in the letters it takes, an opaque text.

    Town, country and a free line are sent where the bank's profile asks for an address.
    """

    end_to_end_id: str
    payee_name: str
    iban: str
    amount_cents: Cents
    text: str
    town: str | None = None
    country: str = "XK"
    address_line: str | None = None


class PaymentOrder(msgspec.Struct, frozen=True):
    """Everything one pain.001 file says, and the totals that were approved of it.

    `payments` may be an iterator, and is empty where they are handed to the writer by and by.
    """

    message_id: str
    block_id: str
    created_at: datetime
    execute_on: date
    profile: BankProfile
    approved_count: int
    approved_cents: Cents
    payments: Iterable[Payment] = ()
    is_urgent: bool = False
