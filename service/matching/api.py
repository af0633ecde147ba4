"""Matching as JSON: rankings with their reasons, why not, and the moves of a match."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.ids import CandidateId, MatchId, PlacementId
from service.matching import actions
from service.matching.model import (
    Explanation,
    FittingCandidate,
    FittingPlacement,
    Introduction,
    Match,
    Part,
    RankedCandidate,
    RankedPlacement,
    Requirement,
    Score,
    State,
)
from service.matching.sentences import describe_failure, describe_reason
from service.web import Db, Me, Now

Most = Annotated[int, QueryParameter(name="most", ge=1, le=200)]
InState = Annotated[State | None, QueryParameter(name="state")]

OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
LIST_READER = allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)
OFFICER = allow(Role.CASE_OFFICER)
EITHER_SIDE = allow(Role.CASE_OFFICER, Role.EMPLOYER)


class ProposalRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Who is proposed for what."""

    placement_id: PlacementId
    candidate_id: CandidateId


class DeclineRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why not."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)]


class ReasonView(msgspec.Struct):
    """One line of a score, in words."""

    part: Part
    points: int
    most: int
    sentence: str


class CandidateView(msgspec.Struct):
    """A candidate in a placement's ranking."""

    rank: int
    score: int
    candidate: FittingCandidate
    reasons: list[ReasonView]

    @classmethod
    def of(cls, ranked: RankedCandidate) -> "CandidateView":
        """With the score in words."""
        return cls(ranked.rank, ranked.score.points, ranked.candidate, reason_views(ranked.score))


class PlacementView(msgspec.Struct):
    """A placement in a candidate's ranking."""

    rank: int
    score: int
    placement: FittingPlacement
    reasons: list[ReasonView]

    @classmethod
    def of(cls, ranked: RankedPlacement) -> "PlacementView":
        """With the score in words."""
        return cls(ranked.rank, ranked.score.points, ranked.placement, reason_views(ranked.score))


class FailureView(msgspec.Struct):
    """A hard requirement that is not met."""

    requirement: Requirement
    sentence: str


class WhyNotView(msgspec.Struct):
    """What stands in the way of a pair; `fits` when nothing does."""

    fits: bool
    failed: list[FailureView]
    score: int
    reasons: list[ReasonView]

    @classmethod
    def of(cls, explanation: Explanation) -> "WhyNotView":
        """With every failure in words."""
        failures = [
            FailureView(one, describe_failure(one, explanation.fit)) for one in explanation.failed
        ]
        score = explanation.score
        return cls(not failures, failures, score.points, reason_views(score))


def reason_views(score: Score) -> list[ReasonView]:
    """The lines of a score in words."""
    return [
        ReasonView(one.part, one.points, one.most, describe_reason(one)) for one in score.reasons
    ]


@get("/placements/{placement_id:uuid}", guards=[OFFICER_READS])
async def rank_candidates(
    placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now, most: Most = 50
) -> list[CandidateView]:
    """The officer's candidates who may be proposed for a placement, best first."""
    async with db.transaction() as tx:
        ranked = await actions.rank_candidates(tx, placement_id, most=most, by=me, on=clock.today())
    return [CandidateView.of(one) for one in ranked]


@get("/candidates/{candidate_id:uuid}", guards=[OFFICER_READS])
async def rank_placements(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now, most: Most = 50
) -> list[PlacementView]:
    """The placements that a candidate may be proposed for, best first."""
    async with db.transaction() as tx:
        ranked = await actions.rank_placements(tx, candidate_id, most=most, by=me, on=clock.today())
    return [PlacementView.of(one) for one in ranked]


@get("/why-not", guards=[OFFICER_READS])
async def explain(
    placement: FromQuery[PlacementId],
    candidate: FromQuery[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
) -> WhyNotView:
    """Which hard requirements a pair fails."""
    async with db.transaction() as tx:
        explanation = await actions.explain(tx, placement, candidate, by=me, on=clock.today())
    return WhyNotView.of(explanation)


@post("/", guards=[OFFICER])
async def propose(data: JSONBody[ProposalRequest], db: Db, me: Me, clock: Now) -> Match:
    """Proposes a candidate for a placement."""
    async with db.transaction() as tx:
        return await actions.propose(
            tx, data.placement_id, data.candidate_id, by=me, at=clock.now(), on=clock.today()
        )


@get("/", guards=[LIST_READER])
async def list_matches(
    db: Db,
    me: Me,
    wanted: Annotated[State | None, QueryParameter(name="state")] = None,
    before: FromQuery[MatchId | None] = None,
    most: Most = 50,
) -> list[Match]:
    """The matches of an office, or of all for an auditor, newest first; the next are `before`."""
    async with db.transaction() as tx:
        return await actions.list_matches(tx, state=wanted, before=before, most=most, by=me)


@get("/{match_id:uuid}", guards=[OFFICER_READS])
async def get_match(match_id: FromPath[MatchId], db: Db, me: Me) -> Match:
    """One match of the officer's office."""
    async with db.transaction() as tx:
        return await actions.get_match(tx, match_id, by=me)


@get("/introductions", guards=[allow(Role.EMPLOYER, scope=Scope.READ)])
async def list_introductions(
    db: Db,
    me: Me,
    wanted: Annotated[State | None, QueryParameter(name="state")] = None,
    before: FromQuery[MatchId | None] = None,
    most: Most = 50,
) -> list[Introduction]:
    """The candidates introduced to the employer, the newest first."""
    async with db.transaction() as tx:
        return await actions.list_introductions(tx, state=wanted, before=before, most=most, by=me)


@get("/introductions/{match_id:uuid}", guards=[allow(Role.EMPLOYER, scope=Scope.READ)])
async def get_introduction(match_id: FromPath[MatchId], db: Db, me: Me) -> Introduction:
    """One candidate introduced to the employer."""
    async with db.transaction() as tx:
        return await actions.get_introduction(tx, match_id, by=me)


@post("/{match_id:uuid}/introduce", status_code=200, guards=[OFFICER])
async def introduce(match_id: FromPath[MatchId], db: Db, me: Me, clock: Now) -> Match:
    """Shows a proposed candidate to the employer."""
    async with db.transaction() as tx:
        return await actions.introduce(tx, match_id, by=me, at=clock.now())


@post("/{match_id:uuid}/accept", status_code=200, guards=[EITHER_SIDE])
async def accept(match_id: FromPath[MatchId], db: Db, me: Me, clock: Now) -> Match | Introduction:
    """A yes: the candidate's from an officer, the employer's from its own account."""
    async with db.transaction() as tx:
        return await actions.accept(tx, match_id, by=me, at=clock.now())


@post("/{match_id:uuid}/decline", status_code=200, guards=[EITHER_SIDE])
async def decline(
    match_id: FromPath[MatchId], data: JSONBody[DeclineRequest], db: Db, me: Me, clock: Now
) -> Match | Introduction:
    """A no with its reason, of the side that the account speaks for."""
    async with db.transaction() as tx:
        return await actions.decline(tx, match_id, data.reason, by=me, at=clock.now())


router = Router(
    "/matching",
    route_handlers=[
        rank_candidates,
        rank_placements,
        explain,
        propose,
        list_matches,
        get_match,
        list_introductions,
        get_introduction,
        introduce,
        accept,
        decline,
    ],
    tags=["matching"],
)
