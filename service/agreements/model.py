"""The nouns of an agreement: states and moves, parties, terms, and what happens to it."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from service.i18n import N_
from service.ids import (
    AccountId,
    AgreementId,
    CandidateId,
    CandidateLinkId,
    EmployerId,
    MatchId,
    OfficeId,
    PlacementId,
    SchemeId,
    SchemeVersionId,
    SuspensionId,
)
from service.money import Cents
from service.period import Period
from service.schemes.model import Payment


class State(StrEnum):
    """Where an agreement stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to an agreement; each leaves a row."""

    SIGNED = "signed"
    STARTED = "started"
    INTERRUPTED = "interrupted"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    EMPLOYMENT_CHANGED = "employment_changed"
    ENDED_EARLY = "ended_early"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


# An interruption has a known last day and changes no state; a suspension is open until resumed.
# The employment may come to last shorter or longer than agreed, while subsidised and afterwards.
MOVES: Mapping[State, Mapping[Event, State]] = {
    State.DRAFTED: {Event.SIGNED: State.SIGNED, Event.CANCELLED: State.CANCELLED},
    State.SIGNED: {Event.STARTED: State.ACTIVE, Event.CANCELLED: State.CANCELLED},
    State.ACTIVE: {
        Event.INTERRUPTED: State.ACTIVE,
        Event.SUSPENDED: State.SUSPENDED,
        Event.EXTENDED: State.ACTIVE,
        Event.EMPLOYMENT_CHANGED: State.ACTIVE,
        Event.ENDED_EARLY: State.ENDED_EARLY,
        Event.COMPLETED: State.COMPLETED,
    },
    State.SUSPENDED: {
        Event.RESUMED: State.ACTIVE,
        Event.EXTENDED: State.SUSPENDED,
        Event.EMPLOYMENT_CHANGED: State.SUSPENDED,
        Event.ENDED_EARLY: State.ENDED_EARLY,
    },
    State.COMPLETED: {Event.EMPLOYMENT_CHANGED: State.COMPLETED},
    State.ENDED_EARLY: {},
    State.CANCELLED: {},
}


class Party(StrEnum):
    """Who signs; the office comes last, because its signature binds the budget."""

    CANDIDATE = "candidate"
    EMPLOYER = "employer"
    OFFICE = "office"


class EndCause(StrEnum):
    """Why an agreement ended."""

    COMPLETED = "completed"
    EMPLOYER_DISMISSED = "employer_dismissed"
    EMPLOYER_CLOSED = "employer_closed"
    CANDIDATE_LEFT = "candidate_left"
    MISCONDUCT = "misconduct"
    MUTUAL = "mutual"
    CANCELLED_BEFORE_START = "cancelled_before_start"


EARLY_CAUSES = tuple(
    cause
    for cause in EndCause
    if cause not in (EndCause.COMPLETED, EndCause.CANCELLED_BEFORE_START)
)

STATE_WORDS: Mapping[State, str] = {
    State.DRAFTED: N_("Drafted"),
    State.SIGNED: N_("Signed by all"),
    State.ACTIVE: N_("Active"),
    State.SUSPENDED: N_("Suspended"),
    State.COMPLETED: N_("Completed"),
    State.ENDED_EARLY: N_("Ended early"),
    State.CANCELLED: N_("Cancelled before the start"),
}
EVENT_WORDS: Mapping[Event, str] = {
    Event.SIGNED: N_("Signed by all"),
    Event.STARTED: N_("Started"),
    Event.INTERRUPTED: N_("Interrupted"),
    Event.SUSPENDED: N_("Suspended"),
    Event.RESUMED: N_("Resumed"),
    Event.EXTENDED: N_("Extended"),
    Event.EMPLOYMENT_CHANGED: N_("Another end of the employment"),
    Event.ENDED_EARLY: N_("Ended early"),
    Event.COMPLETED: N_("Completed"),
    Event.CANCELLED: N_("Cancelled"),
}
PARTY_WORDS: Mapping[Party, str] = {
    Party.CANDIDATE: N_("Candidate"),
    Party.EMPLOYER: N_("Employer"),
    Party.OFFICE: N_("Employment office"),
}
CAUSE_WORDS: Mapping[EndCause, str] = {
    EndCause.COMPLETED: N_("The subsidised period is over"),
    EndCause.EMPLOYER_DISMISSED: N_("The employer dismissed the candidate"),
    EndCause.EMPLOYER_CLOSED: N_("The employer closed"),
    EndCause.CANDIDATE_LEFT: N_("The candidate left"),
    EndCause.MISCONDUCT: N_("Misconduct of the candidate"),
    EndCause.MUTUAL: N_("Both sides agreed to end it"),
    EndCause.CANCELLED_BEFORE_START: N_("Cancelled before the start"),
}

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class AgreedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a match, its placement, its candidate and its employer say, for a draft."""

    match_id: MatchId
    state: str
    placement_id: PlacementId
    candidate_id: CandidateId
    employer_id: EmployerId
    office_id: OfficeId
    scheme_id: SchemeId
    candidate_name: str
    candidate_reference: str
    candidate_languages: list[str]
    born_on: date
    employer_name: str
    business_number: str
    representative_name: str
    office_name_sq: str
    office_name_sr: str
    placement_reference: str
    placement_period: Period
    title: str
    tasks: str
    mentor_name: str
    training_plan: str
    municipality_name_sq: str
    municipality_name_sr: str
    weekly_hours: int
    gross_wage_cents: Cents


class SchemeTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The scheme version an agreement is made under, with its document; amounts in cents."""

    id: SchemeVersionId
    scheme_id: SchemeId
    code: str
    number: int
    document: str
    monthly_max_cents: Cents
    months: int
    payments: Mapping[str, Payment]
    final_max_cents: Cents
    age_min: int
    age_max: int
    source: str


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement whose remaining months another takes over; `months` are all that it had."""

    id: AgreementId
    reference: str
    state: State
    end_cause: EndCause | None
    candidate_id: CandidateId
    placement_id: PlacementId
    period: Period
    months: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A new agreement: the facts of the match, the version, the days, and the text to sign."""

    id: AgreementId
    reference: str
    match: AgreedMatch
    scheme: SchemeTerms
    period: Period
    employment: Period
    terms: str
    terms_sha256: bytes
    replaces: Replaced | None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What deciding about an agreement takes; the periods are half-open."""

    id: AgreementId
    state: State
    candidate_id: CandidateId
    employer_id: EmployerId
    scheme_version_id: SchemeVersionId
    starts_on: date
    period: Period
    employment: Period
    terms_sha256: bytes
    candidate_name: str


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature under the text with this hash: by an account, or a candidate's link."""

    party: Party
    signed_name: str
    signed_at: datetime
    recorded_by: AccountId | None
    by_link: CandidateLinkId | None = None
    terms_sha256: bytes


class SigningStep(msgspec.Struct, frozen=True, kw_only=True):
    """One party on the way to an agreement signed by all: when it signed, or since when it waits.

    Whose turn it is has `waits_since`; who comes later has neither.
    """

    party: Party
    signed_name: str | None
    signed_at: datetime | None
    waits_since: datetime | None


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """Days that are not subsidised, from `starts_on` up to, not including, `ends_on` when known."""

    id: SuspensionId
    starts_on: date
    ends_on: date | None
    reason: str
    recorded_at: datetime


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One event of an agreement: what, when, by whose account (none: a nightly job) and why."""

    event: Event
    happened_at: datetime
    happened_by: AccountId | None
    reason: str | None


class NewHappening(msgspec.Struct, frozen=True, kw_only=True):
    """An event to write down."""

    id: UUID
    agreement_id: AgreementId
    event: Event
    reason: str | None = None


class Finished(msgspec.Struct, frozen=True):
    """An agreement whose subsidised period is over."""

    id: AgreementId


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement in a list."""

    id: AgreementId
    reference: str
    state: State
    candidate_name: str
    employer_name: str
    title: str
    scheme_code: str
    period: Period
    signed_parties: list[Party]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement with everything its parties may read."""

    id: AgreementId
    reference: str
    state: State
    match_id: MatchId | None
    placement_id: PlacementId
    candidate_id: CandidateId
    employer_id: EmployerId
    office_id: OfficeId
    candidate_name: str
    employer_name: str
    title: str
    scheme_code: str
    scheme_number: int
    period: Period
    employment: Period
    gross_wage_cents: Cents
    weekly_hours: int
    terms: str
    terms_sha256: bytes
    drafted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    end_cause: EndCause | None
    replaces_agreement_id: AgreementId | None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one agreement."""

    agreement: Shown
    signatures: list[Signature]
    suspensions: list[Suspension]
    events: list[Happening]
