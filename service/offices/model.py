"""The map of the country as nouns: municipalities and their employment offices."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.ids import OfficeId


class Municipality(msgspec.Struct, frozen=True):
    """A municipality; its centre, in degrees, stands for every address in it."""

    code: str
    name_sq: str
    name_sr: str
    latitude: float
    longitude: float
    population: int

    def name(self, language: str) -> str:
        """Its name for a reader: Serbian in sr, else Albanian, as both are official."""
        return self.name_sr if language == "sr" else self.name_sq


class Office(msgspec.Struct, frozen=True):
    """The employment office of a municipality."""

    id: OfficeId
    municipality_code: str
    name_sq: str
    name_sr: str

    def name(self, language: str) -> str:
        """Its name for a reader: Serbian in sr, else Albanian, as both are official."""
        return self.name_sr if language == "sr" else self.name_sq


class KeptOffice(msgspec.Struct, frozen=True):
    """An office as its administrator sees it, with how much it does."""

    id: OfficeId
    municipality_code: str
    name_sq: str
    name_sr: str
    opened_at: datetime | None
    closed_at: datetime | None
    officer_count: int
    candidate_count: int
    agreement_count: int


class OpenCase(msgspec.Struct, frozen=True):
    """Something that an office still has to do: an agreement, a candidate, an officer's account."""

    kind: str
    case_id: UUID
    reference: str


class HeldOffice(msgspec.Struct, frozen=True):
    """An office that somebody changes."""

    id: OfficeId
    municipality_code: str
    name_sq: str
    name_sr: str
    closed_at: datetime | None
