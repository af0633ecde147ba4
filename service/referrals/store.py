"""The typed twins of sql/queries/referrals.sql."""

from datetime import date, datetime

from service import db
from service.db import Connection
from service.ids import AccountId, CandidateId, ReferralId
from service.referrals.model import Direction, Referral, SealedReferral

SQL = db.load("referrals")


async def insert_referral(
    tx: Connection,
    referral_id: ReferralId,
    *,
    candidate_id: CandidateId,
    direction: Direction,
    made_on: date,
    sealed: bytes,
    at: datetime,
    recorded_by: AccountId,
) -> int:
    """Keeps a referral of a person of the own office; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_referral"],
        referral_id=referral_id,
        candidate_id=candidate_id,
        direction=direction,
        made_on=made_on,
        sealed=sealed,
        at=at,
        recorded_by=recorded_by,
    )


async def list_referrals_of_candidate(tx: Connection, candidate_id: CandidateId) -> list[Referral]:
    """That there are referrals, the newest first; at most 100."""
    return await db.fetch_all(
        tx, SQL["list_referrals_of_candidate"], Referral, candidate_id=candidate_id
    )


async def list_sealed_of_candidate(
    tx: Connection, candidate_id: CandidateId
) -> list[SealedReferral]:
    """The referrals as they are stored, the newest first; at most 100."""
    return await db.fetch_all(
        tx, SQL["list_sealed_of_candidate"], SealedReferral, candidate_id=candidate_id
    )


async def lock_referral(
    tx: Connection, referral_id: ReferralId, *, candidate_id: CandidateId
) -> SealedReferral:
    """One referral, held until it is closed; NotFound."""
    return await db.fetch_one(
        tx,
        SQL["lock_referral"],
        SealedReferral,
        referral_id=referral_id,
        candidate_id=candidate_id,
    )


async def record_closed(
    tx: Connection, referral_id: ReferralId, *, sealed: bytes, at: datetime, closed_by: AccountId
) -> int:
    """Closes a referral with what came of it; answers how many rows it wrote."""
    return await db.execute(
        tx, SQL["record_closed"], referral_id=referral_id, sealed=sealed, at=at, closed_by=closed_by
    )
