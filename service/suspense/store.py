"""The queries of suspense."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from service import db, lists
from service.bank.model import EntryKind
from service.db import Connection
from service.ids import AccountId, AttemptId, EntryId, ResolutionId, new_id
from service.lists import Found, Wanted
from service.suspense.model import (
    Candidate,
    Category,
    Name,
    Owing,
    Part,
    RecoveryName,
    RecoveryPart,
    Resolution,
    ResolutionKind,
    ResolutionRow,
    SuspenseEntry,
    Waiting,
)

SQL = db.load("suspense")


async def list_entries(
    tx: Connection,
    wanted: Wanted,
    *,
    kind: EntryKind | None,
    older_than_days: int | None,
    today: date,
) -> Found[Waiting]:
    """A page of what waits."""
    return await lists.fetch_page(
        tx,
        SQL["list_entries"],
        Waiting,
        wanted,
        kind=kind,
        older_than_days=older_than_days,
        today=today,
    )


async def list_candidates(tx: Connection, entry_id: EntryId, *, at_most: int) -> list[Candidate]:
    """Orders that an entry could be, by its amount."""
    return await db.fetch_all(
        tx, SQL["list_candidates"], Candidate, entry_id=entry_id, at_most=at_most
    )


async def list_attempts_named(tx: Connection, names: Collection[str]) -> list[Name]:
    """The orders with these end-to-end ids."""
    return await db.fetch_all(tx, SQL["list_attempts_named"], Name, names=list(names))


async def get_entry(tx: Connection, entry_id: EntryId) -> SuspenseEntry:
    """One unmatched entry; NotFound."""
    return await db.fetch_one(tx, SQL["get_entry"], SuspenseEntry, entry_id=entry_id)


async def list_names(tx: Connection, attempt_ids: Collection[AttemptId]) -> list[Name]:
    """The end-to-end ids of some orders."""
    return await db.fetch_all(tx, SQL["list_names"], Name, attempt_ids=list(attempt_ids))


async def insert_resolution(
    tx: Connection,
    resolution_id: ResolutionId,
    entry_id: EntryId,
    *,
    kind: ResolutionKind,
    category: Category | None,
    reason: str,
    undoes: ResolutionId | None,
    needs_second: bool,
    proposed_by: AccountId | None,
    at: datetime,
) -> None:
    """Says what an entry is."""
    await db.execute(
        tx,
        SQL["insert_resolution"],
        resolution_id=resolution_id,
        entry_id=entry_id,
        kind=kind,
        category=category,
        reason=reason,
        undoes=undoes,
        needs_second=needs_second,
        proposed_by=proposed_by,
        at=at,
    )


async def insert_parts(tx: Connection, resolution_id: ResolutionId, parts: Sequence[Part]) -> int:
    """The orders that an entry is."""
    return await db.execute(
        tx,
        SQL["insert_parts"],
        resolution_id=resolution_id,
        ids=[new_id() for _ in parts],
        attempt_ids=[one.attempt_id for one in parts],
        amounts_cents=[one.amount_cents for one in parts],
    )


async def insert_confirmation(
    tx: Connection,
    resolution_id: ResolutionId,
    *,
    is_granted: bool,
    decided_by: AccountId | None,
    at: datetime,
) -> None:
    """A second person's word."""
    await db.execute(
        tx,
        SQL["insert_confirmation"],
        confirmation_id=new_id(),
        resolution_id=resolution_id,
        is_granted=is_granted,
        decided_by=decided_by,
        at=at,
    )


async def get_resolution(tx: Connection, resolution_id: ResolutionId) -> Resolution:
    """What was said of an entry; NotFound."""
    return await db.fetch_one(tx, SQL["get_resolution"], Resolution, resolution_id=resolution_id)


async def list_parts(tx: Connection, resolution_id: ResolutionId) -> list[Part]:
    """The orders that an entry was said to be; those of one resolution."""
    return await db.fetch_all(tx, SQL["list_parts"], Part, resolution_id=resolution_id)


async def list_resolutions(tx: Connection, *, at_most: int) -> list[ResolutionRow]:
    """All that was said of entries, the newest first."""
    return await db.fetch_all(tx, SQL["list_resolutions"], ResolutionRow, at_most=at_most)


async def list_recoveries_to_settle(
    tx: Connection, entry_id: EntryId, *, at_most: int
) -> list[Owing]:
    """Open recoveries, those of the amount of an entry first; none for a debit."""
    return await db.fetch_all(
        tx, SQL["list_recoveries_to_settle"], Owing, entry_id=entry_id, at_most=at_most
    )


async def list_recoveries_by_reference(
    tx: Connection, names: Collection[str]
) -> list[RecoveryName]:
    """The recoveries with some references."""
    return await db.fetch_all(
        tx, SQL["list_recoveries_by_reference"], RecoveryName, names=list(names)
    )


async def insert_recovery_parts(
    tx: Connection, resolution_id: ResolutionId, parts: Sequence[RecoveryPart]
) -> int:
    """The recoveries that an entry settles."""
    return await db.execute(
        tx,
        SQL["insert_recovery_parts"],
        resolution_id=resolution_id,
        ids=[new_id() for _ in parts],
        recovery_ids=[one.recovery_id for one in parts],
        amounts_cents=[one.amount_cents for one in parts],
    )


async def list_recovery_parts(tx: Connection, resolution_id: ResolutionId) -> list[RecoveryPart]:
    """The recoveries that an entry was said to settle; those of one resolution."""
    return await db.fetch_all(
        tx, SQL["list_recovery_parts"], RecoveryPart, resolution_id=resolution_id
    )
