"""What people do with what banks tell: hand a file in, release what is odd, look at the chain."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeAlias

from service import db
from service.actor import Actor
from service.bank import actions as bank
from service.bank import keeping
from service.bank import rules as bank_rules
from service.bank.keeping import Received
from service.bank.model import (
    BankFile,
    CountedFile,
    Decision,
    Effect,
    Entry,
    KeptFinding,
)
from service.bank.reading.files import read_file
from service.bank_profiles import actions as bank_profiles
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.failures import actions as failures
from service.garbage import left_lying
from service.ids import AttemptId, BankFileId, EntryId, ResolutionId, new_id
from service.money import Cents
from service.problems import Problem
from service.statements import chain, rules, store
from service.statements.early import APART_FROM_BYTES, Early
from service.statements.gathering import Gathered
from service.statements.model import (
    BrokenChain,
    HistoryRow,
    ImportStep,
    ImportSummary,
    Quarantined,
    ReadFile,
    Refusal,
    Release,
)
from service.statements.store import NewStatement
from service.statements.telling import told_of
from service.suspense import entries as suspense

TURN = 7_465_281_121
FINDINGS_SHOWN = 500
LIST_SHOWN = 100
# Entries that are posted while those after them are read; soon four times as many at once.
READ_AHEAD = 2_500

# Called with what is being done of a long import, and of how many entries where that is known.
OnStep: TypeAlias = Callable[[ImportStep, int | None], None]


def unwatched(_step: ImportStep, _entries: int | None) -> None:
    """The progress of an import that nobody watches."""


async def import_file(
    tx: Connection,
    content: bytes,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    on_step: OnStep = unwatched,
    at_once: int = READ_AHEAD,
    apart_from: int = APART_FROM_BYTES,
) -> ImportSummary:
    """Reads what the bank told and moves orders and money accordingly, all or nothing.

    The same file a second time changes nothing, also when many hand it in at once; a file that
    overlaps others adds what is new. What is odd is kept and waits for `release_file`. A statement
    of more than `at_once` entries is posted while it is read, unless another file is posted; one of
    `apart_from` bytes or more is read by a process of its own.

    Raises NotAllowed, NotABankFile and the other refusals of what cannot be read.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    sha256 = fingerprint(content)
    known = await bank.find_received(tx, sha256)
    if known is not None:
        return await _known(tx, known)
    on_step(ImportStep.READING, None)
    settles_by = {one.iban: one.settles_by for one in await bank_profiles.list_our_accounts(tx)}
    early = Early(tx, settles_by, by=by, at=at)
    is_ours = await store.take_free_turn(tx, TURN)
    if is_ours and (known := await bank.find_received(tx, sha256)) is not None:
        return await _known(tx, known)
    # Meanwhile: it waits for nothing that the file says.
    sealing = asyncio.get_running_loop().run_in_executor(None, keeping.seal, content, sealer)
    with left_lying():
        told = await early.read(
            content, at_once=at_once if is_ours else len(content), apart_from=apart_from
        )
        if is_ours:
            return await _take_in(tx, told, early, await sealing, by=by, at=at, on_step=on_step)
    on_step(ImportStep.WAITING, None)
    await store.take_turn(tx, TURN)
    known = await bank.find_received(tx, sha256)
    if known is not None:
        return await _known(tx, known)
    with left_lying():
        return await _take_in(tx, told, early, await sealing, by=by, at=at, on_step=on_step)


async def _take_in(
    tx: Connection,
    told: ReadFile,
    early: Early,
    received: Received,
    *,
    by: Actor,
    at: datetime,
    on_step: OnStep,
) -> ImportSummary:
    """Keeps a file that was read, in its turn, and posts what of it may be posted."""
    accounts = {one.iban for one in await bank_profiles.list_our_accounts(tx)}
    chained = await _chained(tx, told, accounts)
    file = await bank.keep_received(
        tx,
        received,
        message_type=chained.message_type,
        message_id=chained.message_id,
        by=by,
        at=at,
    )
    await store.insert_findings(tx, file.id, chained.findings)
    on_step(ImportStep.POSTING, len(chained.entries))
    return await _post(tx, file, chained, early, releases=[], posted=[], by=by, at=at)


async def _known(tx: Connection, known: CountedFile) -> ImportSummary:
    findings = await store.list_findings(tx, known.file.id, at_most=FINDINGS_SHOWN)
    releases = await store.list_releases(tx, known.file.id)
    whole, places = rules.open_places(findings, releases)
    return ImportSummary(
        file=known.file,
        already_imported=True,
        known_before=0,
        counts={Effect(one.word): one.number for one in known.counts},
        waits=tuple(
            one
            for one in rules.waits_of(findings)
            if (one.statement_place is None and whole) or one.statement_place in places
        ),
    )


async def _chained(tx: Connection, told: ReadFile, ours: Collection[str]) -> ReadFile:
    """What a file says, with a note on each statement that does not follow the one before it."""
    statements = chain.chained(told.statements, ours)
    before = await store.list_statements_before(tx, statements)
    notes = chain.findings_of(statements, {one.place: one for one in before})
    return rules.with_findings(told, (*told.findings, *notes))


async def _post(
    tx: Connection,
    file: BankFile,
    told: ReadFile,
    early: Early,
    *,
    releases: Collection[Release],
    posted: Collection[int],
    by: Actor,
    at: datetime,
) -> ImportSummary:
    """Posts what of a file may be posted and was not before."""
    part = rules.postable(told, releases, posted)
    waits = rules.waits_of(told.findings)
    if part is None:
        return ImportSummary(file, False, 0, {}, waits)
    entries = [*part.entries, *await _spread(tx, part)]
    by_key = {entry.key: entry for entry in entries if entry.key not in early.looked_at}
    known = {one.entry_key for one in await store.list_known_keys(tx, by_key.keys())}
    fresh = [entry for key, entry in by_key.items() if key not in known]
    late, blocks = await _decide(tx, fresh, early)
    gathered = early.gathered
    gathered.add(late)
    await _write(tx, file, part, gathered, by=by, at=at)
    await _write_blocks(tx, blocks, by=by, at=at)
    moved = [*late, *(decision for _, decision in blocks)]
    steps = await bank.move_attempts(tx, moved, by=by, at=at)
    await failures.follow(tx, steps, by=by, at=at)
    open_now = rules.open_places(told.findings, releases)[1]
    return ImportSummary(
        file=file,
        already_imported=False,
        known_before=len(entries) - len(gathered.written),
        counts=bank_rules.count_effects(one.decision.effect for one in gathered.written),
        waits=tuple(one for one in waits if one.statement_place in open_now),
        blocks=len(blocks),
    )


async def _spread(tx: Connection, part: ReadFile) -> list[Entry]:
    return [
        entry
        for rest in part.rests
        for entry in rules.entries_of_rest(
            rest, await bank.list_sent_names(tx, rest.original_message_id)
        )
    ]


async def _decide(
    tx: Connection, entries: Sequence[Entry], early: Early
) -> tuple[list[Decision], list[tuple[EntryId, Decision]]]:
    """What new entries do, and what entries for blocks do that waited for them."""
    waiting = await store.list_waiting_blocks(tx)
    block_ids = {one.block_id for one in entries if one.is_block and one.block_id}
    block_ids |= {one.block_id for one in waiting}
    names = {one.end_to_end_id for one in entries if one.end_to_end_id}
    attempts = await bank.hold_attempts(tx, names, block_ids=block_ids) | early.attempts
    standings = early.standings
    standings.add(attempts.values())
    decisions = bank_rules.decide(entries, attempts, taken=standings)
    again = {one.id.bytes: one.id for one in waiting}
    retried = bank_rules.decide([rules.entry_of(one) for one in waiting], attempts, taken=standings)
    added_up = [(again[one.entry.key], one) for one in retried if one.effect is Effect.BATCH]
    return decisions, added_up


async def _write(
    tx: Connection, file: BankFile, part: ReadFile, gathered: Gathered, *, by: Actor, at: datetime
) -> None:
    statements = [
        NewStatement(new_id(), one, gathered.booked_cents(one.place)) for one in part.statements
    ]
    await store.insert_statements(tx, file.id, statements, at=at)
    ids = {one.told.place: one.id for one in statements}
    await store.insert_entries(
        tx, file.id, gathered.written, statement_ids=ids, recorded_by=by.account, at=at
    )
    await store.insert_events(
        tx, gathered.events, resolution_id=None, recorded_by=by.account, at=at
    )


async def _write_blocks(
    tx: Connection, blocks: Sequence[tuple[EntryId, Decision]], *, by: Actor, at: datetime
) -> None:
    for entry_id, decision in blocks:
        resolution_id = await suspense.note_block(tx, entry_id, by=by, at=at)
        await note_events(tx, [decision], resolution_id=resolution_id, by=by, at=at)


async def note_events(
    tx: Connection,
    decisions: Collection[Decision],
    *,
    resolution_id: ResolutionId,
    by: Actor,
    at: datetime,
) -> None:
    """Adds to orders' histories what a resolution of a waiting entry did to them."""
    await store.insert_events(
        tx,
        [event for one in decisions for event in rules.events_of(one, None)],
        resolution_id=resolution_id,
        recorded_by=by.account,
        at=at,
    )


async def take_turn(tx: Connection) -> None:
    """Waits until nobody else posts what a bank tells; until the transaction ends."""
    await store.take_turn(tx, TURN)


async def release_file(
    tx: Connection,
    file_id: BankFileId,
    *,
    statement_place: int | None,
    reason: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> ImportSummary:
    """Has a file that waits, or one statement of it, posted after all.

    Raises NotAllowed, NotFound, InvalidFields without a reason, NothingToRelease and
    AlreadyReleased.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    said = rules.check_reason(reason)
    await store.take_turn(tx, TURN)
    file, content = await bank.open_file(tx, file_id, by=by, sealer=sealer)
    findings = tuple(await store.list_findings(tx, file_id, at_most=FINDINGS_SHOWN))
    releases = await store.list_releases(tx, file_id)
    rules.refuse_unless_waiting(findings, releases, statement_place)
    with db.refusing(bank_file_release_once=rules.AlreadyReleased):
        await store.insert_release(
            tx, file_id, statement_place=statement_place, reason=said, released_by=by.account, at=at
        )
    settles_by = {one.iban: one.settles_by for one in await bank_profiles.list_our_accounts(tx)}
    upload = await asyncio.to_thread(read_file, content)
    told = await asyncio.to_thread(told_of, upload, settles_by)
    return await _post(
        tx,
        file,
        rules.with_findings(told, findings),
        Early(tx, settles_by, by=by, at=at),
        releases=await store.list_releases(tx, file_id),
        posted=[one.place for one in await store.list_posted_places(tx, file_id)],
        by=by,
        at=at,
    )


async def note_refusal(
    tx: Connection, content: bytes, refused: Problem, *, by: Actor, at: datetime
) -> None:
    """Keeps that a file came and was refused whole. In a transaction of its own: the one that the
    refusal ended is gone."""
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    await store.insert_refusal(
        tx,
        sha256=fingerprint(content),
        byte_count=len(content),
        problem=refused.slug,
        reason=refused.sentence(),
        refused_by=by.account,
        at=at,
    )


async def list_findings(tx: Connection, file_id: BankFileId) -> list[KeptFinding]:
    """What is odd about a file; five hundred at most."""
    return await store.list_findings(tx, file_id, at_most=FINDINGS_SHOWN)


async def list_releases(tx: Connection, file_id: BankFileId) -> list[Release]:
    """What of a file was released."""
    return await store.list_releases(tx, file_id)


async def list_refusals(tx: Connection) -> list[Refusal]:
    """The newest hundred files that were refused whole."""
    return await store.list_refusals(tx, at_most=LIST_SHOWN)


async def list_quarantined(tx: Connection) -> list[Quarantined]:
    """Files of which something waits for an officer; a hundred at most."""
    return await store.list_quarantined(tx, at_most=LIST_SHOWN)


async def list_broken_chain(tx: Connection) -> list[BrokenChain]:
    """Statements that do not follow from the one before; a hundred at most."""
    return await store.list_broken_chain(tx, at_most=LIST_SHOWN)


async def last_closing_cents(tx: Connection, account: str) -> Cents | None:
    """What an account of ours was closed with last; None before the first statement."""
    found = await store.find_last_closing(tx, account)
    return None if found is None else found.closing_cents


async def list_history(tx: Connection, attempt_id: AttemptId) -> list[HistoryRow]:
    """What was said of one order, oldest first."""
    return await store.list_history(tx, attempt_id)
