"""A visit of a place of work as nouns: its states and moves, and what was found."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from service.i18n import N_
from service.ids import AgreementId, VisitId
from service.period import Period

Text = Annotated[str, msgspec.Meta(max_length=10_000)]


class State(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    DONE = "done"
    CALLED_OFF = "called_off"


class Event(StrEnum):
    """What happens to a planned visit."""

    DONE = "done"
    CALLED_OFF = "called_off"


MOVES: Mapping[State, Mapping[Event, State]] = {
    State.PLANNED: {Event.DONE: State.DONE, Event.CALLED_OFF: State.CALLED_OFF},
    State.DONE: {},
    State.CALLED_OFF: {},
}


class Finding(StrEnum):
    """What was found at the place of work."""

    PRESENT = "present"
    ABSENT_WITH_REASON = "absent_with_reason"
    NOT_PRESENT = "not_present"
    OTHER_WORK = "other_work"
    PLACE_CLOSED = "place_closed"


# They flag the payment of the days, and draw it to be looked at again (sql/flags/amiss_at_visit).
AMISS = frozenset({Finding.NOT_PRESENT, Finding.OTHER_WORK, Finding.PLACE_CLOSED})

STATE_WORDS: Mapping[State, str] = {
    State.PLANNED: N_("Planned"),
    State.DONE: N_("Done"),
    State.CALLED_OFF: N_("Called off"),
}
FINDING_WORDS: Mapping[Finding, str] = {
    Finding.PRESENT: N_("Present, at the agreed work"),
    Finding.ABSENT_WITH_REASON: N_("Absent with a reason, such as leave or illness"),
    Finding.NOT_PRESENT: N_("Not present, without a reason"),
    Finding.OTHER_WORK: N_("At other work than agreed"),
    Finding.PLACE_CLOSED: N_("The place of work was closed or not to be found"),
}


class PlanForm(msgspec.Struct, kw_only=True):
    """A visit to plan, as it was typed."""

    agreement_id: AgreementId
    planned_on: Text = ""
    is_announced: Text = ""


class ReportForm(msgspec.Struct, kw_only=True):
    """What was found, as it was typed."""

    visited_on: Text = ""
    finding: Text = ""
    note: Text = ""


class Report(msgspec.Struct, frozen=True):
    """What was found, fit to be kept."""

    visited_on: date
    finding: Finding
    note: str


class Visited(msgspec.Struct, frozen=True):
    """The agreement that a visit is about."""

    id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    title: str
    state: str
    employment: Period


class Held(msgspec.Struct, frozen=True):
    """What deciding about a visit takes."""

    state: State
    agreement_id: AgreementId
    planned_on: date


class Visit(msgspec.Struct, frozen=True):
    """A visit with what it is about and what was found."""

    id: VisitId
    reference: str
    state: State
    is_announced: bool
    planned_on: date
    planned_by_name: str
    agreement_id: AgreementId
    agreement_reference: str
    candidate_name: str
    employer_name: str
    visited_on: date | None
    finding: Finding | None
    note: str | None
    recorded_at: datetime | None
    recorded_by_name: str | None
    call_off_reason: str | None

    @property
    def is_amiss(self) -> bool:
        """Whether the payment of the day is looked at again."""
        return self.finding in AMISS


class Wanted(msgspec.Struct, frozen=True):
    """An agreement that wants a visit by the rule of the day, and since when."""

    agreement_id: AgreementId
    agreement_reference: str
    candidate_name: str
    employer_name: str
    is_announced: bool
    since: date
