"""The map of the country as nouns: municipalities and their employment offices."""

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
