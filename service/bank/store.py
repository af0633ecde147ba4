"""The bank's queries."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime

from service import db
from service.bank.keeping import SealedFile
from service.bank.model import (
    Attempt,
    AttemptState,
    BankFile,
    Count,
    Direction,
    Door,
    Packing,
    PayoutKey,
    Sealed,
    SentName,
)
from service.bank.outgoing import (
    ApprovedLine,
    ApprovedTotals,
    BankOrder,
    Download,
    NewAttempt,
    PayoutToExport,
    Unwritable,
    UnwrittenLine,
)
from service.db import Connection
from service.ids import AccountId, AttemptId, BankFileId, BankProfileId, PayoutId, new_id
from service.money import Cents

SQL = db.load("bank")


async def find_payout_named(tx: Connection, reference: str) -> PayoutKey | None:
    """The payout with a reference."""
    return await db.find_one(tx, SQL["find_payout_named"], PayoutKey, reference=reference)


async def lock_payout_to_export(tx: Connection, payout_id: PayoutId) -> ApprovedTotals:
    """What was approved of a payout, which is held."""
    return await db.fetch_one(tx, SQL["lock_payout_to_export"], ApprovedTotals, payout_id=payout_id)


async def list_approved_payouts(tx: Connection) -> list[PayoutToExport]:
    """Payouts that wait to go to the bank, the oldest first."""
    return await db.fetch_all(tx, SQL["list_approved_payouts"], PayoutToExport)


async def list_approved_lines(
    tx: Connection, payout_id: PayoutId, *, payee_cents_max: Cents | None, batch_size: int
) -> AsyncIterator[list[ApprovedLine]]:
    """The lines to pay, so many at once: first those of the channel for small payments."""
    batches = db.fetch_in_batches(
        tx,
        SQL["list_approved_lines"],
        ApprovedLine,
        batch_size,
        payout_id=payout_id,
        payee_cents_max=payee_cents_max,
    )
    async for batch in batches:
        yield batch


async def list_files_of_payout(tx: Connection, payout_id: PayoutId) -> list[BankFile]:
    """The files that a payout went out in, the first first."""
    return await db.fetch_all(tx, SQL["list_files_of_payout"], BankFile, payout_id=payout_id)


async def list_orders_of_payout(tx: Connection, payout_id: PayoutId) -> list[BankOrder]:
    """What the bank was told by each file of a payout."""
    return await db.fetch_all(tx, SQL["list_orders_of_payout"], BankOrder, payout_id=payout_id)


async def list_unwritten(tx: Connection, payout_id: PayoutId) -> list[UnwrittenLine]:
    """The lines of a payout that no file holds, released or not."""
    return await db.fetch_all(tx, SQL["list_unwritten"], UnwrittenLine, payout_id=payout_id)


async def list_unwritten_waiting(tx: Connection) -> list[UnwrittenLine]:
    """The lines of all payouts that no file holds and nobody has released; two hundred at most."""
    return await db.fetch_all(tx, SQL["list_unwritten_waiting"], UnwrittenLine)


async def insert_unwritten(
    tx: Connection,
    payout_id: PayoutId,
    lines: Sequence[Unwritable],
    *,
    recorded_by: AccountId,
    at: datetime,
) -> int:
    """Notes which lines no file can hold, and why."""
    return await db.execute(
        tx,
        SQL["insert_unwritten"],
        payout_id=payout_id,
        recorded_by=recorded_by,
        at=at,
        line_ids=[one.line_id for one in lines],
        reasons=[one.reason for one in lines],
        details=[one.detail for one in lines],
    )


async def mark_unwritten_released(
    tx: Connection, payout_id: PayoutId, *, released_by: AccountId, at: datetime
) -> int:
    """Notes that the lines that no file holds are free again."""
    return await db.execute(
        tx,
        SQL["mark_unwritten_released"],
        payout_id=payout_id,
        released_by=released_by,
        at=at,
    )


async def insert_order(tx: Connection, order: BankOrder, *, profile_id: BankProfileId) -> None:
    """Notes what the bank is told by a file."""
    await db.execute(
        tx,
        SQL["insert_order"],
        file_id=order.bank_file_id,
        payout_id=order.payout_id,
        ordinal=order.ordinal,
        profile_id=profile_id,
        is_urgent=order.is_urgent,
        payment_count=order.payment_count,
        total_cents=order.total_cents,
        execute_on=order.execute_on,
    )


async def insert_chunk(tx: Connection, file_id: BankFileId, *, number: int, sealed: bytes) -> None:
    """Keeps one piece of a file that goes out."""
    await db.execute(tx, SQL["insert_chunk"], file_id=file_id, number=number, sealed=sealed)


async def list_chunks(tx: Connection, file_id: BankFileId) -> AsyncIterator[list[Sealed]]:
    """The pieces of a file that went out, one at a time."""
    async for batch in db.fetch_in_batches(tx, SQL["list_chunks"], Sealed, 1, file_id=file_id):
        yield batch


async def insert_download(
    tx: Connection, file_id: BankFileId, *, door: Door, by: AccountId, at: datetime
) -> None:
    """Notes who takes a file out of Ura."""
    await db.execute(
        tx,
        SQL["insert_download"],
        download_id=new_id(),
        file_id=file_id,
        door=door,
        downloaded_by=by,
        at=at,
    )


async def list_downloads(tx: Connection, file_id: BankFileId) -> list[Download]:
    """Who took a file out of Ura, the latest first."""
    return await db.fetch_all(tx, SQL["list_downloads"], Download, file_id=file_id)


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


async def get_sealed_content(tx: Connection, file_id: BankFileId) -> SealedFile:
    """The sealed bytes of a file that came in."""
    return await db.fetch_one(tx, SQL["get_sealed_content"], SealedFile, file_id=file_id)


async def list_files(tx: Connection, *, at_most: int) -> list[BankFile]:
    """Files out and in, the newest first."""
    return await db.fetch_all(tx, SQL["list_files"], BankFile, at_most=at_most)


async def list_counts(tx: Connection, file_ids: Collection[BankFileId]) -> list[Count]:
    """What became of the orders and entries of some files."""
    return await db.fetch_all(tx, SQL["list_counts"], Count, file_ids=list(file_ids))


async def insert_file(tx: Connection, file: BankFile, *, sealed: bytes | None) -> int:
    """Keeps a file, with its packed bytes if it came in; 0 when the same is there already."""
    return await db.execute(
        tx,
        SQL["insert_file"],
        file_id=file.id,
        direction=file.direction,
        message_type=file.message_type,
        message_id=file.message_id,
        payout_id=file.payout_id,
        sealed=sealed,
        packing=Packing.NONE if sealed is None else Packing.ZLIB,
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
        agreement_ids=[attempt.line.agreement_id for attempt in attempts],
        months=[attempt.line.month for attempt in attempts],
        kinds=[attempt.line.kind for attempt in attempts],
        budget_line_ids=[attempt.line.budget_line_id for attempt in attempts],
        bank_account_ids=[attempt.line.bank_account_id for attempt in attempts],
        reissues=[attempt.line.reissues for attempt in attempts],
    )


async def list_sent_names(tx: Connection, message_ids: Collection[str]) -> list[SentName]:
    """The end-to-end ids of the orders in the files with these message ids."""
    return await db.fetch_all(tx, SQL["list_sent_names"], SentName, message_ids=list(message_ids))


async def lock_attempts(tx: Connection, names: Collection[str]) -> Callable[[], list[Attempt]]:
    """The orders with these end-to-end ids, held until the transaction ends."""
    return await db.fetch_untyped(tx, SQL["lock_attempts"], Attempt, names=list(names))


async def record_states(
    tx: Connection,
    state: AttemptState,
    moved: Sequence[tuple[AttemptId, str | None]],
    *,
    at: datetime,
) -> int:
    """Moves orders to one state, each for its reason; the database refuses a move that is none."""

    def _columns(piece: Sequence[tuple[AttemptId, str | None]]) -> Mapping[str, object]:
        places, reasons = db.alike(reason for _, reason in piece)
        return {
            "state": state,
            "at": at,
            "ids": [attempt_id for attempt_id, _ in piece],
            "alike": places,
            "reason_codes": reasons,
        }

    return await db.execute_in_pieces(tx, SQL["record_states"], moved, _columns)
