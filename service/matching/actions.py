"""Ranking who fits, proposing, introducing, and the two answers that make a match agreed."""

from datetime import date, datetime

from service import db
from service.actor import Actor, Role
from service.candidates import actions as candidates
from service.db import Connection
from service.ids import CandidateId, MatchId, PlacementId, new_id
from service.matching import rules, store
from service.matching.model import (
    ACCEPTED,
    DECLINED,
    Event,
    Explanation,
    Introduction,
    Match,
    NamedCandidate,
    RankedCandidate,
    RankedPlacement,
    Side,
    State,
)
from service.matching.rules import (
    AlreadyMatched,
    CandidateTaken,
    IntroductionRefused,
    NoSeatLeft,
    UnknownReference,
)
from service.placements import actions as placements
from service.placements.rules import read_reason
from service.problems import NotAllowed

# So many pairs are read and scored for one ranking; the query brings the likely best first.
SCORED_MAX = 2000


async def rank_candidates(
    tx: Connection, placement_id: PlacementId, *, most: int, by: Actor, on: date
) -> list[RankedCandidate]:
    """The officer's candidates who may be proposed for a placement, best first; NotFound."""
    _check_officer(by)
    await placements.get_placement(tx, placement_id)
    fitting = await store.list_fitting_candidates(
        tx, placement_id, office_id=by.office, most=SCORED_MAX
    )
    return rules.rank_candidates(fitting, on, most=most)


async def rank_placements(
    tx: Connection, candidate_id: CandidateId, *, most: int, by: Actor, on: date
) -> list[RankedPlacement]:
    """The placements that an officer's candidate may be proposed for, best first; NotFound."""
    _check_officer(by)
    await candidates.get_candidate(tx, candidate_id)
    fitting = await store.list_fitting_placements(tx, candidate_id, most=SCORED_MAX)
    return rules.rank_placements(fitting, on, most=most)


async def explain(
    tx: Connection, placement_id: PlacementId, candidate_id: CandidateId, *, by: Actor, on: date
) -> Explanation:
    """Which hard requirements a pair fails, and its score all the same; NotFound."""
    _check_officer(by)
    fit = await store.get_fit(tx, placement_id, candidate_id)
    return Explanation(fit, rules.failed(fit), rules.score(fit, on))


async def find_candidate(tx: Connection, reference: str, *, by: Actor) -> NamedCandidate:
    """The candidate of the officer's office with that reference; UnknownReference."""
    _check_officer(by)
    wanted = reference.strip().upper()
    found = (
        await store.find_candidate(tx, wanted, office_id=by.office)
        if wanted.isprintable()
        else None
    )
    if found is None:
        raise UnknownReference
    return found


async def propose(
    tx: Connection,
    placement_id: PlacementId,
    candidate_id: CandidateId,
    *,
    by: Actor,
    at: datetime,
    on: date,
) -> Match:
    """Proposes a candidate, keeping the score of the day; RequirementsNotMet or AlreadyMatched."""
    _check_officer(by)
    fit = await store.get_fit(tx, placement_id, candidate_id)
    rules.check_fit(fit)
    match_id = MatchId(new_id())
    with db.refusing(placement_match_once_live=AlreadyMatched):
        await store.insert_match(
            tx,
            match_id,
            placement_id,
            candidate_id,
            rules.score(fit, on),
            account_id=by.account,
            at=at,
        )
    return await store.get_match(tx, match_id, office_id=by.office)


async def introduce(tx: Connection, match_id: MatchId, *, by: Actor, at: datetime) -> Match:
    """Shows a proposed candidate to the employer; from now on the employer sees the match.

    IntroductionRefused when the candidate said that this may not be.
    """
    _check_officer(by)
    held = await store.lock_match(tx, match_id)
    rules.move(held.state, Event.INTRODUCED)
    seats = await store.lock_seats(tx, held.placement_id)
    rules.check_seat(seats, taken=await store.seats_taken(tx, held.placement_id))
    with db.refusing(placement_match_introduced_with_consent=IntroductionRefused):
        written = await store.record_introduced(tx, match_id, account_id=by.account, at=at)
    assert written == 1, "the match is locked"
    return await store.get_match(tx, match_id, office_id=by.office)


async def accept(
    tx: Connection, match_id: MatchId, *, by: Actor, at: datetime
) -> Match | Introduction:
    """The yes of the side that `by` speaks for. The second yes takes a seat: NoSeatLeft,
    CandidateTaken or PlacementNotOpen when it cannot."""
    side = rules.side_of(by)
    held = await store.lock_match(tx, match_id)
    state = rules.move(held.state, ACCEPTED[side])
    if state is State.AGREED:
        seats = await store.lock_seats(tx, held.placement_id)
        rules.check_seat(seats, taken=await store.seats_taken(tx, held.placement_id))
    record = {
        Side.CANDIDATE: store.record_candidate_accepted,
        Side.EMPLOYER: store.record_employer_accepted,
    }[side]
    with db.refusing(
        placement_match_within_seats=NoSeatLeft, placement_match_candidate_free=CandidateTaken
    ):
        written = await record(tx, match_id, state, account_id=by.account, at=at)
    assert written == 1, "the match is locked"
    return await _shown(tx, match_id, by)


async def decline(
    tx: Connection, match_id: MatchId, reason: str, *, by: Actor, at: datetime
) -> Match | Introduction:
    """The no of the side that `by` speaks for, with its reason. Declining an agreed match frees its
    seat; MatchHasAgreement once an agreement stands on it."""
    side = rules.side_of(by)
    held = await store.lock_match(tx, match_id)
    rules.move(held.state, DECLINED[side])
    rules.check_may_give_up(live_agreements=await store.live_agreements(tx, match_id))
    written = await store.record_declined(
        tx, match_id, side, reason=read_reason(reason), account_id=by.account, at=at
    )
    assert written == 1, "the match is locked"
    return await _shown(tx, match_id, by)


async def get_match(tx: Connection, match_id: MatchId, *, by: Actor) -> Match:
    """One match of the officer's office; NotFound."""
    _check_officer(by)
    return await store.get_match(tx, match_id, office_id=by.office)


async def get_introduction(tx: Connection, match_id: MatchId, *, by: Actor) -> Introduction:
    """One match as its employer may know it; NotFound until the candidate is introduced."""
    if by.role is not Role.EMPLOYER:
        raise NotAllowed
    return await store.get_introduction(tx, match_id, employer_id=by.employer)


async def list_matches(
    tx: Connection, *, state: State | None, before: MatchId | None, most: int, by: Actor
) -> list[Match]:
    """The matches of the officer's office, the newest first; for an auditor those of every one."""
    if by.role is not Role.AUDITOR:
        _check_officer(by)
    return await store.list_matches(
        tx,
        None if by.role is Role.AUDITOR else by.office,
        state=state,
        before=before,
        most=most,
    )


async def list_introductions(
    tx: Connection, *, state: State | None, before: MatchId | None, most: int, by: Actor
) -> list[Introduction]:
    """The candidates introduced to the employer of the account, the newest first."""
    if by.role is not Role.EMPLOYER:
        raise NotAllowed
    return await store.list_introductions_for_employer(
        tx, by.employer, state=state, before=before, most=most
    )


def _check_officer(by: Actor) -> None:
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed


async def _shown(tx: Connection, match_id: MatchId, by: Actor) -> Match | Introduction:
    """The match as the one who moved it may see it."""
    shown = get_introduction if by.role is Role.EMPLOYER else get_match
    return await shown(tx, match_id, by=by)
