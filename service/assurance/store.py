"""The queries of assurance."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service import db
from service.assurance.model import BooksCheck, LedgerFilter, LedgerRow, OpenSeal, Seal
from service.db import Connection
from service.ids import AccountId, BooksCheckId, SealId
from service.ledger.model import Broken

SQL = db.load("assurance")


async def find_open_seal(tx: Connection) -> OpenSeal | None:
    """The seal that is not closed yet, and whether it may be by now."""
    return await db.find_one(tx, SQL["find_open_seal"], OpenSeal)


async def insert_seal(tx: Connection, seal_id: SealId) -> int:
    """Opens the next seal when something was written since the last; 0 when nothing was."""
    return await db.execute(tx, SQL["insert_seal"], seal_id=seal_id)


async def record_root(tx: Connection, seal_id: SealId) -> int:
    """Closes a seal with its root; 0 when somebody else did."""
    return await db.execute(tx, SQL["record_root"], seal_id=seal_id)


async def list_seals(tx: Connection, *, at_most: int) -> list[Seal]:
    """Closed seals, the newest first."""
    return await db.fetch_all(tx, SQL["list_seals"], Seal, at_most=at_most)


async def insert_check(
    tx: Connection,
    check_id: BooksCheckId,
    *,
    started_at: datetime,
    finished_at: datetime,
    asked_by: AccountId | None,
    broken: Sequence[Broken],
    at_most: int,
) -> int:
    """Keeps what a run of the invariants found."""
    return await db.execute(
        tx,
        SQL["insert_check"],
        check_id=check_id,
        started_at=started_at,
        finished_at=finished_at,
        asked_by=asked_by,
        broken_count=len(broken),
        broken=msgspec.to_builtins(broken[:at_most]),
    )


async def list_checks(tx: Connection, *, at_most: int) -> list[BooksCheck]:
    """Runs of the invariants, the newest first."""
    return await db.fetch_all(tx, SQL["list_checks"], BooksCheck, at_most=at_most)


async def list_ledger_rows(
    tx: Connection, wanted: LedgerFilter, *, at_most: int
) -> list[LedgerRow]:
    """The sub-ledger of somebody, the newest month first."""
    return await db.fetch_all(
        tx,
        SQL["list_ledger_rows"],
        LedgerRow,
        agreement_id=wanted.agreement_id,
        employer_id=wanted.employer_id,
        candidate_id=wanted.candidate_id,
        month=wanted.month,
        at_most=at_most,
    )
