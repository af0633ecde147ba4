"""A case offered to another office, as a noun with its states and moves."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from service.i18n import N_
from service.ids import CandidateId, HandoverId, OfficeId


class State(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What happens to an offer: the receiving office answers, or the giving one takes it back."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: Mapping[State, Mapping[Event, State]] = {
    State.OFFERED: {
        Event.ACCEPTED: State.ACCEPTED,
        Event.DECLINED: State.DECLINED,
        Event.WITHDRAWN: State.WITHDRAWN,
    },
    State.ACCEPTED: {},
    State.DECLINED: {},
    State.WITHDRAWN: {},
}
STATE_WORDS: Mapping[State, str] = {
    State.OFFERED: N_("Offered"),
    State.ACCEPTED: N_("Accepted"),
    State.DECLINED: N_("Declined"),
    State.WITHDRAWN: N_("Taken back"),
}


class Offer(msgspec.Struct, frozen=True):
    """An offer that stands, for the page of the person."""

    id: HandoverId
    to_office_sq: str
    to_office_sr: str
    offered_at: datetime

    def to_office(self, language: str) -> str:
        """The receiving office for a reader."""
        return self.to_office_sr if language == "sr" else self.to_office_sq


class Held(msgspec.Struct, frozen=True):
    """What deciding about an offer takes."""

    state: State
    candidate_id: CandidateId
    from_office_id: OfficeId
    to_office_id: OfficeId


class Taken(msgspec.Struct, frozen=True):
    """Whose case was taken; nobody's when there was nothing to accept."""

    candidate_id: CandidateId | None


class Seen(msgspec.Struct, frozen=True):
    """A hand-over as one of its two offices sees it.

    A person who is not of the office (any more) has no id; the name is in full while it is offered,
    then initials. Open agreements go along.
    """

    id: HandoverId
    state: State
    is_incoming: bool
    candidate_id: CandidateId | None
    candidate_reference: str | None
    candidate_name: str
    birth_year: int
    from_office_sq: str
    from_office_sr: str
    to_office_sq: str
    to_office_sr: str
    reason: str
    offered_at: datetime
    offered_by_name: str
    answered_at: datetime | None
    answered_by_name: str | None
    answer_reason: str | None
    open_agreements: list[str]

    def from_office(self, language: str) -> str:
        """The giving office for a reader."""
        return self.from_office_sr if language == "sr" else self.from_office_sq

    def to_office(self, language: str) -> str:
        """The receiving office for a reader."""
        return self.to_office_sr if language == "sr" else self.to_office_sq
