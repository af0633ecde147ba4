"""The typed twins of sql/queries/contacts.sql."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.contacts.model import Consent, Purpose, SealedContact
from service.db import Connection
from service.ids import AccountId, CandidateId

SQL = db.load("contacts")


async def record_contact(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    language: str,
    sealed: bytes,
    written_at: datetime,
    written_by: AccountId,
) -> int:
    """Writes how a person is reached, over what was known; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_contact"],
        candidate_id=candidate_id,
        language=language,
        sealed=sealed,
        written_at=written_at,
        written_by=written_by,
    )


async def find_contact(tx: Connection, candidate_id: CandidateId) -> SealedContact | None:
    """How a person is reached, sealed; None when nothing is known or it is not this actor's."""
    return await db.find_one(tx, SQL["find_contact"], SealedContact, candidate_id=candidate_id)


async def insert_consents(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    ids: Sequence[UUID],
    purposes: Sequence[Purpose],
    given: Sequence[bool],
    at: datetime,
    recorded_by: AccountId,
) -> int:
    """What a person said to some purposes; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_consents"],
        candidate_id=candidate_id,
        ids=ids,
        purposes=purposes,
        given=given,
        at=at,
        recorded_by=recorded_by,
    )


async def list_consents(tx: Connection, candidate_id: CandidateId) -> list[Consent]:
    """What a person last said to each purpose that was asked about."""
    return await db.fetch_all(tx, SQL["list_consents"], Consent, candidate_id=candidate_id)
