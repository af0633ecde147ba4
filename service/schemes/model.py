"""The nouns of schemes: their versions, who is paid, and the minimum wages of a country."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import SchemeId, SchemeVersionId
from service.money import Cents
from service.period import Period


class Kind(StrEnum):
    """How a scheme's monthly amount follows from the facts."""

    WAGE_SHARE = "wage_share"
    FLAT = "flat"


class Payee(StrEnum):
    """Who receives a scheme's instalments."""

    EMPLOYER = "employer"
    CANDIDATE = "candidate"


class Terms(msgspec.Struct, frozen=True):
    """The money rules of a scheme version; `rate_bp` (1/10 000) only for a share of the wage."""

    kind: Kind
    rate_bp: int | None
    monthly_max_cents: Cents
    months: int

    @property
    def entitlement_cents(self) -> Cents:
        """What one agreement can cost at most, in cents: every month at its maximum."""
        return Cents(self.months * self.monthly_max_cents)


class MinimumWage(msgspec.Struct, frozen=True):
    """The least gross wage of a full-time month (40 hours a week), in cents, on these days."""

    period: Period
    monthly_cents: Cents


class RecordedMinimumWage(MinimumWage, frozen=True):
    """A minimum wage and when it became known."""

    recorded_at: datetime


class SchemeVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme's rules for the agreements that start on these days; `valid_until` is the last."""

    id: SchemeVersionId
    scheme_id: SchemeId
    code: str
    name_sq: str
    name_sr: str
    name_en: str
    number: int
    valid_from: date
    valid_until: date | None
    kind: Kind
    rate_bp: int | None
    monthly_max_cents: Cents
    months: int
    payee: Payee
    age_min: int
    age_max: int
    source: str


class DatedMinimumWage(msgspec.Struct, frozen=True, kw_only=True):
    """A minimum wage with the act that sets it; `valid_until` is its last day."""

    valid_from: date
    valid_until: date | None
    monthly_cents: Cents
    source: str
