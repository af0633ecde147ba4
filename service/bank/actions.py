"""What people do with the bank: send a payout, read what came back, look at files again."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from hashlib import sha256

from service.actor import Actor
from service.bank import exporting, orders, rules, store
from service.bank.camt053 import read_statements
from service.bank.documents import parse_document
from service.bank.exporting import OnProgress
from service.bank.model import (
    AttemptState,
    BankFile,
    Count,
    CountedFile,
    Decision,
    Direction,
    Door,
    Effect,
    Entry,
    ImportSummary,
    StatementFile,
    StatusReport,
    UnexplainedEntry,
)
from service.bank.outgoing import Download, Export, Outgoing, PayoutToExport, UnwrittenLine
from service.bank.pain002 import read_status_report
from service.bank_profiles import actions as bank_profiles
from service.clock import business_day
from service.crypto import Sealer, WrongKey, fingerprint
from service.db import Connection
from service.ids import BankFileId, PayoutId, new_id
from service.ledger import actions as ledger
from service.payouts import actions as payouts

FILES_SHOWN = 100
UNEXPLAINED_SHOWN = 200


def unwatched(_done: int, _total: int) -> None:
    """The progress of a long act that nobody watches."""


async def export_payout(
    tx: Connection,
    payout_id: PayoutId,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    on_progress: OnProgress = unwatched,
) -> Export:
    """Sends an approved payout: its orders for the bank are written, sealed and kept.

    A line that cannot be written stays out, approved and unsent, and is named with its reason. What
    the bank limits divides the rest into several files. Asked again, it answers what went out: the
    same bytes, nothing new. Raises NotAllowed, NotApproved, ExporterIsPreparer, BooksDoNotBalance,
    PayeesNotForBank when no line can be written, ExecutionTooFar, OrderNotValid and
    OrderDiffersFromApproval.
    """
    rules.refuse_unless(by, rules.FINANCE)
    approved = await store.lock_payout_to_export(tx, payout_id)
    if sent := await store.list_files_of_payout(tx, payout_id):
        return Export(payout_id, tuple(sent), tuple(await store.list_unwritten(tx, payout_id)))
    rules.refuse_broken(await ledger.broken_books(tx))
    await payouts.begin_export(tx, payout_id, by=by, at=at)
    assert approved.approved_at is not None, "a payout that is not approved was exported"
    profile, alphabet = await bank_profiles.profile_in_use(tx)
    context = exporting.Context(
        payout_id=payout_id,
        profile=profile,
        alphabet=alphabet,
        created_at=approved.approved_at,
        execute_on=await bank_profiles.execution_day(tx, profile, at=at),
        by=by.account,
        at=at,
        sealer=sealer,
        on_progress=on_progress,
    )
    found = await exporting.plan(tx, context)
    await store.insert_unwritten(tx, payout_id, found.unwritable, recorded_by=by.account, at=at)
    unwritten = await store.list_unwritten(tx, payout_id)
    orders.refuse_nothing_written(found, unwritten)
    rules.refuse_other_totals(found, unwritten, approved)
    files = await exporting.write_files(tx, context, found)
    return Export(payout_id, tuple(files), tuple(unwritten))


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
    await _move(tx, decisions, at=at)
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
        ours = await bank_profiles.list_our_accounts(tx)
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


async def _move(tx: Connection, decisions: Collection[Decision], *, at: datetime) -> None:
    steps = rules.steps_by_state(decisions)
    for state, moved in steps.items():
        await _record_state(tx, state, moved, at=at)
    await ledger.post_bulk(tx, rules.transfers_of(steps, on=business_day(at)))


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
    """A file with its very bytes, for who answers it in the bank's place; people `download`.

    FileDamaged when they are not those that were written.
    """
    rules.refuse_unless(by, rules.FINANCE)
    file = await store.get_file(tx, file_id)
    content = b"".join([piece async for piece in _pieces(tx, file, sealer)])
    if fingerprint(content) != file.sha256:
        raise rules.FileDamaged
    return file, content


async def download(
    tx: Connection, file_id: BankFileId, *, by: Actor, at: datetime, door: Door, sealer: Sealer
) -> BankFile:
    """Checks that a file is what was written, and notes who takes it out of Ura by which door.

    Then `pieces_of` gives its bytes. Raises NotAllowed and FileDamaged.
    """
    rules.refuse_unless(by, rules.FINANCE)
    file = await store.get_file(tx, file_id)
    digest = sha256()
    async for piece in _pieces(tx, file, sealer):
        digest.update(piece)
    if digest.digest() != file.sha256:
        raise rules.FileDamaged
    await store.insert_download(tx, file_id, door=door, by=by.account, at=at)
    return file


async def pieces_of(tx: Connection, file: BankFile, *, sealer: Sealer) -> AsyncIterator[bytes]:
    """The bytes of a file that `download` has checked, piece by piece."""
    async for piece in _pieces(tx, file, sealer):
        yield piece


async def _pieces(tx: Connection, file: BankFile, sealer: Sealer) -> AsyncIterator[bytes]:
    """What came in is sealed whole, what went out in pieces, each for its place."""
    try:
        if file.direction is Direction.IN:
            stored = await store.get_sealed_content(tx, file.id)
            yield sealer.open(stored.sealed, table="bank_file", column="sealed", row_id=file.id)
            return
        number = 0
        async for batch in store.list_chunks(tx, file.id):
            for chunk in batch:
                number += 1
                yield sealer.open(
                    chunk.sealed,
                    table="bank_file_chunk",
                    column=exporting.chunk_column(number),
                    row_id=file.id,
                )
    except WrongKey as wrong:
        raise rules.FileDamaged from wrong


async def list_files_of_payout(tx: Connection, payout_id: PayoutId) -> list[BankFile]:
    """The files that a payout went out in, the first first."""
    return await store.list_files_of_payout(tx, payout_id)


async def list_downloads(tx: Connection, file_id: BankFileId) -> list[Download]:
    """Who took a file out of Ura, the latest hundred first."""
    return await store.list_downloads(tx, file_id)


async def read_export(tx: Connection, payout_id: PayoutId) -> Outgoing:
    """What the bank was told of a payout, file by file, and the lines that no file holds."""
    return Outgoing(
        await store.list_orders_of_payout(tx, payout_id),
        await store.list_unwritten(tx, payout_id),
    )


async def release_unwritten(
    tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime
) -> list[UnwrittenLine]:
    """Sets the lines of a payout free that no file holds; the next payout can put them up again.

    Their money goes back to what is due and not approved. Raises NotAllowed and NothingToRelease.
    """
    rules.refuse_unless(by, rules.FINANCE)
    await store.lock_payout_to_export(tx, payout_id)
    unwritten = await store.list_unwritten(tx, payout_id)
    waiting = {line.payout_line_id for line in unwritten if line.released_at is None}
    rules.refuse_nothing_to_release(waiting)
    await payouts.release_lines(tx, payout_id, waiting, by=by, at=at)
    await store.mark_unwritten_released(tx, payout_id, released_by=by.account, at=at)
    return await store.list_unwritten(tx, payout_id)


async def list_unwritten_waiting(tx: Connection) -> list[UnwrittenLine]:
    """Lines that no file holds and that wait to be released; two hundred at most."""
    return await store.list_unwritten_waiting(tx)


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


async def list_unexplained_entries(tx: Connection) -> list[UnexplainedEntry]:
    """Money that moved on our account and did nothing to an order of ours; the newest 200."""
    return await store.list_unexplained_entries(tx, at_most=UNEXPLAINED_SHOWN)
