"""The demo country as rows: one struct a table, its fields the columns, nothing sealed yet."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from service.agreements.model import SchemeTerms
from service.matching.model import Reason
from service.offices.model import Municipality, Office
from service.period import Month, Period, add_months


class DemoOptions(msgspec.Struct, frozen=True):
    """How large, how long and which country; `until` is the last month that is over."""

    until: Month
    candidates: int = 2000
    employers: int = 300
    months: int = 12
    seed: int = 1

    @property
    def first_month(self) -> Month:
        """The first month in which anybody is subsidised."""
        return Month(add_months(self.until, 1 - self.months))

    @property
    def as_of(self) -> date:
        """The day on which the country is described: the first after the last month."""
        return add_months(self.until, 1)


class MinimumWage(msgspec.Struct, frozen=True):
    """A month's minimum from a day on, gross and full time."""

    since: date
    monthly_cents: int


class Place(msgspec.Struct, frozen=True):
    """A municipality and its office."""

    municipality: Municipality
    office: Office

    @property
    def office_id(self) -> UUID:
        """The office's id."""
        return self.office.id

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.municipality.code


class Reference(msgspec.Struct, frozen=True):
    """The reference data that the country is built on."""

    places: list[Place]
    occupations: frozenset[str]
    wages: list[MinimumWage]
    schemes: list[SchemeTerms]

    def minimum_cents(self, month: date) -> int:
        """The full-time minimum wage of a month's first day, in cents."""
        return max((w for w in self.wages if w.since <= month), key=lambda w: w.since).monthly_cents


class Employment(msgspec.Struct, frozen=True):
    """Somebody's post in the demo: an account, and what it is bound to."""

    id: UUID
    email: str
    name: str
    role: str
    office_id: UUID | None
    employer_id: UUID | None
    language: str
    created_at: datetime


class Employer(msgspec.Struct, frozen=True):
    """A row of `employer`."""

    id: UUID
    business_number: str
    legal_name: str
    folded_name: str
    sector_nace: str
    headcount: int
    representative_name: str
    municipality_code: str
    registered_at: datetime
    registered_by: UUID


class Candidate(msgspec.Struct, frozen=True):
    """A row of `candidate`, with the personal number that is sealed on the way in."""

    id: UUID
    reference: str
    office_id: UUID
    given_name: str
    family_name: str
    folded_name: str
    born_on: date
    sex: str
    personal_number: str
    municipality_code: str
    education: str
    occupations: list[str]
    skills: list[str]
    languages: list[str]
    driving_licences: list[str]
    unemployed_since: date
    travel_km: int
    registered_at: datetime
    registered_by: UUID
    withdrawn_at: datetime | None
    withdrawn_by: UUID | None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


class Sensitive(msgspec.Struct, frozen=True):
    """A row of `candidate_sensitive`, with what is sealed on the way in."""

    id: UUID
    office_id: UUID
    characteristics: tuple[str, ...]
    referral_source: str
    written_at: datetime
    written_by: UUID


class BankAccount(msgspec.Struct, frozen=True):
    """A row of `bank_account`, with the IBAN that is sealed on the way in."""

    id: UUID
    employer_id: UUID | None
    candidate_id: UUID | None
    holder_name: str
    iban: str
    proposed_at: datetime
    proposed_by: UUID
    confirmed_at: datetime | None = None
    confirmed_by: UUID | None = None
    in_force: tuple[datetime, datetime | None] | None = None


class Placement(msgspec.Struct, frozen=True):
    """A row of `placement`."""

    id: UUID
    reference: str
    employer_id: UUID
    scheme_id: UUID
    title: str
    occupation_code: str
    tasks: str
    mentor_name: str
    training_plan: str
    weekly_hours: int
    gross_wage_cents: int
    municipality_code: str
    seats: int
    period: Period
    education_min: str
    languages: list[str]
    driving_licences: list[str]
    skills: list[str]
    skills_demanded: list[str]
    state: str
    submitted_at: datetime
    submitted_by: UUID
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    decision_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None


class Match(msgspec.Struct, frozen=True):
    """A row of `placement_match`."""

    id: UUID
    placement_id: UUID
    candidate_id: UUID
    office_id: UUID
    employer_id: UUID
    state: str
    score: int
    reasons: list[Reason]
    proposed_at: datetime
    proposed_by: UUID
    introduced_at: datetime | None = None
    introduced_by: UUID | None = None
    candidate_accepted_at: datetime | None = None
    candidate_accepted_by: UUID | None = None
    employer_accepted_at: datetime | None = None
    employer_accepted_by: UUID | None = None
    declined_at: datetime | None = None
    declined_by: UUID | None = None
    declined_side: str | None = None
    decline_reason: str | None = None


class Agreement(msgspec.Struct, frozen=True):
    """A row of `agreement`."""

    id: UUID
    reference: str
    match_id: UUID
    placement_id: UUID
    candidate_id: UUID
    employer_id: UUID
    office_id: UUID
    scheme_version_id: UUID
    starts_on: date
    period: Period
    employment: Period
    gross_wage_cents: int
    weekly_hours: int
    terms: str
    terms_sha256: bytes
    state: str
    drafted_at: datetime
    drafted_by: UUID
    started_at: datetime | None = None
    started_by: UUID | None = None
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    end_cause: str | None = None


class AgreementDates(msgspec.Struct, frozen=True):
    """A row of `agreement_dates`."""

    agreement_id: UUID
    version: int
    period: Period
    employment: Period
    recorded_at: datetime
    recorded_by: UUID
    superseded_at: datetime | None = None


class Signature(msgspec.Struct, frozen=True):
    """A row of `agreement_signature`."""

    agreement_id: UUID
    party: str
    signed_name: str
    signed_at: datetime
    recorded_by: UUID
    terms_sha256: bytes


class Suspension(msgspec.Struct, frozen=True):
    """A row of `agreement_suspension`; without an end it lasts until somebody resumes the work."""

    id: UUID
    agreement_id: UUID
    period: tuple[date, date | None]
    reason: str
    recorded_at: datetime
    recorded_by: UUID


class Happening(msgspec.Struct, frozen=True):
    """A row of `agreement_event`."""

    id: UUID
    agreement_id: UUID
    event: str
    happened_at: datetime
    happened_by: UUID
    reason: str | None = None


class Attendance(msgspec.Struct, frozen=True):
    """A row of `attendance`."""

    id: UUID
    agreement_id: UUID
    month: date
    version: int
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: int
    reported_at: datetime
    reported_by: UUID
    confirmed_at: datetime | None = None
    confirmed_by: UUID | None = None
    confirmed_for: str | None = None
    superseded_at: datetime | None = None


class Outcome(msgspec.Struct, frozen=True):
    """A row of `outcome`."""

    id: UUID
    agreement_id: UUID
    months_after: int
    employed: bool
    same_employer: bool
    observed_on: date
    source: str
    recorded_at: datetime
    recorded_by: UUID


class Commitment(msgspec.Struct, frozen=True):
    """What was set aside when the last party signed, for one agreement."""

    id: UUID
    agreement_id: UUID
    scheme_id: UUID
    amount_cents: int
    effective_on: date
    recorded_at: datetime


class Contact(msgspec.Struct, frozen=True):
    """What is sealed and written into `candidate_contact`."""

    id: UUID
    language: str
    phone: str
    email: str
    written_at: datetime
    written_by: UUID


class Consent(msgspec.Struct, frozen=True):
    """A row of `candidate_consent`."""

    id: UUID
    candidate_id: UUID
    purpose: str
    is_given: bool
    recorded_at: datetime
    recorded_by: UUID


class Eligibility(msgspec.Struct, frozen=True):
    """A row of `eligibility`."""

    id: UUID
    candidate_id: UUID
    scheme_version_id: UUID
    decided_at: datetime
    decided_by: UUID
    is_eligible: bool
    reasons: list[dict[str, str | None]]
    expires_on: date


class Visit(msgspec.Struct, frozen=True):
    """A row of `visit`."""

    id: UUID
    reference: str
    agreement_id: UUID
    state: str
    is_announced: bool
    planned_on: date
    planned_at: datetime
    planned_by: UUID
    visited_on: date | None
    finding: str | None
    note: str | None
    recorded_at: datetime | None
    recorded_by: UUID | None


class Handover(msgspec.Struct, frozen=True):
    """A row of `handover`."""

    id: UUID
    candidate_id: UUID
    from_office_id: UUID
    to_office_id: UUID
    state: str
    reason: str
    offered_at: datetime
    offered_by: UUID


class SealedReading(msgspec.Struct, frozen=True):
    """A row of `sensitive_read`; the database numbers it."""

    candidate_id: UUID
    office_id: UUID
    read_by: UUID
    read_at: datetime
    purpose: str


class ElsewhereLook(msgspec.Struct, frozen=True):
    """A row of `elsewhere_look`; the database numbers it."""

    looked_at: datetime
    looked_by: UUID
    office_id: UUID
    sought_by: str
    found_count: int


class Country(msgspec.Struct):
    """All rows, by table, in the order in which they may be written."""

    people: list[Employment] = msgspec.field(default_factory=list)
    employers: list[Employer] = msgspec.field(default_factory=list)
    candidates: list[Candidate] = msgspec.field(default_factory=list)
    sensitive: list[Sensitive] = msgspec.field(default_factory=list)
    bank_accounts: list[BankAccount] = msgspec.field(default_factory=list)
    placements: list[Placement] = msgspec.field(default_factory=list)
    matches: list[Match] = msgspec.field(default_factory=list)
    agreements: list[Agreement] = msgspec.field(default_factory=list)
    dates: list[AgreementDates] = msgspec.field(default_factory=list)
    signatures: list[Signature] = msgspec.field(default_factory=list)
    suspensions: list[Suspension] = msgspec.field(default_factory=list)
    happenings: list[Happening] = msgspec.field(default_factory=list)
    attendance: list[Attendance] = msgspec.field(default_factory=list)
    outcomes: list[Outcome] = msgspec.field(default_factory=list)
    commitments: list[Commitment] = msgspec.field(default_factory=list)
    contacts: list[Contact] = msgspec.field(default_factory=list)
    consents: list[Consent] = msgspec.field(default_factory=list)
    eligibility: list[Eligibility] = msgspec.field(default_factory=list)
    visits: list[Visit] = msgspec.field(default_factory=list)
    handovers: list[Handover] = msgspec.field(default_factory=list)
    readings: list[SealedReading] = msgspec.field(default_factory=list)
    looks: list[ElsewhereLook] = msgspec.field(default_factory=list)
