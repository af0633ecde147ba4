"""An office's decision about a person and a scheme as nouns: the facts, the rule, the reasons."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import EligibilityId, SchemeVersionId


class Reason(StrEnum):
    """Why somebody may not be placed under a scheme."""

    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    WORKED_LATELY = "worked_lately"
    IN_AGREEMENT = "in_agreement"
    WAITING_PERIOD = "waiting_period"


class RuleAsked(StrEnum):
    """What every scheme asks of a person; each obstacle breaks one of them."""

    AGE = "age"
    WORK = "work"
    AGREEMENTS = "agreements"


class Obstacle(msgspec.Struct, frozen=True):
    """What stands in the way, and from which day it does not any more, if that is known."""

    reason: Reason
    until: date | None


class Rule(msgspec.Struct, frozen=True):
    """What every scheme asks besides its ages, and for how many months a decision holds."""

    months_without_work: int
    holds_for_months: int
    source: str


class Scheme(msgspec.Struct, frozen=True):
    """A scheme's version in force, as far as it says who may be placed."""

    version_id: SchemeVersionId
    code: str
    name_sq: str
    name_sr: str
    name_en: str
    age_min: int
    age_max: int

    def name(self, language: str) -> str:
        """Its name for a reader."""
        return {"sq": self.name_sq, "sr": self.name_sr}.get(language, self.name_en)


class History(msgspec.Struct, frozen=True):
    """A person's agreements: whether one has not ended, and from when another may follow."""

    in_agreement: bool
    waits_until: date | None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision rests on."""

    born_on: date
    unemployed_since: date
    history: History = History(in_agreement=False, waits_until=None)


class Assessment(msgspec.Struct, frozen=True):
    """What follows for one scheme: no obstacle, or each of them; it holds before `expires_on`."""

    scheme: Scheme
    obstacles: list[Obstacle]
    expires_on: date

    @property
    def is_eligible(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


class Decision(msgspec.Struct, frozen=True):
    """An assessment as an office decided it."""

    id: EligibilityId
    code: str
    name_sq: str
    name_sr: str
    name_en: str
    is_eligible: bool
    reasons: list[Obstacle]
    decided_at: datetime
    decided_by_name: str
    expires_on: date

    def name(self, language: str) -> str:
        """The scheme's name for a reader."""
        return {"sq": self.name_sq, "sr": self.name_sr}.get(language, self.name_en)
