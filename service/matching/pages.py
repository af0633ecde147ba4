"""Matches in a browser: what waits for whom, placements for a candidate, and why not."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates.words import education_word, language_word
from service.i18n import N_
from service.ids import CandidateId, MatchId, PlacementId
from service.matching import actions
from service.matching.model import ACCEPTED, DECLINED, MOVES, Event, Side, State
from service.matching.rules import UnknownReference, side_of
from service.matching.sentences import describe_failure, describe_reason
from service.matching.words import STATES
from service.placements import actions as placements
from service.placements.rules import ReasonMissing
from service.problems import Problem
from service.web import ActingDatabase, Db, Me, Now, page, redirect

MATCHES_AT_ONCE = 50
PLACEMENTS_AT_ONCE = 20

OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
OFFICER = allow(Role.CASE_OFFICER)
EITHER_SIDE = allow(Role.CASE_OFFICER, Role.EMPLOYER)

SIDES = {Side.CANDIDATE: N_("by the candidate"), Side.EMPLOYER: N_("by the employer")}

InState = Annotated[State | None, QueryParameter(name="state")]


class TypedProposal(msgspec.Struct):
    """The hidden fields beside a button."""

    placement_id: PlacementId
    candidate_id: CandidateId


class TypedReason(msgspec.Struct):
    """Why a match is declined."""

    reason: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class Refused(msgspec.Struct, frozen=True):
    """A decline that came back: which match, what was typed, and what is wrong with it."""

    match_id: MatchId
    typed: str
    sentence: str
    status: int


@get("/", guards=[allow(Role.CASE_OFFICER, Role.EMPLOYER, Role.AUDITOR, scope=Scope.READ)])
async def show_matches(
    db: Db,
    me: Me,
    wanted: Annotated[State | None, QueryParameter(name="state")] = None,
    before: FromQuery[MatchId | None] = None,
) -> Template:
    """The matches of an office, of every one for an auditor; or whom an employer was shown."""
    return await _matches_page(db, me, state=wanted, before=before)


@post("/", guards=[OFFICER])
async def propose(data: URLEncodedBody[TypedProposal], db: Db, me: Me, clock: Now) -> Redirect:
    """Proposes a candidate and goes to the matches."""
    async with db.transaction() as tx:
        await actions.propose(
            tx, data.placement_id, data.candidate_id, by=me, at=clock.now(), on=clock.today()
        )
    return redirect("/matches")


@post("/{match_id:uuid}/introduce", guards=[OFFICER])
async def introduce(match_id: FromPath[MatchId], db: Db, me: Me, clock: Now) -> Redirect:
    """Shows a proposed candidate to the employer."""
    async with db.transaction() as tx:
        await actions.introduce(tx, match_id, by=me, at=clock.now())
    return redirect("/matches")


@post("/{match_id:uuid}/accept", guards=[EITHER_SIDE])
async def accept(match_id: FromPath[MatchId], db: Db, me: Me, clock: Now) -> Redirect:
    """The yes of the side that the account speaks for."""
    async with db.transaction() as tx:
        await actions.accept(tx, match_id, by=me, at=clock.now())
    return redirect("/matches")


@post("/{match_id:uuid}/decline", guards=[EITHER_SIDE])
async def decline(
    match_id: FromPath[MatchId], data: URLEncodedBody[TypedReason], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """The no of that side; without a reason the form comes back."""
    try:
        async with db.transaction() as tx:
            await actions.decline(tx, match_id, data.reason, by=me, at=clock.now())
    except ReasonMissing as wrong:
        refused = Refused(match_id, data.reason, wrong.sentence(), wrong.status)
        return await _matches_page(db, me, state=None, before=None, refused=refused)
    return redirect("/matches")


@get("/candidates/{candidate_id:uuid}", guards=[OFFICER_READS])
async def show_placements(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now
) -> Template:
    """The placements a candidate may be proposed for, best first."""
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
        ranked = await actions.rank_placements(
            tx, candidate_id, most=PLACEMENTS_AT_ONCE, by=me, on=clock.today()
        )
    return page(
        "matching/candidate.html",
        candidate=candidate,
        ranked=ranked,
        describe_reason=describe_reason,
    )


@get("/why-not", guards=[OFFICER_READS])
async def show_why_not(
    placement: FromQuery[PlacementId], db: Db, me: Me, clock: Now, reference: FromQuery[str] = ""
) -> Template:
    """What stands in the way of a candidate of the office, found by the reference."""
    async with db.transaction() as tx:
        posted = await placements.get_placement(tx, placement)
        try:
            candidate = await actions.find_candidate(tx, reference, by=me)
        except UnknownReference as unknown:
            return _why_not_page(posted, reference, problem=unknown)
        explanation = await actions.explain(tx, placement, candidate.id, by=me, on=clock.today())
    return _why_not_page(
        posted,
        reference,
        candidate=candidate,
        score=explanation.score,
        failures=[describe_failure(one, explanation.fit) for one in explanation.failed],
    )


def _why_not_page(
    placement: object,
    reference: str,
    *,
    candidate: object = None,
    score: object = None,
    failures: list[str] | None = None,
    problem: Problem | None = None,
) -> Template:
    return page(
        "matching/why_not.html",
        status=problem.status if problem else 200,
        placement=placement,
        reference=reference,
        candidate=candidate,
        score=score,
        failures=failures or [],
        errors={"reference": problem.sentence()} if problem else {},
        describe_reason=describe_reason,
    )


async def _matches_page(
    db: ActingDatabase,
    me: Actor,
    *,
    state: State | None,
    before: MatchId | None,
    refused: Refused | None = None,
) -> Template:
    is_employer = me.role is Role.EMPLOYER
    listed = actions.list_introductions if is_employer else actions.list_matches
    async with db.transaction() as tx:
        matches = await listed(tx, state=state, before=before, most=MATCHES_AT_ONCE, by=me)
    side = None if me.role is Role.AUDITOR else side_of(me)
    return page(
        "matching/employer.html" if is_employer else "matching/office.html",
        status=refused.status if refused else 200,
        matches=matches,
        older=matches[-1].id if len(matches) == MATCHES_AT_ONCE else None,
        state=state,
        states=STATES,
        sides=SIDES,
        refused=refused,
        education_word=education_word,
        language_word=language_word,
        describe_reason=describe_reason,
        acts=side is not None,
        may_introduce=_states_before(Event.INTRODUCED),
        may_accept=_states_before(ACCEPTED[side]) if side else set(),
        may_decline=_states_before(DECLINED[side]) if side else set(),
    )


def _states_before(event: Event) -> set[State]:
    """The states in which the button of an event is shown."""
    return {state for state, moves in MOVES.items() if event in moves}


router = Router(
    "/matches",
    route_handlers=[
        show_matches,
        propose,
        introduce,
        accept,
        decline,
        show_placements,
        show_why_not,
    ],
)
