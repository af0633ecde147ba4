"""A placement as nouns: what an employer offers and asks for, and the states it goes through."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.candidates.model import Education
from service.ids import AccountId, EmployerId, PlacementId, SchemeId
from service.money import Cents
from service.period import Period


class State(StrEnum):
    """Where a placement stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


class Event(StrEnum):
    """What happens to a placement after it was submitted."""

    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


MOVES: Mapping[State, Mapping[Event, State]] = {
    State.SUBMITTED: {Event.APPROVED: State.APPROVED, Event.REFUSED: State.REFUSED},
    State.APPROVED: {Event.CLOSED: State.CLOSED},
    State.REFUSED: {},
    State.CLOSED: {},
}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What an employer posts, fit to be saved. The wage is gross, a month, in cents."""

    scheme_code: str
    title: str
    occupation_code: str
    tasks: str
    mentor_name: str
    training_plan: str
    weekly_hours: int
    gross_wage_cents: Cents
    municipality_code: str
    seats: int
    period: Period
    education_min: Education
    languages: list[str]
    driving_licences: list[str]
    skills: list[str]
    skills_demanded: list[str]


class PostingFacts(msgspec.Struct, frozen=True):
    """What the tables say about an offer: unknown codes, the scheme and the wage at its start."""

    scheme_id: SchemeId | None
    scheme_months: int | None
    minimum_wage_cents: Cents | None
    occupation_known: bool
    municipality_known: bool


class Held(msgspec.Struct, frozen=True):
    """A locked placement: what deciding about it needs."""

    state: State
    employer_id: EmployerId
    seats: int
    weekly_hours: int
    gross_wage_cents: Cents
    minimum_wage_cents: Cents | None


class Placement(Offer, frozen=True, kw_only=True):
    """A posted placement with the people and moments of its decisions."""

    id: PlacementId
    reference: str
    employer_id: EmployerId
    employer_name: str
    seats_taken: int
    state: State
    submitted_at: datetime
    submitted_by: AccountId
    submitted_by_name: str
    decided_at: datetime | None
    decided_by: AccountId | None
    decided_by_name: str | None
    decision_reason: str | None
    closed_at: datetime | None
    closed_by: AccountId | None
    closed_by_name: str | None

    @property
    def seats_left(self) -> int:
        """How many more matches may be agreed."""
        return self.seats - self.seats_taken


class Standing(msgspec.Struct, frozen=True):
    """What a case officer weighs before a placement is approved; the least wage is in cents.

    `dismissed_count` are the agreements that the employer ended before their time.
    """

    least_wage_cents: Cents | None
    headcount: int
    subsidised_count: int
    dismissed_count: int
    open_recovery_count: int


class Line(msgspec.Struct, frozen=True):
    """A placement as a line of a list."""

    id: PlacementId
    reference: str
    title: str
    employer_name: str
    occupation_code: str
    municipality_code: str
    seats: int
    seats_taken: int
    weekly_hours: int
    gross_wage_cents: Cents
    starts_on: date
    last_day: date
    state: State
    submitted_at: datetime


class ChoiceKind(StrEnum):
    """What is chosen from a list when a placement is posted."""

    SCHEME = "scheme"
    OCCUPATION = "occupation"
    MUNICIPALITY = "municipality"


class Choice(msgspec.Struct, frozen=True):
    """One entry of such a list, with its names."""

    kind: ChoiceKind
    code: str
    name_sq: str
    name_sr: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name for a reader."""
        return {"sq": self.name_sq, "sr": self.name_sr}.get(language, self.name_en)
