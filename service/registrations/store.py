"""The typed twins of sql/queries/registrations.sql."""

from datetime import datetime

from service import db
from service.db import Connection
from service.ids import AccountId, DraftId, OfficeId
from service.registrations.model import SealedDraft

SQL = db.load("registrations")


async def insert_draft(
    tx: Connection,
    draft_id: DraftId,
    *,
    office_id: OfficeId,
    account_id: AccountId,
    sealed: bytes,
    at: datetime,
    expires_at: datetime,
) -> int:
    """Keeps what an officer has begun; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_draft"],
        draft_id=draft_id,
        office_id=office_id,
        account_id=account_id,
        sealed=sealed,
        at=at,
        expires_at=expires_at,
    )


async def find_draft(
    tx: Connection, draft_id: DraftId, *, account_id: AccountId, at: datetime
) -> SealedDraft | None:
    """An officer's own draft, while it is kept."""
    return await db.find_one(
        tx, SQL["find_draft"], SealedDraft, draft_id=draft_id, account_id=account_id, at=at
    )


async def lock_draft(
    tx: Connection, draft_id: DraftId, *, account_id: AccountId, at: datetime
) -> SealedDraft:
    """An officer's own draft, held; NotFound when it was registered, discarded or swept."""
    return await db.fetch_one(
        tx, SQL["lock_draft"], SealedDraft, draft_id=draft_id, account_id=account_id, at=at
    )


async def list_drafts(
    tx: Connection, *, account_id: AccountId, at: datetime, at_most: int
) -> list[SealedDraft]:
    """An officer's drafts, the oldest first."""
    return await db.fetch_all(
        tx, SQL["list_drafts"], SealedDraft, account_id=account_id, at=at, at_most=at_most
    )


async def record_draft(
    tx: Connection, draft_id: DraftId, *, sealed: bytes, at: datetime, expires_at: datetime
) -> int:
    """Keeps what was typed since; answers how many rows it wrote."""
    return await db.execute(
        tx, SQL["record_draft"], draft_id=draft_id, sealed=sealed, at=at, expires_at=expires_at
    )


async def delete_draft(tx: Connection, draft_id: DraftId) -> int:
    """Forgets a draft; answers how many rows it deleted."""
    return await db.execute(tx, SQL["delete_draft"], draft_id=draft_id)


async def delete_expired(tx: Connection, *, at: datetime, at_most: int) -> int:
    """Forgets a batch of drafts that nobody went on with; answers how many."""
    return await db.execute(tx, SQL["delete_expired"], at=at, at_most=at_most)
