"""The typed twins of sql/queries/handovers.sql."""

from datetime import datetime

from service import db
from service.db import Connection
from service.handovers.model import Held, Offer, Seen, State, Taken
from service.ids import AccountId, CandidateId, HandoverId, OfficeId

SQL = db.load("handovers")


async def insert_handover(
    tx: Connection,
    handover_id: HandoverId,
    *,
    candidate_id: CandidateId,
    from_office_id: OfficeId,
    to_office_id: OfficeId,
    reason: str,
    at: datetime,
    offered_by: AccountId,
) -> int:
    """Offers a case; breaks handover_one_open when it is offered already."""
    return await db.execute(
        tx,
        SQL["insert_handover"],
        handover_id=handover_id,
        candidate_id=candidate_id,
        from_office_id=from_office_id,
        to_office_id=to_office_id,
        reason=reason,
        at=at,
        offered_by=offered_by,
    )


async def lock_handover(tx: Connection, handover_id: HandoverId) -> Held:
    """One offer, held until it is answered; NotFound when it concerns other offices."""
    return await db.fetch_one(tx, SQL["lock_handover"], Held, handover_id=handover_id)


async def record_answer(
    tx: Connection,
    handover_id: HandoverId,
    *,
    state: State,
    reason: str | None,
    at: datetime,
    answered_by: AccountId,
) -> int:
    """Declines an offer or takes it back; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["record_answer"],
        handover_id=handover_id,
        state=state,
        reason=reason,
        at=at,
        answered_by=answered_by,
    )


async def take_case(tx: Connection, handover_id: HandoverId, *, at: datetime) -> Taken:
    """Makes the case that of the receiving office."""
    return await db.fetch_one(tx, SQL["take_case"], Taken, handover_id=handover_id, at=at)


async def list_handovers_for_office(tx: Connection, *, at_most: int) -> list[Seen]:
    """What the actor's office offers and is offered; what waits comes first, then the newest."""
    return await db.fetch_all(tx, SQL["list_handovers_for_office"], Seen, at_most=at_most)


async def find_open(tx: Connection, candidate_id: CandidateId) -> Offer | None:
    """The offer of a person that stands."""
    return await db.find_one(tx, SQL["find_open"], Offer, candidate_id=candidate_id)
