"""What became of people as nouns: outcomes, the points when they are asked for, the report."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import AgreementId, OutcomeId
from service.period import Period

# Months after the first day without subsidy (domain reference 8.4; Super Puna reports after six).
POINTS = (0, 3, 6, 12)


class Source(StrEnum):
    """How it is known where somebody stands."""

    PAYROLL = "payroll"
    EMPLOYER = "employer"
    CANDIDATE = "candidate"
    VISIT = "visit"


class Observation(msgspec.Struct, frozen=True):
    """What an officer found out, and when; `months_after` is one of POINTS."""

    months_after: int
    employed: bool
    same_employer: bool
    observed_on: date
    source: Source


class Outcome(msgspec.Struct, frozen=True):
    """One recorded observation."""

    id: OutcomeId
    agreement_id: AgreementId
    months_after: int
    employed: bool
    same_employer: bool
    observed_on: date
    source: Source
    recorded_at: datetime


class Followed(msgspec.Struct, frozen=True):
    """What recording an outcome asks of the agreement: did it start, and its subsidised days."""

    id: AgreementId
    state: str
    started_at: datetime | None
    period: Period


class Due(msgspec.Struct, frozen=True):
    """A point that has passed and of which nothing is recorded yet."""

    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    months_after: int
    due_on: date


class Funnel(msgspec.Struct, frozen=True):
    """How far the people of one municipality and sex came; both are empty in totals."""

    municipality_code: str | None
    sex: str | None
    registered: int
    matched: int
    placed: int
    at_risk: int
    completed: int


class Retention(msgspec.Struct, frozen=True):
    """Where the people of one municipality and sex stand at one point."""

    municipality_code: str | None
    sex: str | None
    months_after: int
    completers: int
    observed: int
    retained: int
    same_employer: int
    starts: int
    starts_retained: int


class Share(msgspec.Struct, frozen=True):
    """A count out of a count; the rate is in 1/10 000, and none where nobody is counted."""

    numerator: int
    denominator: int
    rate_bp: int | None


class PointShares(msgspec.Struct, frozen=True):
    """Retention at a point: of completers, with the same employer, known at all, of all starts."""

    months_after: int
    of_completers: Share
    same_employer: Share
    observed: Share
    of_starts: Share


class Line(msgspec.Struct, frozen=True):
    """One line of the report; a total where the municipality, or also the sex, is empty."""

    municipality_code: str | None
    sex: str | None
    registered: int
    matched: Share
    placed: Share
    completed: Share
    retention: list[PointShares]


class Report(msgspec.Struct, frozen=True):
    """People who registered from one day to another, followed until the latter."""

    from_day: date
    to_day: date
    lines: list[Line]
