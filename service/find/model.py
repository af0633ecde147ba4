"""What was found, by kind; a person of another office by initials and office only."""

from datetime import date
from enum import StrEnum

import msgspec

from service.bank.model import AttemptState
from service.ids import AgreementId, AttemptId, CandidateId, EmployerId, PayoutId, PlacementId
from service.money import Cents
from service.period import Month


class Kind(StrEnum):
    """How what was typed is understood."""

    NAME = "name"
    PERSONAL_NUMBER = "personal_number"
    REFERENCE = "reference"
    BUSINESS_NUMBER = "business_number"
    PAYMENT = "payment"


class Sought(msgspec.Struct, frozen=True):
    """What was typed, understood: patterns of names, or one number, or one reference."""

    kind: Kind
    patterns: list[str] = []
    number: str = ""
    reference: str = ""

    @property
    def tells_of_others(self) -> bool:
        """Whether it says enough of a person to be told of other offices' people."""
        return self.kind is not Kind.NAME or len(self.patterns) > 1


class FoundPerson(msgspec.Struct, frozen=True):
    """A registered person: in full for those who may see them, else initials and year of birth."""

    candidate_id: CandidateId | None
    reference: str | None
    full_name: str
    born_on: date | None
    birth_year: int
    office_name_sq: str
    office_name_sr: str
    has_left: bool
    is_seen: bool

    def office_name(self, language: str) -> str:
        """The office's name for a reader."""
        return self.office_name_sr if language == "sr" else self.office_name_sq


class FoundEmployer(msgspec.Struct, frozen=True):
    """A firm."""

    id: EmployerId
    business_number: str
    legal_name: str
    municipality_code: str


class FoundAgreement(msgspec.Struct, frozen=True):
    """An agreement that the actor may see."""

    id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    state: str


class FoundPlacement(msgspec.Struct, frozen=True):
    """A placement that the actor may see."""

    id: PlacementId
    reference: str
    title: str
    employer_name: str


class FoundPayout(msgspec.Struct, frozen=True):
    """A payout, for those who see payouts."""

    id: PayoutId
    reference: str
    month: date


class FoundPayment(msgspec.Struct, frozen=True):
    """An order for the bank, for those who see the bank; in cents."""

    id: AttemptId
    end_to_end_id: str
    payee_name: str
    amount_cents: Cents
    month: Month
    state: AttemptState


class Found(msgspec.Struct, frozen=True):
    """Everything that fits, by kind."""

    people: list[FoundPerson]
    employers: list[FoundEmployer]
    agreements: list[FoundAgreement]
    placements: list[FoundPlacement]
    payouts: list[FoundPayout]
    payments: list[FoundPayment]

    @property
    def count(self) -> int:
        """How much was found."""
        return sum(
            len(some)
            for some in (
                self.people,
                self.employers,
                self.agreements,
                self.placements,
                self.payouts,
                self.payments,
            )
        )
