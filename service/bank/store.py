"""The bank's queries."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from service import db
from service.bank.model import (
    ApprovedTotals,
    Attempt,
    AttemptState,
    BankDay,
    BankFile,
    BankProfile,
    Count,
    Direction,
    NewAttempt,
    OurAccount,
    PayoutKey,
    PayoutToExport,
    Sealed,
    SentName,
)
from service.db import Connection
from service.ids import AttemptId, BankFileId, PayoutId

SQL = db.load("bank")


async def get_profile(tx: Connection) -> BankProfile:
    """How orders are written, and from which account they are paid."""
    return await db.fetch_one(tx, SQL["get_profile"], BankProfile)


async def list_our_accounts(tx: Connection) -> list[OurAccount]:
    """The accounts that statements may be of, retired ones too."""
    return await db.fetch_all(tx, SQL["list_our_accounts"], OurAccount)


async def list_bank_days(tx: Connection, *, first_day: date, last_day: date) -> list[BankDay]:
    """Days from the first to the last that differ from the printed calendar."""
    return await db.fetch_all(
        tx, SQL["list_bank_days"], BankDay, first_day=first_day, last_day=last_day
    )


async def find_payout_named(tx: Connection, reference: str) -> PayoutKey | None:
    """The payout with a reference."""
    return await db.find_one(tx, SQL["find_payout_named"], PayoutKey, reference=reference)


async def lock_payout_to_export(tx: Connection, payout_id: PayoutId) -> ApprovedTotals:
    """What was approved of a payout, which is held."""
    return await db.fetch_one(tx, SQL["lock_payout_to_export"], ApprovedTotals, payout_id=payout_id)


async def list_approved_payouts(tx: Connection) -> list[PayoutToExport]:
    """Payouts that wait to go to the bank, the oldest first."""
    return await db.fetch_all(tx, SQL["list_approved_payouts"], PayoutToExport)


async def find_file_of_payout(tx: Connection, payout_id: PayoutId) -> BankFile | None:
    """The file that a payout went out in."""
    return await db.find_one(tx, SQL["find_file_of_payout"], BankFile, payout_id=payout_id)


async def find_file_by_content(
    tx: Connection, *, direction: Direction, sha256: bytes
) -> BankFile | None:
    """The file with the very same content."""
    return await db.find_one(
        tx, SQL["find_file_by_content"], BankFile, direction=direction, sha256=sha256
    )


async def get_file(tx: Connection, file_id: BankFileId) -> BankFile:
    """One file without its content."""
    return await db.fetch_one(tx, SQL["get_file"], BankFile, file_id=file_id)


async def get_sealed_content(tx: Connection, file_id: BankFileId) -> Sealed:
    """The sealed bytes of a file."""
    return await db.fetch_one(tx, SQL["get_sealed_content"], Sealed, file_id=file_id)


async def list_files(tx: Connection, *, at_most: int) -> list[BankFile]:
    """Files out and in, the newest first."""
    return await db.fetch_all(tx, SQL["list_files"], BankFile, at_most=at_most)


async def list_counts(tx: Connection, file_ids: Collection[BankFileId]) -> list[Count]:
    """What became of the orders and entries of some files."""
    return await db.fetch_all(tx, SQL["list_counts"], Count, file_ids=list(file_ids))


async def insert_file(tx: Connection, file: BankFile, *, sealed: bytes) -> int:
    """Keeps a file; 0 when the same content is there already."""
    return await db.execute(
        tx,
        SQL["insert_file"],
        file_id=file.id,
        direction=file.direction,
        message_type=file.message_type,
        message_id=file.message_id,
        payout_id=file.payout_id,
        sealed=sealed,
        sha256=file.sha256,
        byte_count=file.byte_count,
        at=file.recorded_at,
        recorded_by=file.recorded_by,
    )


async def insert_attempts(
    tx: Connection,
    file_id: BankFileId,
    attempts: Sequence[NewAttempt],
    *,
    ibans_sealed: Sequence[bytes],
    at: datetime,
) -> int:
    """Writes the orders of a file that goes out."""
    return await db.execute(
        tx,
        SQL["insert_attempts"],
        file_id=file_id,
        at=at,
        ids=[attempt.id for attempt in attempts],
        payout_line_ids=[attempt.line.id for attempt in attempts],
        numbers=[attempt.number for attempt in attempts],
        end_to_end_ids=[attempt.end_to_end_id for attempt in attempts],
        payee_names=[attempt.line.payee_name for attempt in attempts],
        ibans_sealed=list(ibans_sealed),
        iban_indexes=[attempt.line.iban_index for attempt in attempts],
        amounts_cents=[attempt.line.amount_cents for attempt in attempts],
        reissues=[attempt.line.reissues for attempt in attempts],
    )


async def list_sent_names(tx: Connection, message_id: str) -> list[SentName]:
    """The end-to-end ids of the orders in the file with this message id."""
    return await db.fetch_all(tx, SQL["list_sent_names"], SentName, message_id=message_id)


async def lock_attempts(
    tx: Connection, names: Collection[str], *, message_ids: Collection[str]
) -> list[Attempt]:
    """The orders with these end-to-end ids, and all in the files with these message ids, held until
    the transaction ends."""
    return await db.fetch_all(
        tx, SQL["lock_attempts"], Attempt, names=list(names), message_ids=list(message_ids)
    )


async def record_states(
    tx: Connection,
    state: AttemptState,
    ids: Sequence[AttemptId],
    *,
    reason_codes: Sequence[str | None],
    at: datetime,
) -> int:
    """Moves orders to one state; the database refuses a move that is none."""
    return await db.execute(
        tx,
        SQL["record_states"],
        state=state,
        ids=list(ids),
        reason_codes=list(reason_codes),
        at=at,
    )
