"""Checks as nouns: their codes, what each found, what overrides or stops a payment."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from service.ids import (
    AccountId,
    AgreementId,
    CheckOverrideId,
    CheckRunId,
    EmployerId,
    HoldId,
    InstalmentId,
    PayoutLineId,
)
from service.instalments.model import PaymentKind
from service.period import Month
from service.schemes.model import Payee


class Check(StrEnum):
    """A named check; each is a query of its own, sql/checks/<code>.sql."""

    IDENTITY_FOUND = "identity_found"
    CANDIDATE_ALIVE = "candidate_alive"
    CANDIDATE_REGISTERED = "candidate_registered"
    AGE_ELIGIBLE = "age_eligible"
    WAITING_PERIOD_OVER = "waiting_period_over"
    SIGNED_BY_ALL = "signed_by_all"
    AGREEMENT_ACTIVE = "agreement_active"
    PLACEMENT_APPROVED = "placement_approved"
    EVIDENCE_RECEIVED = "evidence_received"
    DAYS_SUFFICIENT = "days_sufficient"
    WAGE_AT_LEAST_MINIMUM = "wage_at_least_minimum"
    WAGE_AS_AGREED = "wage_as_agreed"
    ON_TAX_PAYROLL = "on_tax_payroll"
    NOT_EMPLOYED_THERE_BEFORE = "not_employed_there_before"
    EMPLOYER_REGISTERED = "employer_registered"
    NO_UNRESOLVED_RECOVERY = "no_unresolved_recovery"
    ACCOUNT_KNOWN = "account_known"
    ACCOUNT_CONFIRMED = "account_confirmed"
    ACCOUNT_IN_FORCE = "account_in_force"
    ACCOUNT_WELL_FORMED = "account_well_formed"
    ACCOUNT_IN_PAYEES_NAME = "account_in_payees_name"
    ACCOUNT_NOT_SHARED = "account_not_shared"
    ACCOUNT_NOT_CHANGED_LATELY = "account_not_changed_lately"
    ACCOUNT_NOT_HELD = "account_not_held"
    NOT_ON_HOLD = "not_on_hold"
    NO_OPEN_DUPLICATE = "no_open_duplicate"
    NOT_SANCTIONED = "not_sanctioned"
    NO_OPEN_GRIEVANCE = "no_open_grievance"
    NO_OTHER_SUBSIDY = "no_other_subsidy"
    WITHIN_MONTHS = "within_months"
    WITHIN_AMOUNT = "within_amount"
    WITHIN_BUDGET = "within_budget"
    STATE_AID = "state_aid"
    PERIOD_ENDED = "period_ended"
    NO_CHANGE_WAITING = "no_change_waiting"
    CURRENT_VERSION = "current_version"
    INDEPENDENT_AGREES = "independent_agrees"


class Outcome(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    NO_DATA = "no_data"


class Acts(StrEnum):
    """Who must act when a check fails; nobody where time alone helps."""

    EMPLOYER = "employer"
    OFFICE = "office"
    PAYEE = "payee"
    FINANCE = "finance"
    NOBODY = "nobody"


class CheckedInstalment(msgspec.Struct, frozen=True):
    """An instalment that is checked, or that a check stops."""

    id: InstalmentId


class CheckRun(msgspec.Struct, frozen=True):
    """A run of the checks, and the instalments that may not be put up after it."""

    id: CheckRunId
    month: Month
    checked_count: int
    blocked: frozenset[InstalmentId]


class Key(msgspec.Struct, frozen=True):
    """One kind of payment of a month of an agreement."""

    agreement_id: AgreementId
    month: Month
    kind: PaymentKind


class Result(msgspec.Struct, frozen=True):
    """What one check found of one instalment in one run, by its rule then, and who overrode it."""

    code: Check
    outcome: Outcome
    inputs: dict[str, Any]
    decided_at: datetime
    run_at: datetime
    run_by_name: str | None
    is_blocking: bool
    no_data_blocks: bool
    is_overridable: bool
    acts: Acts
    source: str
    override_reason: str | None
    override_expires_at: datetime | None
    override_granted_by_name: str | None

    @property
    def stops(self) -> bool:
        """Whether it keeps the payment back, as far as nobody has overridden it."""
        failed = self.outcome is Outcome.FAILED
        unknown = self.outcome is Outcome.NO_DATA and self.no_data_blocks
        return self.is_blocking and (failed or unknown) and self.override_reason is None


class Shortcoming(msgspec.Struct, frozen=True):
    """A check of a payout's line that did not simply pass."""

    payout_line_id: PayoutLineId
    instalment_id: InstalmentId
    payee_name: str
    month: Month
    code: Check
    outcome: Outcome
    inputs: dict[str, Any]
    is_blocking: bool
    override_reason: str | None


class ResultCount(msgspec.Struct, frozen=True):
    """How one check of a payout's lines came out."""

    code: Check
    is_blocking: bool
    passed_count: int
    failed_count: int
    no_data_count: int
    overridden_count: int


class PayoutChecks(msgspec.Struct, frozen=True):
    """How the checks of a payout's lines came out, and what did not simply pass."""

    counts: list[ResultCount]
    shortcomings: list[Shortcoming]


class Rule(msgspec.Struct, frozen=True):
    """What a check demands on a day, and to which payments it applies."""

    code: Check
    is_blocking: bool
    no_data_blocks: bool
    is_overridable: bool
    payee: Payee | None
    is_monthly_only: bool
    acts: Acts
    source: str


class OverrideState(StrEnum):
    """Where an override stands; it lapses by time alone."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class LockedOverride(msgspec.Struct, frozen=True):
    """An override that is being decided on."""

    id: CheckOverrideId
    asked_by: AccountId
    expires_at: datetime
    is_decided: bool


class Override(msgspec.Struct, frozen=True):
    """An override: asked for by one person, granted by another, until a day."""

    id: CheckOverrideId
    agreement_reference: str
    agreement_id: AgreementId
    month: Month
    kind: PaymentKind
    code: Check
    reason: str
    asked_at: datetime
    asked_by: AccountId
    asked_by_name: str
    expires_at: datetime
    granted_at: datetime | None
    granted_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None
    state: OverrideState


class LockedHold(msgspec.Struct, frozen=True):
    """A hold that is being released."""

    id: HoldId
    placed_by: AccountId
    is_released: bool


class Hold(msgspec.Struct, frozen=True):
    """A payment, an agreement or an employer that somebody has stopped."""

    id: HoldId
    agreement_id: AgreementId | None
    agreement_reference: str | None
    month: Month | None
    kind: PaymentKind | None
    employer_id: EmployerId | None
    employer_name: str | None
    reason: str
    placed_at: datetime
    placed_by: AccountId
    placed_by_name: str
    released_at: datetime | None
    released_by_name: str | None
    release_reason: str | None


class HoldScope(msgspec.Struct, frozen=True):
    """What is held: one kind of a month of an agreement, all of an agreement, or an employer."""

    agreement_id: AgreementId | None = None
    month: Month | None = None
    kind: PaymentKind | None = None
    employer_id: EmployerId | None = None
