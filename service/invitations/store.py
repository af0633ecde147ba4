"""The typed twins of sql/queries/invitations.sql."""

from datetime import datetime

from service import db
from service.db import Connection
from service.ids import AccountId, EmployerId, InvitationId
from service.invitations.model import Invitation, NewInvitation

SQL = db.load("invitations")


async def insert_invitation(
    tx: Connection,
    invitation_id: InvitationId,
    wanted: NewInvitation,
    *,
    token_hash: bytes,
    invited_by: AccountId | None,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keeps an invitation; broken constraints are the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_invitation"],
        invitation_id=invitation_id,
        token_hash=token_hash,
        email=wanted.email.strip().lower(),
        name=" ".join(wanted.name.split()),
        role=wanted.role,
        office_id=wanted.office_id,
        employer_id=wanted.employer_id,
        rights=sorted(wanted.rights),
        language=wanted.language,
        invited_by=invited_by,
        at=at,
        expires_at=expires_at,
    )


async def account_exists(tx: Connection, email: str) -> bool:
    """Whether somebody has an account with this address."""
    return await db.fetch_value(tx, SQL["account_exists"], bool, email=email)


async def end_former_invitations(
    tx: Connection, email: str, *, withdrawn_by: AccountId | None, at: datetime
) -> None:
    """Lets earlier links to an address open nothing."""
    await db.execute(
        tx, SQL["end_former_invitations"], email=email, withdrawn_by=withdrawn_by, at=at
    )


async def find_invitation(tx: Connection, token_hash: bytes) -> Invitation | None:
    """The invitation of a token."""
    return await db.find_one(tx, SQL["find_invitation"], Invitation, token_hash=token_hash)


async def list_open_invitations(
    tx: Connection, *, employer_id: EmployerId | None
) -> list[Invitation]:
    """Who was invited and has not come, all or for one employer; the latest first."""
    return await db.fetch_all(tx, SQL["list_open_invitations"], Invitation, employer_id=employer_id)


async def record_accepted(
    tx: Connection, invitation_id: InvitationId, account_id: AccountId, *, at: datetime
) -> int:
    """Uses an invitation up; 0 when it was used, taken back or ran out."""
    return await db.execute(
        tx, SQL["record_accepted"], invitation_id=invitation_id, account_id=account_id, at=at
    )


async def record_withdrawn(
    tx: Connection,
    invitation_id: InvitationId,
    *,
    employer_id: EmployerId | None,
    withdrawn_by: AccountId,
    at: datetime,
) -> int:
    """Takes an invitation back; 0 when it is not open."""
    return await db.execute(
        tx,
        SQL["record_withdrawn"],
        invitation_id=invitation_id,
        employer_id=employer_id,
        withdrawn_by=withdrawn_by,
        at=at,
    )


async def administrators_working(tx: Connection) -> int:
    """How many administrators can sign in."""
    return await db.fetch_value(tx, SQL["administrators_working"], int)
