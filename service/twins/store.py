"""The typed twins of sql/queries/twins.sql."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.ids import AccountId, CandidateId
from service.twins.model import Twins

SQL = db.load("twins")


async def list_twins_of_office(tx: Connection, *, at_most: int) -> list[Twins]:
    """Pairs of which nobody has said that they are two people, the oldest first."""
    return await db.fetch_all(tx, SQL["list_twins_of_office"], Twins, at_most=at_most)


async def insert_decisions(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    ids: Sequence[UUID],
    other_ids: Sequence[CandidateId],
    at: datetime,
    decided_by: AccountId,
    reason: str,
) -> int:
    """Says of a person and some others that they are two each; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_decisions"],
        candidate_id=candidate_id,
        ids=ids,
        other_ids=other_ids,
        at=at,
        decided_by=decided_by,
        reason=reason,
    )


async def is_pair_to_decide(
    tx: Connection, candidate_id: CandidateId, other_id: CandidateId
) -> bool:
    """Whether two entries are among those that the actor's office has to tell apart."""
    return await db.fetch_value(
        tx, SQL["is_pair_to_decide"], bool, candidate_id=candidate_id, other_id=other_id
    )


async def is_decided(tx: Connection, candidate_id: CandidateId, other_id: CandidateId) -> bool:
    """Whether somebody has said of two entries that they are two people."""
    return await db.fetch_value(
        tx, SQL["is_decided"], bool, candidate_id=candidate_id, other_id=other_id
    )
