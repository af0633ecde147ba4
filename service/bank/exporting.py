"""Writes the files of a payout, from the rows of the database to sealed pieces, piece by piece.

Nothing here holds a whole payout: rows come by a cursor, bytes go into the database as they are
written, and no account number touches a disk in the clear. A first pass over the rows finds what
cannot be written and how limits divide the rest, for a file says its totals before its payments.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

import msgspec

from service.bank import orders, store
from service.bank.model import BankFile, Direction, UnwrittenReason
from service.bank.outgoing import (
    ApprovedLine,
    BankOrder,
    NewAttempt,
    PaymentOrder,
    Plan,
    PlannedFile,
    Unwritable,
)
from service.bank.pain001 import OrderWriter
from service.bank_profiles.model import Alphabet, BankProfile
from service.bank_profiles.rules import write
from service.clock import business_day
from service.crypto import Sealer, WrongKey
from service.db import Connection
from service.ids import AccountId, AttemptId, BankFileId, PayoutId, PayoutLineId, new_id
from service.ledger import actions as ledger
from service.period import Month, format_month

ROWS_AT_ONCE = 2_000
CHUNK_BYTES = 1_000_000

# Called with how many payments are written and how many there are.
OnProgress: TypeAlias = Callable[[int, int], None]


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What all files of one export have in common, and which lines are kept out of all of them."""

    payout_id: PayoutId
    profile: BankProfile
    alphabet: Alphabet
    created_at: datetime
    execute_on: date
    contested: Mapping[PayoutLineId, Month]
    by: AccountId
    at: datetime
    sealer: Sealer
    on_progress: OnProgress


async def plan(tx: Connection, context: Context) -> Plan:
    """Which lines no file can hold, and how many files hold the rest."""
    found = Plan(files=[], unwritable=[])
    async for lines in _lines(tx, context):
        refused = await asyncio.to_thread(_unwritable, lines, context)
        left_out = {one.line_id for one in refused}
        found.unwritable += refused
        orders.plan_files(
            found, (line for line in lines if line.id not in left_out), context.profile
        )
    return found


async def write_files(tx: Connection, context: Context, found: Plan) -> list[BankFile]:
    """Writes the files of a plan; each is in the database with its orders, pieces and transfers."""
    left_out = {one.line_id for one in found.unwritable}
    planned, files, done = iter(found.files), [], 0
    total = sum(file.payment_count for file in found.files)
    writing: _File | None = None
    async for batch in _lines(tx, context):
        lines = [line for line in batch if line.id not in left_out]
        while lines:
            if writing is None:
                writing = _File(tx, context, next(planned))
            some, lines = lines[: writing.room], lines[writing.room :]
            await writing.add(some)
            done += len(some)
            context.on_progress(done, total)
            if not writing.room:
                files.append(await writing.close())
                writing = None
    assert writing is None, "rows changed between the two passes over them"
    return files


def _lines(tx: Connection, context: Context) -> AsyncIterator[list[ApprovedLine]]:
    return store.list_approved_lines(
        tx,
        context.payout_id,
        payee_cents_max=context.profile.payee_cents_max,
        batch_size=ROWS_AT_ONCE,
    )


def _unwritable(lines: Sequence[ApprovedLine], context: Context) -> list[Unwritable]:
    found = (_complaint(line, context) for line in lines)
    return [one for one in found if one is not None]


def _complaint(line: ApprovedLine, context: Context) -> Unwritable | None:
    if month := context.contested.get(line.id):
        return Unwritable(line.id, UnwrittenReason.CONTESTED, format_month(month))
    iban = _iban_of(line, context.sealer)
    return orders.complaint(line, iban, context.profile, context.alphabet)


def _iban_of(line: ApprovedLine, sealer: Sealer) -> str | None:
    try:
        opened = sealer.open(
            line.iban_sealed,
            table="bank_account",
            column="iban_sealed",
            row_id=line.bank_account_id,
        )
    except WrongKey:
        return None
    return opened.decode()


class _File:
    """One file while it is written."""

    def __init__(self, tx: Connection, context: Context, planned: PlannedFile) -> None:
        self._tx, self._context, self._planned = tx, context, planned
        self._id = BankFileId(new_id())
        self._order = _order_of(context, planned)
        self._writer = OrderWriter(self._order)
        self._buffer = bytearray(self._writer.open())
        self._chunk_count = 0

    @property
    def room(self) -> int:
        """How many payments of the plan are still to come."""
        return self._planned.payment_count - self._writer.payment_count

    async def add(self, lines: Sequence[ApprovedLine]) -> None:
        """Writes some lines, and keeps what they are to the bank and to the ledger."""
        attempts, ibans_sealed, written = await asyncio.to_thread(self._write, lines)
        self._buffer += written
        await self._keep_full_chunks()
        at = self._context.at
        await store.insert_attempts(self._tx, self._id, attempts, ibans_sealed=ibans_sealed, at=at)
        await ledger.post_bulk(self._tx, orders.exported_transfers(attempts, on=business_day(at)))

    def _write(self, lines: Sequence[ApprovedLine]) -> tuple[list[NewAttempt], list[bytes], bytes]:
        context = self._context
        attempts = list(_attempts_of(lines, context.sealer))
        payments = orders.payments_of(attempts, context.profile, context.alphabet)
        return attempts, _seal_ibans(attempts, context.sealer), self._writer.add(payments)

    async def close(self) -> BankFile:
        """The finished file, with the last of its pieces."""
        self._buffer += self._writer.close()
        await self._keep_full_chunks()
        await self._keep_chunk(bytes(self._buffer))
        file = BankFile(
            id=self._id,
            direction=Direction.OUT,
            message_type=self._context.profile.version,
            message_id=self._order.message_id,
            payout_id=self._context.payout_id,
            sha256=self._writer.sha256,
            byte_count=self._writer.byte_count,
            recorded_at=self._context.at,
            recorded_by=self._context.by,
        )
        await store.insert_file(self._tx, file, sealed=None)
        order = BankOrder(
            bank_file_id=self._id,
            payout_id=self._context.payout_id,
            payout_reference="",
            ordinal=self._planned.ordinal,
            is_urgent=self._planned.is_urgent,
            payment_count=self._planned.payment_count,
            total_cents=self._planned.total_cents,
            execute_on=self._context.execute_on,
        )
        await store.insert_order(self._tx, order, profile_id=self._context.profile.id)
        return file

    async def _keep_full_chunks(self) -> None:
        while len(self._buffer) >= CHUNK_BYTES:
            await self._keep_chunk(bytes(self._buffer[:CHUNK_BYTES]))
            del self._buffer[:CHUNK_BYTES]

    async def _keep_chunk(self, content: bytes) -> None:
        self._chunk_count += 1
        sealed = self._context.sealer.seal(
            content,
            table="bank_file_chunk",
            column=chunk_column(self._chunk_count),
            row_id=self._id,
        )
        await store.insert_chunk(self._tx, self._id, number=self._chunk_count, sealed=sealed)


def chunk_column(number: int) -> str:
    """What a piece is sealed for besides its file: its place, so that none can take another's."""
    return f"sealed/{number}"


def _order_of(context: Context, planned: PlannedFile) -> PaymentOrder:
    profile = context.profile
    return PaymentOrder(
        message_id=orders.file_identifier("M", context.payout_id, planned.ordinal),
        block_id=orders.file_identifier("P", context.payout_id, planned.ordinal),
        created_at=context.created_at,
        execute_on=context.execute_on,
        profile=msgspec.structs.replace(
            profile, debtor_name=write(profile.debtor_name, context.alphabet)
        ),
        approved_count=planned.payment_count,
        approved_cents=planned.total_cents,
        is_urgent=planned.is_urgent,
    )


def _attempts_of(lines: Sequence[ApprovedLine], sealer: Sealer) -> Iterator[NewAttempt]:
    for line in lines:
        iban = _iban_of(line, sealer)
        assert iban is not None, "it was read in the first pass"
        yield NewAttempt(
            id=AttemptId(new_id()),
            line=line,
            number=line.attempt_number,
            end_to_end_id=orders.end_to_end_id(line.id, line.attempt_number),
            iban=iban,
        )


def _seal_ibans(attempts: Collection[NewAttempt], sealer: Sealer) -> list[bytes]:
    return [
        sealer.seal(
            attempt.iban.encode(),
            table="payment_attempt",
            column="iban_sealed",
            row_id=attempt.id,
        )
        for attempt in attempts
    ]
