"""Two entries of the register that may be one person."""

from datetime import date, datetime

import msgspec

from service.ids import CandidateId


class Twins(msgspec.Struct, frozen=True):
    """A person of the office and another with the same name and day of birth.

    Who is of another office is told by initials, without a reference.
    """

    candidate_id: CandidateId
    reference: str
    full_name: str
    born_on: date
    registered_at: datetime
    other_id: CandidateId
    other_reference: str | None
    other_name: str
    other_registered_at: datetime
    office_name_sq: str
    office_name_sr: str
    is_own: bool

    def office_name(self, language: str) -> str:
        """The other's office for a reader."""
        return self.office_name_sr if language == "sr" else self.office_name_sq
