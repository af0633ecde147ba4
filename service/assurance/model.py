"""Seals, checks of the books, and the ledger seen from below."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from service.ids import (
    AgreementId,
    BooksCheckId,
    CandidateId,
    EmployerId,
    SealId,
)
from service.instalments.model import PaymentKind
from service.ledger.model import AccountKind, Broken
from service.money import Cents
from service.period import Month


class Seal(msgspec.Struct, frozen=True):
    """A root over every transfer and audit entry until a moment, and over the root before it.

    `root` is SHA-256, 32 bytes. Whoever keeps one outside the database can tell later that nothing
    under it was changed.
    """

    id: SealId
    number: int
    up_to: datetime
    row_count: int
    root: bytes
    sealed_at: datetime


class OpenSeal(msgspec.Struct, frozen=True):
    """A seal that waits until no transaction can write under it any more."""

    id: SealId
    up_to: datetime
    is_ripe: bool


class BooksCheck(msgspec.Struct, frozen=True):
    """One run of all invariants; of the rows that broke one, the first hundred are named."""

    id: BooksCheckId
    started_at: datetime
    finished_at: datetime
    asked_by_name: str | None
    broken_count: int
    broken: list[Broken]


class LedgerFilter(msgspec.Struct, frozen=True):
    """Whose money is wanted; what is empty does not matter."""

    agreement_id: AgreementId | None = None
    employer_id: EmployerId | None = None
    candidate_id: CandidateId | None = None
    month: Month | None = None


class LedgerRow(msgspec.Struct, frozen=True):
    """What stands for one agreement, month and kind of payment, in cents on each account.

    Without a month it is what is set aside for the whole agreement. What is `paid` was paid and not
    sent back; what is `recoverable` is below zero, as it is owed back.
    """

    agreement_id: AgreementId
    agreement_reference: str
    employer_name: str
    month: Month | None
    kind: PaymentKind | None
    balances: Mapping[AccountKind, Cents]


class LedgerPage(msgspec.Struct, frozen=True):
    """Rows of the sub-ledger, the newest month first and bounded in number, and their sums."""

    rows: list[LedgerRow]
    totals: Mapping[AccountKind, Cents]
    is_whole: bool


class Assurance(msgspec.Struct, frozen=True):
    """What an auditor looks at first: the newest checks and seals."""

    checks: list[BooksCheck]
    seals: list[Seal]
