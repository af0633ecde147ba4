"""How well a candidate fits a placement, what is missing, and which answer comes after which."""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction

from service.actor import Actor, Role
from service.i18n import N_
from service.matching.model import (
    MOVES,
    Event,
    Facts,
    Fit,
    FittingCandidate,
    FittingPlacement,
    Part,
    RankedCandidate,
    RankedPlacement,
    Reason,
    Requirement,
    Score,
    Seats,
    Side,
    State,
)
from service.problems import NotAllowed, Problem

# The weights are a policy choice of ours; together they make 100. Priority characteristics and the
# source of a referral are not among the facts, so they cannot weigh.
OCCUPATION_EXACT = 35
OCCUPATION_NEAR = 20  # the same minor group of ISCO-08: its first three digits
SKILLS_MOST = 25
DISTANCE_MOST = 20
UNEMPLOYED_MOST = 15
LANGUAGES_MOST = 5
FAR_KM = 60  # from here on the way to work earns no points
LONG_MONTHS = 24  # from here on time without work earns no more points


class NoSeatLeft(Problem):
    """Every seat of the placement is agreed."""

    slug = "no-seat-left"
    title = N_("Every seat of this placement is taken. Decline this match or look for another.")
    status = 409


class CandidateTaken(Problem):
    """The person is employed under an agreement, or has agreed to another placement, meanwhile."""

    slug = "candidate-taken"
    title = N_("The candidate has agreed to other work in this time. Decline this match.")
    status = 409


class IntroductionRefused(Problem):
    """The candidate does not want to be shown to employers."""

    slug = "introduction-refused"
    title = N_(
        "The candidate does not agree to be shown to employers. Ask again, and record the answer "
        "on the candidate's page first."
    )
    status = 409


class AlreadyMatched(Problem):
    """There is a match of the two that nobody declined."""

    slug = "already-matched"
    title = N_("This candidate is proposed for this placement already. Look at that match.")
    status = 409


class RequirementsNotMet(Problem):
    """A hard requirement fails; `failed` names each."""

    slug = "requirements-not-met"
    title = N_("This candidate cannot be proposed for this placement; see why not.")


class MatchMovedOn(Problem):
    """The match is not in the state in which this can be done."""

    slug = "match-moved-on"
    title = N_("This cannot be done with the match as it stands now. Look at it again.")
    status = 409


class PlacementNotOpen(Problem):
    """The placement was closed meanwhile."""

    slug = "placement-not-open"
    title = N_("This placement is closed, so nobody new is placed there. Decline this match.")
    status = 409


class MatchHasAgreement(Problem):
    """An agreed match with an agreement is ended by ending the agreement."""

    slug = "match-has-agreement"
    title = N_("There is an agreement on this match. End or cancel the agreement instead.")
    status = 409


class UnknownReference(Problem):
    """No candidate of the office has this reference."""

    slug = "unknown-reference"
    title = N_("Your office has no candidate with this reference. Copy it from their record.")
    status = 404


def score(facts: Facts, on: date) -> Score:
    """0 to 100 points for a pair on a day, with the line behind each part."""
    reasons = [
        _occupation(facts),
        _share(Part.SKILLS, SKILLS_MOST, facts.skills_wished, facts.skills_held),
        _distance(facts.distance_km),
        _unemployed(facts.unemployed_since, on),
        _share(Part.LANGUAGES, LANGUAGES_MOST, facts.languages_asked, facts.languages_spoken),
    ]
    return Score(sum(reason.points for reason in reasons), reasons)


def _occupation(facts: Facts) -> Reason:
    exact = facts.occupation_code in facts.occupations
    near = any(code[:3] == facts.occupation_code[:3] for code in facts.occupations)
    points = OCCUPATION_EXACT if exact else OCCUPATION_NEAR if near else 0
    return Reason(Part.OCCUPATION, points, OCCUPATION_EXACT, count=int(exact))


def _share(part: Part, most: int, asked: Collection[str], held: Collection[str]) -> Reason:
    """Where nothing is asked, everything asked is there."""
    met = len(set(asked) & set(held))
    points = most * met // len(set(asked)) if asked else most
    return Reason(part, points, most, count=met, of=len(set(asked)))


def _distance(distance_km: int) -> Reason:
    left = max(0, FAR_KM - distance_km)
    points = int(Fraction(DISTANCE_MOST * left, FAR_KM))
    return Reason(Part.DISTANCE, points, DISTANCE_MOST, count=distance_km)


def _unemployed(since: date, on: date) -> Reason:
    months = months_between(since, on)
    points = UNEMPLOYED_MOST * min(months, LONG_MONTHS) // LONG_MONTHS
    return Reason(Part.UNEMPLOYED, points, UNEMPLOYED_MOST, count=months)


def months_between(since: date, on: date) -> int:
    """Full months from one day to another; none when the other comes first."""
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    return max(0, months)


def rank_candidates(
    fitting: Iterable[FittingCandidate], on: date, *, most: int
) -> list[RankedCandidate]:
    """The best candidates of a placement first; who waits longer wins a tie, then the older id."""
    scored = [(score(one, on), one) for one in fitting]
    scored.sort(key=lambda pair: (-pair[0].points, pair[1].unemployed_since, pair[1].candidate_id))
    return [
        RankedCandidate(rank, candidate, points)
        for rank, (points, candidate) in enumerate(scored[:most], start=1)
    ]


def rank_placements(
    fitting: Iterable[FittingPlacement], on: date, *, most: int
) -> list[RankedPlacement]:
    """The best placements of a candidate first; the earlier start wins a tie, then the older id."""
    scored = [(score(one, on), one) for one in fitting]
    scored.sort(key=lambda pair: (-pair[0].points, pair[1].starts_on, pair[1].placement_id))
    return [
        RankedPlacement(rank, placement, points)
        for rank, (points, placement) in enumerate(scored[:most], start=1)
    ]


def failed(fit: Fit) -> list[Requirement]:
    """The hard requirements that a pair does not meet, in the order of the list."""
    return [one for one in Requirement if not getattr(fit, one)]


def check_fit(fit: Fit) -> None:
    """AlreadyMatched when that is all that is in the way, else RequirementsNotMet with each."""
    missing = failed(fit)
    if missing == [Requirement.NOT_YET_MATCHED]:
        raise AlreadyMatched
    if missing:
        raise RequirementsNotMet(failed=[str(one) for one in missing])


def move(state: State, event: Event) -> State:
    """The state after an event, by MOVES; MatchMovedOn when the event cannot happen now."""
    after = MOVES[state].get(event)
    if after is None:
        raise MatchMovedOn(state=str(state))
    return after


def check_seat(seats: Seats, *, taken: int) -> None:
    """PlacementNotOpen when it was closed, NoSeatLeft when every seat is agreed."""
    if not seats.open:
        raise PlacementNotOpen
    if taken >= seats.seats:
        raise NoSeatLeft


def check_may_give_up(*, live_agreements: int) -> None:
    """MatchHasAgreement when an agreement stands on the match."""
    if live_agreements:
        raise MatchHasAgreement


def side_of(by: Actor) -> Side:
    """Whose answer a person records: officers the candidate's, an employer its own."""
    if by.role is Role.CASE_OFFICER:
        return Side.CANDIDATE
    if by.role is Role.EMPLOYER:
        return Side.EMPLOYER
    raise NotAllowed
