"""What people do with the bank: send a payout, read what came back, look at files again."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from service.actor import Actor
from service.bank import orders, rules, store
from service.bank.camt053 import read_statements
from service.bank.documents import parse_document
from service.bank.model import (
    ApprovedTotals,
    AttemptState,
    BankFile,
    Count,
    CountedFile,
    Decision,
    Direction,
    Effect,
    Entry,
    ImportSummary,
    NewAttempt,
    PaymentOrder,
    PayoutToExport,
    StatementFile,
    StatusReport,
    UnexplainedEntry,
)
from service.bank.pain001 import MESSAGE_TYPE, write_order
from service.bank.pain002 import read_status_report
from service.clock import business_day
from service.crypto import Sealer, WrongKey, fingerprint
from service.db import Connection
from service.ids import AttemptId, BankFileId, PayoutId, new_id
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.payouts.model import ExportLine
from service.recoveries.raising import follow_returns

FIRST_ATTEMPT = 1
FILES_SHOWN = 100
UNEXPLAINED_SHOWN = 200
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
            number=FIRST_ATTEMPT,
            end_to_end_id=orders.end_to_end_id(line.id, FIRST_ATTEMPT),
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


async def import_file(
    tx: Connection, content: bytes, *, by: Actor, at: datetime, sealer: Sealer
) -> ImportSummary:
    """Reads what the bank answered and moves orders and money accordingly, all or nothing.

    The same file a second time changes nothing. Raises NotAllowed, NotABankFile and the refusals of
    statements that are not ours, not in euros or do not add up.
    """
    rules.refuse_unless(by, rules.FINANCE)
    sha256 = fingerprint(content)
    known = await store.find_file_by_content(tx, direction=Direction.IN, sha256=sha256)
    if known is not None:
        return await _known_summary(tx, known)
    message = await asyncio.to_thread(_read, content)
    entries = await _entries_of(tx, message)
    file = BankFile(
        id=BankFileId(new_id()),
        direction=Direction.IN,
        message_type=message.message_type,
        message_id=message.message_id,
        payout_id=None,
        sha256=sha256,
        byte_count=len(content),
        recorded_at=at,
        recorded_by=by.account,
    )
    if not await _keep(tx, file, content, sealer):
        # Somebody sent the same file at the same moment; now theirs is there to be found.
        return await import_file(tx, content, by=by, at=at, sealer=sealer)
    decisions = await _decide(tx, entries)
    await store.insert_entries(tx, file.id, decisions)
    await _move(tx, decisions, by=by, at=at)
    return ImportSummary(
        file=file,
        already_imported=False,
        known_before=len(entries) - len(decisions),
        counts=rules.count_effects(one.effect for one in decisions),
    )


async def _known_summary(tx: Connection, file: BankFile) -> ImportSummary:
    counts = {Effect(one.word): one.number for one in await store.list_counts(tx, [file.id])}
    return ImportSummary(file=file, already_imported=True, known_before=0, counts=counts)


def _read(content: bytes) -> StatusReport | StatementFile:
    document = parse_document(content)
    return (
        read_statements(document) if document.kind == "camt.053" else read_status_report(document)
    )


async def _entries_of(tx: Connection, message: StatusReport | StatementFile) -> list[Entry]:
    if isinstance(message, StatementFile):
        ours = await store.list_our_accounts(tx)
        rules.check_statements(message, {account.iban for account in ours})
        return [entry for statement in message.statements for entry in statement.entries]
    sent = await store.list_sent_names(tx, message.original_message_id)
    return rules.entries_of_report(message, [one.name for one in sent])


async def _decide(tx: Connection, entries: Collection[Entry]) -> list[Decision]:
    """What the entries do that were not read before; the orders they name stay held."""
    by_key = {entry.key: entry for entry in entries}
    names = {entry.end_to_end_id for entry in entries if entry.end_to_end_id}
    attempts = {one.end_to_end_id: one for one in await store.lock_attempts(tx, names)}
    known = {one.entry_key for one in await store.list_known_keys(tx, by_key.keys())}
    return rules.decide([one for key, one in by_key.items() if key not in known], attempts)


async def _move(
    tx: Connection, decisions: Collection[Decision], *, by: Actor, at: datetime
) -> None:
    steps = rules.steps_by_state(decisions)
    for state, moved in steps.items():
        await _record_state(tx, state, moved, at=at)
    transfers = rules.transfers_of(steps, on=business_day(at))
    await follow_returns(tx, transfers, by=by, at=at)
    await ledger.post_bulk(tx, transfers)


async def _record_state(
    tx: Connection, state: AttemptState, decisions: Sequence[Decision], *, at: datetime
) -> None:
    moved = await store.record_states(
        tx,
        state,
        [decision.attempt.id for decision in decisions if decision.attempt],
        reason_codes=[rules.reason_in(state, decision) for decision in decisions],
        at=at,
    )
    assert moved == len(decisions), f"{moved} of {len(decisions)} orders became {state}"


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


async def list_approved_payouts(tx: Connection) -> list[PayoutToExport]:
    """Payouts that wait to go to the bank."""
    return await store.list_approved_payouts(tx)


async def list_unexplained_entries(tx: Connection) -> list[UnexplainedEntry]:
    """Money that moved on our account and did nothing to an order of ours; the newest 200."""
    return await store.list_unexplained_entries(tx, at_most=UNEXPLAINED_SHOWN)
