"""What people do with the bank: send a payout, read what came back, look at files again."""

from collections.abc import AsyncIterator, Callable, Collection
from datetime import datetime
from hashlib import sha256

from service import db
from service.actor import Actor
from service.bank import exporting, keeping, orders, rules, store
from service.bank.exporting import OnProgress
from service.bank.keeping import Received
from service.bank.model import (
    Attempt,
    AttemptState,
    BankFile,
    Count,
    CountedFile,
    Decision,
    Direction,
    Door,
)
from service.bank.outgoing import Download, Export, Outgoing, PayoutToExport, UnwrittenLine
from service.bank.rules import Moves, Step
from service.bank_profiles import actions as bank_profiles
from service.clock import business_day
from service.crypto import Sealer, WrongKey, fingerprint
from service.db import Connection
from service.failures import actions as failures
from service.ids import BankFileId, PayoutId
from service.ledger import actions as ledger
from service.payouts import actions as payouts
from service.recoveries.raising import follow_returns

FILES_SHOWN = 100


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

    A line that cannot be written, or that its candidate has contested since it was put up, stays
    out, approved and unsent, and is named with its reason. What the bank limits divides the rest
    into several files. Asked again, it answers what went out: the same bytes, nothing new. Raises
    NotAllowed, NotApproved, ExporterIsPreparer, BooksDoNotBalance, PayeesNotForBank when no line
    can be written, ExecutionTooFar, OrderNotValid and OrderDiffersFromApproval.
    """
    rules.refuse_unless(by, rules.FINANCE)
    approved = await store.lock_payout_to_export(tx, payout_id)
    if sent := await store.list_files_of_payout(tx, payout_id):
        return Export(payout_id, tuple(sent), tuple(await store.list_unwritten(tx, payout_id)))
    await failures.refuse_if_stopped(tx)
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
        contested={one.id: one.month for one in await payouts.list_contested_lines(tx, payout_id)},
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


async def keep_received(
    tx: Connection,
    received: Received,
    *,
    message_type: str,
    message_id: str,
    by: Actor,
    at: datetime,
) -> BankFile:
    """Keeps a file that came from the bank; call it once `find_received` knows none like it."""
    file = BankFile(
        id=received.id,
        direction=Direction.IN,
        message_type=message_type,
        message_id=message_id,
        payout_id=None,
        sha256=received.sha256,
        byte_count=received.byte_count,
        recorded_at=at,
        recorded_by=by.account,
    )
    kept = await store.insert_file(tx, file, sealed=received.sealed)
    assert kept, "a file was kept twice by one turn"
    return file


async def find_received(tx: Connection, sha256: bytes) -> CountedFile | None:
    """The file from the bank with this very content, with what became of it."""
    found = await store.find_file_by_content(tx, direction=Direction.IN, sha256=sha256)
    return None if found is None else await get_file(tx, found.id)


async def list_sent_names(tx: Connection, message_id: str) -> list[str]:
    """The end-to-end ids of the orders that went out in the file with a message id."""
    return [one.name for one in await store.list_sent_names(tx, [message_id])]


async def hold_attempts(
    tx: Connection, names: Collection[str], *, block_ids: Collection[str] = ()
) -> dict[str, Attempt]:
    """Orders by their end-to-end ids: those named and all of the blocks, held until the end."""
    wanted = set(names)
    if block_ids:
        message_ids = [orders.message_of_block(one) for one in block_ids]
        wanted |= {one.name for one in await store.list_sent_names(tx, message_ids)}
    return (await hold_named(tx, wanted))() if wanted else {}


async def hold_named(tx: Connection, names: Collection[str]) -> Callable[[], dict[str, Attempt]]:
    """Orders by their end-to-end ids, held until the end; they are put together when asked for."""
    held = await store.lock_attempts(tx, names)
    return lambda: {one.end_to_end_id: one for one in held()}


async def move_attempts(
    tx: Connection, decisions: Collection[Decision], *, by: Actor, at: datetime
) -> dict[AttemptState, list[Step]]:
    """Moves held orders as was decided, and their money with them; answers the steps."""
    moves = rules.moves_of(decisions, on=business_day(at))
    await make_moves(tx, moves, by=by, at=at)
    return moves.steps


async def make_moves(tx: Connection, moves: Moves, *, by: Actor, at: datetime) -> None:
    """Moves held orders and their money."""
    for state, made in moves.steps.items():
        with db.refusing(payment_attempt_not_paid_twice=rules.PaidAgainAlready):
            moved = await store.record_states(
                tx,
                state,
                [(step.attempt.id, rules.reason_in(state, step.entry)) for step in made],
                at=at,
            )
        assert moved == len(made), f"{moved} of {len(made)} orders became {state}"
    await follow_returns(tx, moves.transfers, by=by, at=at)
    await ledger.post_new(tx, moves.transfers)


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
            kept = await store.get_sealed_content(tx, file.id)
            yield keeping.unseal(kept, file.id, byte_count=file.byte_count, sealer=sealer)
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
