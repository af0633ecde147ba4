"""A registered young person as nouns: what is known, what is sensitive, and who looks alike."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import (
    AccountId,
    AgreementId,
    BankAccountId,
    CandidateId,
    MatchId,
    OfficeId,
    PlacementId,
)

# Codes of ISO 639 for the languages that employers ask for, and the classes of driving licences
# (Directive 2006/126/EC, whose classes Kosovo uses).
LANGUAGES = ("sq", "sr", "en", "de", "fr", "it", "tr", "bs", "hr", "mk", "rom")
DRIVING_LICENCES = ("AM", "A1", "A2", "A", "B", "BE", "C1", "C", "CE", "D1", "D", "DE", "T")


class Sex(StrEnum):
    """As in the civil register."""

    FEMALE = "female"
    MALE = "male"


class Education(StrEnum):
    """The highest level completed, lowest first."""

    NONE = "none"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    VOCATIONAL = "vocational"
    BACHELOR = "bachelor"
    MASTER = "master"


class Characteristic(StrEnum):
    """What gives a person priority; sensitive."""

    DISABILITY = "disability"
    MINORITY_COMMUNITY = "minority_community"
    REPATRIATED = "repatriated"
    SOCIAL_ASSISTANCE = "social_assistance"
    LONG_TERM_UNEMPLOYED = "long_term_unemployed"


class ReferralSource(StrEnum):
    """Who sent the person to the office; sensitive, and never searched by."""

    SELF = "self"
    SCHOOL = "school"
    HEALTH = "health"
    SOCIAL_WORK = "social_work"
    SHELTER = "shelter"
    PROBATION = "probation"
    NGO = "ngo"
    OTHER = "other"


class Occupation(msgspec.Struct, frozen=True):
    """A unit group of ISCO-08, with its names."""

    isco_code: str
    name_sq: str
    name_sr: str
    name_en: str

    def name(self, language: str) -> str:
        """Its name for a reader."""
        return {"sq": self.name_sq, "sr": self.name_sr}.get(language, self.name_en)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """The ordinary facts of a person, each of them fit to be kept."""

    given_name: str
    family_name: str
    born_on: date
    sex: Sex
    municipality_code: str
    education: Education
    occupations: list[str]
    skills: list[str]
    languages: list[str]
    driving_licences: list[str]
    unemployed_since: date
    travel_km: int

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}"


class Candidate(Person, frozen=True, kw_only=True):
    """A registered person; the personal number stays sealed and is not part of this."""

    id: CandidateId
    reference: str
    office_id: OfficeId
    registered_at: datetime
    registered_by: AccountId
    withdrawn_at: datetime | None


class NumberShown(msgspec.Struct, frozen=True):
    """What an officer is shown of a personal number: its end, and whether its check digit fits."""

    ending: str
    has_check_digit: bool


class Summary(msgspec.Struct, frozen=True):
    """A person as a line of a list: nothing sensitive, no personal number."""

    id: CandidateId
    reference: str
    given_name: str
    family_name: str
    born_on: date
    municipality_code: str
    registered_at: datetime
    withdrawn_at: datetime | None


class Alike(msgspec.Struct, frozen=True):
    """A person of the office who may be the one in front of the officer."""

    id: CandidateId
    reference: str
    given_name: str
    family_name: str
    born_on: date
    similarity_percent: int
    same_personal_number: bool


class SoughtBy(StrEnum):
    """How an officer came to be told of people of other offices."""

    NAME = "name"
    PERSONAL_NUMBER = "personal_number"
    REFERENCE = "reference"
    REGISTRATION = "registration"


class AlikeElsewhere(msgspec.Struct, frozen=True):
    """Somebody of another office who may be the same person, by initials and year only."""

    initials: str
    birth_year: int
    office_name_sq: str
    office_name_sr: str
    same_personal_number: bool

    def office_name(self, language: str) -> str:
        """The office's name for a reader."""
        return self.office_name_sr if language == "sr" else self.office_name_sq


class Sensitive(msgspec.Struct, frozen=True):
    """What is sealed: it leaves the database for the case officer of the office only."""

    characteristics: list[Characteristic] = []
    referral_source: ReferralSource | None = None


class MatchOfPerson(msgspec.Struct, frozen=True):
    """A match of a person, for their page."""

    id: MatchId
    state: str
    placement_id: PlacementId
    placement_title: str
    employer_name: str
    since: datetime


class AgreementOfPerson(msgspec.Struct, frozen=True):
    """An agreement of a person, for their page."""

    id: AgreementId
    reference: str
    state: str
    employer_name: str
    title: str
    starts_on: date
    last_day: date

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ("completed", "ended_early", "cancelled")


class SealedCell(msgspec.Struct, frozen=True):
    """One sealed value as it is stored."""

    sealed: bytes


class ProposedAccount(msgspec.Struct, frozen=True):
    """The bank account a person wants the subsidy on."""

    iban: str
    holder_name: str


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A registration fit to be saved."""

    person: Person
    personal_number: str
    sensitive: Sensitive
    account: ProposedAccount | None
    confirmed_not_duplicate: bool


class Registered(msgspec.Struct, frozen=True):
    """What a registration led to; a warning does not undo it."""

    candidate: Candidate
    warnings: list[str]
    bank_account_id: BankAccountId | None
