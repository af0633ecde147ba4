"""The nouns of schemes: the life of their versions, who is paid, and minimum wages."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.i18n import N_
from service.ids import AccountId, SchemeId, SchemeVersionId
from service.money import Cents
from service.period import Period


class Payee(StrEnum):
    """Who receives what a scheme pays."""

    EMPLOYER = "employer"
    CANDIDATE = "candidate"


PAYEE_WORDS: Mapping[Payee, str] = {
    Payee.EMPLOYER: N_("the employer"),
    Payee.CANDIDATE: N_("the candidate"),
}


class Payment(msgspec.Struct, frozen=True):
    """A kind of payment of a scheme: who receives it, what it is called in three languages, and
    whether it is one for each month, as its first kind is, or besides them.
    """

    payee: Payee
    label: Mapping[str, str]
    is_monthly: bool


class MinimumWage(msgspec.Struct, frozen=True):
    """The least gross wage of a full-time month (40 hours a week), in cents, on these days."""

    period: Period
    monthly_cents: Cents


class RecordedMinimumWage(MinimumWage, frozen=True):
    """A minimum wage and when it became known."""

    recorded_at: datetime


class State(StrEnum):
    """Where a scheme version stands; in force on its days while activated or superseded."""

    DRAFTED = "drafted"
    CHECKED = "checked"
    ACTIVATED = "activated"
    SUPERSEDED = "superseded"


class Event(StrEnum):
    """What happens to a scheme version."""

    REWRITTEN = "rewritten"
    CHECKED = "checked"
    ACTIVATED = "activated"
    SUPERSEDED = "superseded"


MOVES: Mapping[State, Mapping[Event, State]] = {
    State.DRAFTED: {Event.REWRITTEN: State.DRAFTED, Event.CHECKED: State.CHECKED},
    State.CHECKED: {Event.REWRITTEN: State.DRAFTED, Event.ACTIVATED: State.ACTIVATED},
    State.ACTIVATED: {Event.SUPERSEDED: State.SUPERSEDED},
    State.SUPERSEDED: {},
}


class Finding(msgspec.Struct, frozen=True, order=True):
    """What is wrong with a document: the line, the step or part, and what was expected."""

    line: int
    part: str
    message: str


class ExampleResult(msgspec.Struct, frozen=True):
    """A worked example of a document and where it came out differently; nothing: it passes."""

    name: str
    line: int
    source: str
    misses: list[Finding]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the service itself asks of a scheme, from the document's [settings].

    `monthly_max_cents` is the most that a programme month can cost; an agreement commits it for
    each of its `months`, and `final_max_cents` for all that is paid besides. Payments may follow
    until `paid_until_months` after an agreement's first day. `payments` are those of the document,
    by kind. `valid_from` is given only by documents that come with Ura.
    """

    age_min: int
    age_max: int
    months: int
    monthly_max_cents: Cents
    final_max_cents: Cents
    paid_until_months: int
    payments: Mapping[str, Payment]
    valid_from: date | None = None


class ReadDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document that can be kept, and what is read from it."""

    text: str
    sha256: bytes
    code: str
    names: Mapping[str, str]
    selected_by: str
    source: str
    settings: Settings


class SchemeVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme version without its document; `valid_until` is its last day, none while open.

    It has no author when it came with Ura (`is_shipped`).
    """

    id: SchemeVersionId
    scheme_id: SchemeId
    code: str
    name_sq: str
    name_sr: str
    name_en: str
    number: int
    state: State
    valid_from: date
    valid_until: date | None
    selected_by: str
    monthly_max_cents: Cents
    months: int
    final_max_cents: Cents
    paid_until_months: int
    payments: Mapping[str, Payment]
    age_min: int
    age_max: int
    source: str
    is_shipped: bool
    document_sha256: str
    drafted_at: datetime
    drafted_by: AccountId | None
    drafted_by_name: str | None
    checked_at: datetime | None
    checked_by_name: str | None
    activated_at: datetime | None
    activated_by_name: str | None
    superseded_at: datetime | None


class WrittenVersion(SchemeVersion, frozen=True, kw_only=True):
    """A scheme version with its document, and what the last check found if it did not pass."""

    document: str
    findings: list[Finding] | None


class VersionSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A version as somebody reads it before deciding: how its examples come out now, and what
    changed since the version it is compared with, as lines of a unified diff."""

    version: WrittenVersion
    examples: list[ExampleResult]
    compared: SchemeVersion | None
    differences: list[str]


class HeldVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a scheme, held while one of them moves; `valid_until` is the last day."""

    id: SchemeVersionId
    scheme_id: SchemeId
    number: int
    state: State
    valid_from: date
    valid_until: date | None
    drafted_by: AccountId | None
    document: str
    document_sha256: bytes


class HeldScheme(msgspec.Struct, frozen=True):
    """A scheme that exists."""

    id: SchemeId


class DatedMinimumWage(msgspec.Struct, frozen=True, kw_only=True):
    """A minimum wage with the act that sets it; `valid_until` is its last day."""

    valid_from: date
    valid_until: date | None
    monthly_cents: Cents
    source: str
