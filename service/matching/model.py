"""A match as nouns: who fits what and why, and the states from a proposal to an agreed match."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.candidates.model import Education
from service.ids import CandidateId, EmployerId, MatchId, OfficeId, PlacementId
from service.money import Cents


class State(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
    INTRODUCED = "introduced"
    CANDIDATE_ACCEPTED = "candidate_accepted"
    EMPLOYER_ACCEPTED = "employer_accepted"
    AGREED = "agreed"
    DECLINED = "declined"


class Event(StrEnum):
    """What happens to a match after it was proposed."""

    INTRODUCED = "introduced"
    CANDIDATE_ACCEPTED = "candidate_accepted"
    EMPLOYER_ACCEPTED = "employer_accepted"
    CANDIDATE_DECLINED = "candidate_declined"
    EMPLOYER_DECLINED = "employer_declined"


class Side(StrEnum):
    """Whose answer it is; the candidate's is recorded by the case officer."""

    CANDIDATE = "candidate"
    EMPLOYER = "employer"


ACCEPTED: Mapping[Side, Event] = {
    Side.CANDIDATE: Event.CANDIDATE_ACCEPTED,
    Side.EMPLOYER: Event.EMPLOYER_ACCEPTED,
}
DECLINED: Mapping[Side, Event] = {
    Side.CANDIDATE: Event.CANDIDATE_DECLINED,
    Side.EMPLOYER: Event.EMPLOYER_DECLINED,
}
_EITHER_DECLINES: Mapping[Event, State] = {
    Event.CANDIDATE_DECLINED: State.DECLINED,
    Event.EMPLOYER_DECLINED: State.DECLINED,
}
# An agreed match can still be given up, and frees its seat, until its agreement is drafted.
MOVES: Mapping[State, Mapping[Event, State]] = {
    State.PROPOSED: {
        Event.INTRODUCED: State.INTRODUCED,
        Event.CANDIDATE_DECLINED: State.DECLINED,
    },
    State.INTRODUCED: {
        Event.CANDIDATE_ACCEPTED: State.CANDIDATE_ACCEPTED,
        Event.EMPLOYER_ACCEPTED: State.EMPLOYER_ACCEPTED,
        **_EITHER_DECLINES,
    },
    State.CANDIDATE_ACCEPTED: {Event.EMPLOYER_ACCEPTED: State.AGREED, **_EITHER_DECLINES},
    State.EMPLOYER_ACCEPTED: {Event.CANDIDATE_ACCEPTED: State.AGREED, **_EITHER_DECLINES},
    State.AGREED: {**_EITHER_DECLINES},
    State.DECLINED: {},
}


class Requirement(StrEnum):
    """What must hold before anybody is proposed; each value is a column of placement_fit."""

    PLACEMENT_OPEN = "placement_open"
    SEAT_LEFT = "seat_left"
    CANDIDATE_REGISTERED = "candidate_registered"
    CANDIDATE_FREE = "candidate_free"
    NOT_YET_MATCHED = "not_yet_matched"
    AGE = "age_fits"
    OCCUPATION = "occupation_fits"
    EDUCATION = "education_fits"
    LANGUAGES = "languages_fit"
    LICENCES = "licences_fit"
    SKILLS = "skills_fit"
    DISTANCE = "distance_fits"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is scored of one pair; nothing sensitive is among it."""

    placement_id: PlacementId
    candidate_id: CandidateId
    occupation_code: str
    occupations: list[str]
    skills_wished: list[str]
    skills_held: list[str]
    languages_asked: list[str]
    languages_spoken: list[str]
    distance_km: int
    unemployed_since: date


class Fit(Facts, frozen=True, kw_only=True):
    """One pair with every hard requirement answered, and the facts behind the answers."""

    employer_id: EmployerId
    office_id: OfficeId
    skills_demanded: list[str]
    licences_asked: list[str]
    licences_held: list[str]
    education_asked: Education
    education_held: Education
    travel_km: int
    age_at_start: int
    age_min: int | None
    age_max: int | None
    placement_open: bool
    seat_left: bool
    candidate_registered: bool
    candidate_free: bool
    not_yet_matched: bool
    age_fits: bool
    occupation_fits: bool
    education_fits: bool
    languages_fit: bool
    licences_fit: bool
    skills_fit: bool
    distance_fits: bool


class FittingCandidate(Facts, frozen=True, kw_only=True):
    """A candidate who meets every hard requirement of a placement, as an officer sees them."""

    reference: str
    given_name: str
    family_name: str
    education: Education
    municipality_code: str


class FittingPlacement(Facts, frozen=True, kw_only=True):
    """A placement whose every hard requirement a candidate meets."""

    reference: str
    title: str
    employer_name: str
    gross_wage_cents: Cents
    weekly_hours: int
    municipality_code: str
    starts_on: date


class NamedCandidate(msgspec.Struct, frozen=True):
    """A candidate, just enough to be sure who is meant."""

    id: CandidateId
    reference: str
    given_name: str
    family_name: str


class Part(StrEnum):
    """A part of the score."""

    OCCUPATION = "occupation"
    SKILLS = "skills"
    DISTANCE = "distance"
    UNEMPLOYED = "unemployed"
    LANGUAGES = "languages"


class Reason(msgspec.Struct, frozen=True):
    """One line of a score: points of the most there are, and the number behind them: how many
    skills or languages `of` how many, kilometres, months, or 1 for the exact occupation."""

    part: Part
    points: int
    most: int
    count: int
    of: int | None = None


class Score(msgspec.Struct, frozen=True):
    """0 to 100, and where it comes from."""

    points: int
    reasons: list[Reason]


class RankedCandidate(msgspec.Struct, frozen=True):
    """A candidate in the order of a placement."""

    rank: int
    candidate: FittingCandidate
    score: Score


class RankedPlacement(msgspec.Struct, frozen=True):
    """A placement in the order of a candidate."""

    rank: int
    placement: FittingPlacement
    score: Score


class Explanation(msgspec.Struct, frozen=True):
    """Why a pair is not proposed: the requirements that fail; none means it can be."""

    fit: Fit
    failed: list[Requirement]
    score: Score


class HeldMatch(msgspec.Struct, frozen=True):
    """A locked match: what a move needs."""

    state: State
    placement_id: PlacementId
    candidate_id: CandidateId


class Seats(msgspec.Struct, frozen=True):
    """A locked placement: whether it is open, and how many seats it has."""

    open: bool
    seats: int


class Match(msgspec.Struct, frozen=True):
    """A match as the office of the candidate sees it."""

    id: MatchId
    state: State
    placement_id: PlacementId
    placement_reference: str
    placement_title: str
    employer_name: str
    candidate_id: CandidateId
    candidate_reference: str
    given_name: str
    family_name: str
    score: int
    reasons: list[Reason]
    proposed_at: datetime
    proposed_by_name: str
    introduced_at: datetime | None
    candidate_accepted_at: datetime | None
    employer_accepted_at: datetime | None
    declined_at: datetime | None
    declined_side: Side | None
    decline_reason: str | None


class Introduction(msgspec.Struct, frozen=True):
    """A match as the employer sees it, once introduced: no birth date, number, address or score."""

    id: MatchId
    state: State
    placement_id: PlacementId
    placement_reference: str
    placement_title: str
    given_name: str
    family_name: str
    education: Education
    skills: list[str]
    languages: list[str]
    driving_licences: list[str]
    introduced_at: datetime
    candidate_accepted_at: datetime | None
    employer_accepted_at: datetime | None
    declined_at: datetime | None
    declined_side: Side | None
    decline_reason: str | None
