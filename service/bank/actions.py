"""What people do with the bank: send a payout, read what came back, look at files again."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from service import db
from service.actor import Actor
from service.bank import orders, rules, store
from service.bank.model import (
    ApprovedTotals,
    Attempt,
    AttemptState,
    BankFile,
    Count,
    CountedFile,
    Decision,
    Direction,
    NewAttempt,
    OurAccount,
    PaymentOrder,
    PayoutToExport,
)
from service.bank.pain001 import MESSAGE_TYPE, write_order
from service.bank.rules import Step
from service.clock import business_day
from service.crypto import Sealer, WrongKey, fingerprint
from service.db import Connection
from service.failures import actions as failures
from service.ids import AttemptId, BankFileId, PayoutId, new_id
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.model import ExportLine

FILES_SHOWN = 100
ONE_DAY = timedelta(days=1)
CLOSED_DAYS_MAX = timedelta(days=30)


async def export_payout(
    tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime, sealer: Sealer
) -> BankFile:
    """Sends an approved payout: the order for the bank is written, sealed and kept.

    Asked again, it answers the file that went out: the same bytes, nothing new. Raises NotAllowed,
    NotApproved, PayeesNotForBank, OrderNotValid and OrderDiffersFromApproval.
    """
    rules.refuse_unless(by, rules.FINANCE)
    approved = await store.lock_payout_to_export(tx, payout_id)
    sent = await store.find_file_of_payout(tx, payout_id)
    if sent is not None:
        return sent
    await failures.refuse_if_stopped(tx)
    lines = await payouts.begin_export(tx, payout_id, by=by, at=at)
    attempts = await asyncio.to_thread(_attempts_of, lines, sealer)
    order = await _order_of(tx, payout_id, attempts, approved=approved, on=business_day(at))
    content = await asyncio.to_thread(write_order, order)
    file = BankFile(
        id=BankFileId(new_id()),
        direction=Direction.OUT,
        message_type=MESSAGE_TYPE,
        message_id=order.message_id,
        payout_id=payout_id,
        sha256=fingerprint(content),
        byte_count=len(content),
        recorded_at=at,
        recorded_by=by.account,
    )
    await _keep(tx, file, content, sealer)
    ibans_sealed = await asyncio.to_thread(_seal_ibans, attempts, sealer)
    await store.insert_attempts(tx, file.id, attempts, ibans_sealed=ibans_sealed, at=at)
    await ledger.post_bulk(tx, orders.exported_transfers(attempts, on=business_day(at)))
    return file


def _attempts_of(lines: Sequence[ExportLine], sealer: Sealer) -> list[NewAttempt]:
    return [
        NewAttempt(
            id=AttemptId(new_id()),
            line=line,
            number=line.attempt_number,
            end_to_end_id=orders.end_to_end_id(line.id, line.attempt_number),
            iban=sealer.open(
                line.iban_sealed,
                table="bank_account",
                column="iban_sealed",
                row_id=line.bank_account_id,
            ).decode(),
        )
        for line in lines
    ]


async def _order_of(
    tx: Connection,
    payout_id: PayoutId,
    attempts: Sequence[NewAttempt],
    *,
    approved: ApprovedTotals,
    on: date,
) -> PaymentOrder:
    """The order, to be run on the first bank day after `on`: a bank takes none for the same day."""
    assert approved.approved_at is not None, "a payout that is not approved was exported"
    first_day = on + ONE_DAY
    known = await store.list_bank_days(
        tx, first_day=first_day, last_day=first_day + CLOSED_DAYS_MAX
    )
    return orders.order_of(
        payout_id,
        attempts,
        profile=await store.get_profile(tx),
        approved=approved,
        created_at=approved.approved_at,
        execute_on=orders.next_bank_day(first_day, {one.falls_on: one.is_closed for one in known}),
    )


def _seal_ibans(attempts: Sequence[NewAttempt], sealer: Sealer) -> list[bytes]:
    return [
        sealer.seal(
            attempt.iban.encode(),
            table="payment_attempt",
            column="iban_sealed",
            row_id=attempt.id,
        )
        for attempt in attempts
    ]


async def _keep(tx: Connection, file: BankFile, content: bytes, sealer: Sealer) -> bool:
    """Keeps a file with its very bytes, sealed; False when the same content is there already."""
    sealed = sealer.seal(content, table="bank_file", column="sealed", row_id=file.id)
    return await store.insert_file(tx, file, sealed=sealed) > 0


async def keep_received(
    tx: Connection,
    content: bytes,
    *,
    message_type: str,
    message_id: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> BankFile:
    """Keeps a file that came from the bank; call it once `find_received` knows none like it."""
    file = BankFile(
        id=BankFileId(new_id()),
        direction=Direction.IN,
        message_type=message_type,
        message_id=message_id,
        payout_id=None,
        sha256=fingerprint(content),
        byte_count=len(content),
        recorded_at=at,
        recorded_by=by.account,
    )
    kept = await _keep(tx, file, content, sealer)
    assert kept, "a file was kept twice by one turn"
    return file


async def find_received(tx: Connection, sha256: bytes) -> CountedFile | None:
    """The file from the bank with this very content, with what became of it."""
    found = await store.find_file_by_content(tx, direction=Direction.IN, sha256=sha256)
    return None if found is None else await get_file(tx, found.id)


async def list_our_accounts(tx: Connection) -> list[OurAccount]:
    """The accounts that statements may be of, retired ones too."""
    return await store.list_our_accounts(tx)


async def list_sent_names(tx: Connection, message_id: str) -> list[str]:
    """The end-to-end ids of the orders that went out in the file with a message id."""
    return [one.name for one in await store.list_sent_names(tx, message_id)]


async def hold_attempts(
    tx: Connection, names: Collection[str], *, block_ids: Collection[str] = ()
) -> dict[str, Attempt]:
    """Orders by their end-to-end ids: those named and all of the blocks, held until the end."""
    held = await store.lock_attempts(
        tx, names, message_ids=[orders.message_of_block(one) for one in block_ids]
    )
    return {one.end_to_end_id: one for one in held}


async def move_attempts(
    tx: Connection, decisions: Collection[Decision], *, at: datetime
) -> dict[AttemptState, list[Step]]:
    """Moves held orders as was decided, and their money with them; answers the steps."""
    steps = rules.steps_by_state(decisions)
    for state, made in steps.items():
        with db.refusing(payment_attempt_not_paid_twice=rules.PaidAgainAlready):
            moved = await store.record_states(
                tx,
                state,
                [step.attempt.id for step in made],
                reason_codes=[rules.reason_in(state, step.entry) for step in made],
                at=at,
            )
        assert moved == len(made), f"{moved} of {len(made)} orders became {state}"
    await ledger.post_bulk(tx, rules.transfers_of(steps, on=business_day(at)))
    return steps


async def open_file(
    tx: Connection, file_id: BankFileId, *, by: Actor, sealer: Sealer
) -> tuple[BankFile, bytes]:
    """A file with its very bytes; FileDamaged when they are not those that were written."""
    rules.refuse_unless(by, rules.FINANCE)
    file = await store.get_file(tx, file_id)
    stored = await store.get_sealed_content(tx, file_id)
    try:
        content = sealer.open(stored.sealed, table="bank_file", column="sealed", row_id=file_id)
    except WrongKey as wrong:
        raise rules.FileDamaged from wrong
    if fingerprint(content) != file.sha256:
        raise rules.FileDamaged
    return file, content


async def list_files(tx: Connection) -> list[CountedFile]:
    """The newest hundred files, out and in, with what became of each."""
    files = await store.list_files(tx, at_most=FILES_SHOWN)
    counts = await store.list_counts(tx, [file.id for file in files])
    return [_counted(file, counts) for file in files]


async def get_file(tx: Connection, file_id: BankFileId) -> CountedFile:
    """One file with what became of it; NotFound."""
    return _counted(await store.get_file(tx, file_id), await store.list_counts(tx, [file_id]))


def _counted(file: BankFile, counts: Collection[Count]) -> CountedFile:
    return CountedFile(file, tuple(one for one in counts if one.file_id == file.id))


async def payout_named(tx: Connection, reference: str) -> PayoutId:
    """The payout with a reference; NoSuchPayout."""
    found = await store.find_payout_named(tx, reference.strip().upper())
    if found is None:
        raise rules.NoSuchPayout
    return found.id


async def list_approved_payouts(tx: Connection) -> list[PayoutToExport]:
    """Payouts that wait to go to the bank."""
    return await store.list_approved_payouts(tx)
