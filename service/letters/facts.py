"""The facts that letters are written from, as queries answer them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from service.eligibility.model import Obstacle
from service.ids import CandidateId, EmployerId, OfficeId, SchemeVersionId
from service.instalments.model import Outcome, PaymentKind, ReasonCode
from service.period import Month
from service.schemes.model import Payment


class Remedy(msgspec.Struct, frozen=True):
    """Where a decision can be appealed and within how many days, in a reader's language.

    For recoveries the days are those of their own terms.
    """

    within_days: int | None
    body_sq: str
    body_sr: str
    body_en: str
    citation: str

    def body(self, language: str) -> str:
        """Who takes the appeal."""
        return {"sq": self.body_sq, "sr": self.body_sr}.get(language, self.body_en)


class AgreedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an agreement's letter says beyond the agreement itself."""

    candidate_reference: str
    candidate_languages: list[str]
    business_number: str
    representative_name: str
    office_name_sq: str
    office_name_sr: str
    placement_reference: str
    tasks: str
    mentor_name: str
    training_plan: str
    municipality_name_sq: str
    municipality_name_sr: str
    scheme_document: str
    scheme_source: str
    payments: Mapping[str, Payment]
    monthly_max_cents: int


class PlacementFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A decided placement, its employer, and the office that decided."""

    reference: str
    state: str
    title: str
    seats: int
    weekly_hours: int
    gross_wage_cents: int
    starts_on: date
    last_day: date
    scheme_code: str
    employer_id: EmployerId
    employer_name: str
    business_number: str
    employer_languages: list[str]
    office_id: OfficeId | None
    office_name_sq: str | None
    office_name_sr: str | None
    submitted_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    decision_reason: str | None


class DecidedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom an office decided where they may be placed, when, and which office it was."""

    candidate_id: CandidateId
    candidate_name: str
    candidate_reference: str
    languages: list[str]
    office_id: OfficeId
    office_name_sq: str
    office_name_sr: str
    decided_at: datetime
    decided_by_name: str


class DecidedScheme(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided for one scheme, and why not."""

    name_sq: str
    name_sr: str
    name_en: str
    is_eligible: bool
    reasons: list[Obstacle]
    expires_on: date

    def name(self, language: str) -> str:
        """The scheme's name for a reader."""
        return {"sq": self.name_sq, "sr": self.name_sr}.get(language, self.name_en)


class RecoveryFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice of recovery says beyond the recovery itself: to whom, by which
    terms."""

    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    office_id: OfficeId
    recipient_number: str
    languages: list[str]
    notified_at: datetime | None
    appeal_days: int
    netting_share_bp: int
    invoice_due_days: int


class Treasury(msgspec.Struct, frozen=True):
    """The account that pays subsidies and takes what is owed back, and whose it is."""

    holder_name: str
    iban: str
    bic: str


class PayeeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Whose statement it is, and the office of a candidate; the number is a reference or the
    business number."""

    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    office_id: OfficeId | None
    name: str
    number: str
    languages: list[str]


class PaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an approved payout as its payee may know it; amounts in cents."""

    line_id: UUID
    payout_reference: str
    approved_at: datetime
    scheme_version_id: SchemeVersionId
    agreement_reference: str
    candidate_name: str
    month: Month
    payment_kind: PaymentKind
    trace: list[object]
    computed_cents: int
    due_cents: int
    netted_cents: int
    amount_cents: int
    iban_last4: str
    is_reissue: bool
    is_unwritten: bool
    attempt_state: str | None
    sent_at: datetime | None
    booked_on: date | None
    returned_on: date | None


class KeptBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a line kept back and for which month; with the recovery it went to, if any."""

    line_id: UUID
    month: Month
    amount_cents: int
    recovery_reference: str | None
    recovery_cause: str | None


class Unpaid(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of the month that no approved payout holds, with its reason or its amount."""

    scheme_version_id: SchemeVersionId
    agreement_reference: str
    candidate_name: str
    payment_kind: PaymentKind
    outcome: Outcome
    amount_cents: int
    reason: ReasonCode | None


class Paid(msgspec.Struct, frozen=True):
    """Somebody whom the approved payouts of a month pay: in how many lines, how many cents."""

    payee_id: UUID
    name: str
    line_count: int
    amount_cents: int


class PayeeOf(msgspec.Struct, frozen=True):
    """Who is paid by an instalment, and for which month."""

    payee_id: UUID
    month: Month
