"""Checks as nouns: their codes, what each found, what overrides or stops a payment."""

from enum import StrEnum

import msgspec

from service.ids import CheckRunId, InstalmentId
from service.period import Month


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
