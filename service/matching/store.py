"""The typed twins of sql/queries/matching.sql."""

from datetime import datetime

from service import db
from service.db import Connection
from service.ids import AccountId, CandidateId, EmployerId, MatchId, OfficeId, PlacementId
from service.matching.model import (
    Fit,
    FittingCandidate,
    FittingPlacement,
    HeldMatch,
    Introduction,
    Match,
    NamedCandidate,
    Score,
    Seats,
    Side,
    State,
)

SQL = db.load("matching")


async def get_fit(tx: Connection, placement_id: PlacementId, candidate_id: CandidateId) -> Fit:
    """One pair, fitting or not; NotFound when either is hidden by the policies."""
    return await db.fetch_one(
        tx, SQL["get_fit"], Fit, placement_id=placement_id, candidate_id=candidate_id
    )


async def find_candidate(
    tx: Connection, reference: str, *, office_id: OfficeId
) -> NamedCandidate | None:
    """The candidate of an office whose reference this is."""
    return await db.find_one(
        tx, SQL["find_candidate"], NamedCandidate, reference=reference, office_id=office_id
    )


async def list_fitting_candidates(
    tx: Connection, placement_id: PlacementId, *, office_id: OfficeId, most: int
) -> list[FittingCandidate]:
    """The candidates of an office who meet every hard requirement of a placement, unscored."""
    return await db.fetch_all(
        tx,
        SQL["list_fitting_candidates"],
        FittingCandidate,
        placement_id=placement_id,
        office_id=office_id,
        most=most,
    )


async def list_fitting_placements(
    tx: Connection, candidate_id: CandidateId, *, most: int
) -> list[FittingPlacement]:
    """The placements whose every hard requirement a candidate meets, unscored."""
    return await db.fetch_all(
        tx,
        SQL["list_fitting_placements"],
        FittingPlacement,
        candidate_id=candidate_id,
        most=most,
    )


async def insert_match(
    tx: Connection,
    match_id: MatchId,
    placement_id: PlacementId,
    candidate_id: CandidateId,
    score: Score,
    *,
    account_id: AccountId,
    at: datetime,
) -> None:
    """Proposes a pair; breaks placement_match_once_live when it is matched already."""
    await db.execute(
        tx,
        SQL["insert_match"],
        match_id=match_id,
        placement_id=placement_id,
        candidate_id=candidate_id,
        score=score.points,
        reasons=score.reasons,
        account_id=account_id,
        at=at,
    )


async def lock_match(tx: Connection, match_id: MatchId) -> HeldMatch:
    """A match, held until its move is written; NotFound when it is hidden, as from an employer
    before the introduction."""
    return await db.fetch_one(tx, SQL["lock_match"], HeldMatch, match_id=match_id)


async def live_agreements(tx: Connection, match_id: MatchId) -> int:
    """How many agreements stand on a match: one at most."""
    return await db.fetch_value(tx, SQL["live_agreements"], int, match_id=match_id)


async def lock_seats(tx: Connection, placement_id: PlacementId) -> Seats:
    """The seats of a placement, held until the answer that may take one is written."""
    return await db.fetch_one(tx, SQL["lock_seats"], Seats, placement_id=placement_id)


async def seats_taken(tx: Connection, placement_id: PlacementId) -> int:
    """How many matches of a placement are agreed, at every office."""
    return await db.fetch_value(tx, SQL["seats_taken"], int, placement_id=placement_id)


async def record_introduced(
    tx: Connection, match_id: MatchId, *, account_id: AccountId, at: datetime
) -> int:
    """Introduces a proposed candidate; 0 when the match is not proposed."""
    return await db.execute(
        tx, SQL["record_introduced"], match_id=match_id, account_id=account_id, at=at
    )


async def record_candidate_accepted(
    tx: Connection, match_id: MatchId, state: State, *, account_id: AccountId, at: datetime
) -> int:
    """Writes the candidate's yes; breaks placement_match_within_seats or
    placement_match_candidate_free when it would agree what cannot be."""
    return await db.execute(
        tx,
        SQL["record_candidate_accepted"],
        match_id=match_id,
        state=state,
        account_id=account_id,
        at=at,
    )


async def record_employer_accepted(
    tx: Connection, match_id: MatchId, state: State, *, account_id: AccountId, at: datetime
) -> int:
    """Writes the employer's yes; breaks the same constraints as the candidate's."""
    return await db.execute(
        tx,
        SQL["record_employer_accepted"],
        match_id=match_id,
        state=state,
        account_id=account_id,
        at=at,
    )


async def record_declined(
    tx: Connection,
    match_id: MatchId,
    side: Side,
    *,
    reason: str,
    account_id: AccountId,
    at: datetime,
) -> int:
    """Writes a no with its side and reason; 0 when somebody declined before."""
    return await db.execute(
        tx,
        SQL["record_declined"],
        match_id=match_id,
        side=side,
        reason=reason,
        account_id=account_id,
        at=at,
    )


async def get_match(tx: Connection, match_id: MatchId, *, office_id: OfficeId) -> Match:
    """A match of an office; NotFound."""
    return await db.fetch_one(tx, SQL["get_match"], Match, match_id=match_id, office_id=office_id)


async def list_matches(
    tx: Connection,
    office_id: OfficeId | None,
    *,
    state: State | None,
    before: MatchId | None,
    most: int,
) -> list[Match]:
    """The matches of an office's candidates or of everybody's, the newest first, before one."""
    return await db.fetch_all(
        tx,
        SQL["list_matches"],
        Match,
        office_id=office_id,
        state=state,
        before=before,
        most=most,
    )


async def get_introduction(
    tx: Connection, match_id: MatchId, *, employer_id: EmployerId
) -> Introduction:
    """What an employer may know of a match; NotFound until the candidate is introduced."""
    return await db.fetch_one(
        tx, SQL["get_introduction"], Introduction, match_id=match_id, employer_id=employer_id
    )


async def list_introductions_for_employer(
    tx: Connection,
    employer_id: EmployerId,
    *,
    state: State | None,
    before: MatchId | None,
    most: int,
) -> list[Introduction]:
    """The candidates introduced to an employer, the newest match first."""
    return await db.fetch_all(
        tx,
        SQL["list_introductions_for_employer"],
        Introduction,
        employer_id=employer_id,
        state=state,
        before=before,
        most=most,
    )
