"""What people do with money that matched nothing: match, split, explain, confirm, take back."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from service import db
from service.actor import Actor
from service.bank import actions as bank
from service.bank import rules as bank_rules
from service.bank.model import Attempt, EntryKind
from service.bank.reading.files import read_file
from service.clock import business_day
from service.crypto import Sealer
from service.db import Connection
from service.failures import actions as failures
from service.ids import AttemptId, BankEntryId, EntryId, ResolutionId, new_id
from service.lists import Found, Wanted
from service.recoveries import actions as recoveries
from service.statements import actions as statements
from service.suspense import rules, store
from service.suspense.model import (
    Candidate,
    Category,
    EntryWords,
    Owing,
    RecoveryPart,
    ResolutionKind,
    ResolutionRow,
    SuspenseEntry,
    Waiting,
)

ENTRIES_SHOWN = 200
OLDEST = Wanted("oldest", at_most=200, counts=False)
CANDIDATES_SHOWN = 20


async def match_entry(
    tx: Connection,
    entry_id: EntryId,
    attempt_ids: Sequence[AttemptId],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> ResolutionId:
    """Says that an entry is one order, or several that add up to it. Above the amount up to which
    one person is enough nothing moves before a second one confirms.

    Raises NotAllowed, NotFound, InvalidFields, PartsDiffer, DoesNotFit and AlreadyResolved.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    said = rules.check_reason(reason)
    await statements.take_turn(tx)
    entry = await store.get_entry(tx, entry_id)
    attempts = await _hold(tx, attempt_ids)
    parts = rules.parts_of(entry, attempts)
    rules.decisions_of(entry, attempts)
    kind = ResolutionKind.MATCH if len(parts) == 1 else ResolutionKind.SPLIT
    resolution_id = await _resolve(tx, entry, kind=kind, reason=said, by=by, at=at)
    await store.insert_parts(tx, resolution_id, parts)
    if not rules.needs_second(entry):
        await _move(tx, entry, attempts, resolution_id=resolution_id, by=by, at=at)
    return resolution_id


async def match_named(
    tx: Connection, entry_id: EntryId, names: Sequence[str], *, reason: str, by: Actor, at: datetime
) -> ResolutionId:
    """Like `match_entry`, with the orders as the bank calls them."""
    sought = {name.upper() for name in names}
    known = await store.list_attempts_named(tx, sought)
    attempt_ids = rules.refuse_unnamed(sought, known)
    return await match_entry(tx, entry_id, attempt_ids, reason=reason, by=by, at=at)


async def _hold(tx: Connection, attempt_ids: Sequence[AttemptId]) -> dict[str, Attempt]:
    names = await store.list_names(tx, attempt_ids)
    attempts = await bank.hold_attempts(tx, [one.end_to_end_id for one in names])
    rules.refuse_missing(attempt_ids, attempts)
    return attempts


async def _resolve(
    tx: Connection,
    entry: SuspenseEntry,
    *,
    kind: ResolutionKind,
    reason: str,
    by: Actor,
    at: datetime,
    category: Category | None = None,
    undoes: ResolutionId | None = None,
) -> ResolutionId:
    resolution_id = ResolutionId(new_id())
    with db.refusing(
        suspense_resolution_one_standing=rules.AlreadyResolved,
        suspense_resolution_of_unmatched=rules.AlreadyResolved,
        suspense_resolution_undoes_standing=rules.NotUndone,
        suspense_resolution_undone_once=rules.NotUndone,
    ):
        await store.insert_resolution(
            tx,
            resolution_id,
            entry.id,
            kind=kind,
            category=category,
            reason=reason,
            undoes=undoes,
            needs_second=kind is not ResolutionKind.UNDO and rules.needs_second(entry),
            proposed_by=by.account,
            at=at,
        )
    return resolution_id


async def _move(
    tx: Connection,
    entry: SuspenseEntry,
    attempts: Mapping[str, Attempt],
    *,
    resolution_id: ResolutionId,
    by: Actor,
    at: datetime,
) -> None:
    decisions = rules.decisions_of(entry, attempts)
    await statements.note_events(tx, decisions, resolution_id=resolution_id, by=by, at=at)
    steps = await bank.move_attempts(tx, decisions, by=by, at=at)
    await failures.follow(tx, steps, by=by, at=at)


async def explain_entry(
    tx: Connection,
    entry_id: EntryId,
    *,
    category: Category,
    reason: str,
    by: Actor,
    at: datetime,
) -> ResolutionId:
    """Says that an entry is no payment of ours, and what it is instead.

    Raises NotAllowed, NotFound, InvalidFields and AlreadyResolved.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    said = rules.check_reason(reason)
    await statements.take_turn(tx)
    entry = await store.get_entry(tx, entry_id)
    return await _resolve(
        tx, entry, kind=ResolutionKind.EXPLAIN, category=category, reason=said, by=by, at=at
    )


async def settle_recoveries(
    tx: Connection,
    entry_id: EntryId,
    parts: Sequence[RecoveryPart],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> ResolutionId:
    """Says that an entry is money that was owed back, and settles the recoveries with it. Above the
    amount up to which one person is enough nothing is settled before a second one confirms.

    Raises NotAllowed, NotFound, InvalidFields, RecoveriesDiffer, MoreThanOwed, WrongStateForThis
    and AlreadyResolved.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    said = rules.check_reason(reason)
    await statements.take_turn(tx)
    entry = await store.get_entry(tx, entry_id)
    settled = rules.check_recovery_parts(entry, parts)
    kind = ResolutionKind.RECOVER
    resolution_id = await _resolve(tx, entry, kind=kind, reason=said, by=by, at=at)
    await store.insert_recovery_parts(tx, resolution_id, settled)
    if not rules.needs_second(entry):
        await _settle(tx, entry, settled, by=by, at=at)
    return resolution_id


async def settle_named(
    tx: Connection, entry_id: EntryId, lines: str, *, reason: str, by: Actor, at: datetime
) -> ResolutionId:
    """Like `settle_recoveries`, with a reference and an amount in each line that was typed."""
    typed = rules.parts_typed(lines)
    known = await store.list_recoveries_by_reference(tx, typed)
    parts = rules.refuse_unknown(typed, known)
    return await settle_recoveries(tx, entry_id, parts, reason=reason, by=by, at=at)


async def _settle(
    tx: Connection, entry: SuspenseEntry, parts: Sequence[RecoveryPart], *, by: Actor, at: datetime
) -> None:
    for part in parts:
        await recoveries.settle_from_bank(
            tx,
            part.recovery_id,
            BankEntryId(entry.id),
            amount_cents=part.amount_cents,
            received_on=entry.booked_on or business_day(at),
            by=by,
            at=at,
        )


async def list_recoveries_to_settle(tx: Connection, entry_id: EntryId) -> list[Owing]:
    """Open recoveries that an entry could settle, those of its amount first; twenty at most."""
    return await store.list_recoveries_to_settle(tx, entry_id, at_most=CANDIDATES_SHOWN)


async def confirm_resolution(
    tx: Connection, resolution_id: ResolutionId, *, is_granted: bool, by: Actor, at: datetime
) -> None:
    """A second person's yes or no; with the yes, orders move and recoveries are settled.

    Raises NotAllowed, NotFound, NothingToConfirm, SecondPersonResolves, DoesNotFit, and what
    settling a recovery raises.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    await statements.take_turn(tx)
    resolution = await store.get_resolution(tx, resolution_id)
    rules.refuse_own(resolution, by.account)
    parts = await store.list_parts(tx, resolution_id)
    attempts = await _hold(tx, [one.attempt_id for one in parts]) if parts else {}
    entry = await store.get_entry(tx, resolution.entry_id)
    if is_granted and attempts:
        await _move(tx, entry, attempts, resolution_id=resolution_id, by=by, at=at)
    with db.refusing(
        suspense_confirmation_once=rules.NothingToConfirm,
        suspense_two_people=rules.SecondPersonResolves,
    ):
        await store.insert_confirmation(
            tx, resolution_id, is_granted=is_granted, decided_by=by.account, at=at
        )
    if is_granted:
        settled = await store.list_recovery_parts(tx, resolution_id)
        await _settle(tx, entry, settled, by=by, at=at)


async def undo_resolution(
    tx: Connection, resolution_id: ResolutionId, *, reason: str, by: Actor, at: datetime
) -> ResolutionId:
    """Takes an explanation back; the entry waits again.

    Raises NotAllowed, NotFound, InvalidFields and NotUndone.
    """
    bank_rules.refuse_unless(by, bank_rules.FINANCE)
    said = rules.check_reason(reason)
    await statements.take_turn(tx)
    resolution = await store.get_resolution(tx, resolution_id)
    entry = await store.get_entry(tx, resolution.entry_id)
    return await _resolve(
        tx, entry, kind=ResolutionKind.UNDO, undoes=resolution_id, reason=said, by=by, at=at
    )


async def list_entries(
    tx: Connection,
    wanted: Wanted = OLDEST,
    *,
    kind: EntryKind | None = None,
    older_than_days: int | None = None,
    today: date,
) -> Found[Waiting]:
    """A page of what waits with its age in days; the oldest two hundred unless asked otherwise."""
    return await store.list_entries(
        tx, wanted, kind=kind, older_than_days=older_than_days, today=today
    )


async def list_candidates(tx: Connection, entry_id: EntryId) -> list[Candidate]:
    """Orders that an entry could be, by its amount; twenty at most. Only a proposal."""
    return await store.list_candidates(tx, entry_id, at_most=CANDIDATES_SHOWN)


async def list_resolutions(tx: Connection) -> list[ResolutionRow]:
    """All that was said of entries, the newest first; two hundred at most."""
    return await store.list_resolutions(tx, at_most=ENTRIES_SHOWN)


async def get_entry(tx: Connection, entry_id: EntryId) -> SuspenseEntry:
    """What the bank said of one entry that matched nothing; NotFound."""
    return await store.get_entry(tx, entry_id)


async def read_words(tx: Connection, entry_id: EntryId, *, by: Actor, sealer: Sealer) -> EntryWords:
    """Whom the bank names and what the payment says, read anew from the file that told the entry.

    Raises NotAllowed, NotFound and FileDamaged.
    """
    entry = await store.get_entry(tx, entry_id)
    _file, content = await bank.open_file(tx, entry.file_id, by=by, sealer=sealer)
    upload = await asyncio.to_thread(read_file, content)
    return rules.words_of(upload, entry.entry_key)
