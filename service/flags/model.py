"""Flags as nouns: their codes, what each found of a line, and how much it counts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from service.ids import InstalmentId, PayoutLineId
from service.money import Cents
from service.period import Month


class Flag(StrEnum):
    """A sign of fraud or error; each is a query of its own, sql/flags/<code>.sql."""

    ACCOUNT_SHARED = "account_shared"
    ACCOUNT_OF_STAFF = "account_of_staff"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_CONFIRMED_FAST = "account_confirmed_fast"
    CONTACT_OF_STAFF = "contact_of_staff"
    CONTACT_SHARED = "contact_shared"
    NETWORK_SHARED = "network_shared"
    EMPLOYER_NEW = "employer_new"
    MOSTLY_SUBSIDISED = "mostly_subsidised"
    OFFICER_CONCENTRATION = "officer_concentration"
    LINKED_EMPLOYERS = "linked_employers"
    NAME_TWIN = "name_twin"
    CONFIRMED_FAST = "confirmed_fast"
    ODD_HOURS = "odd_hours"
    WAGES_AT_CAP = "wages_at_cap"
    ROUND_WAGE = "round_wage"
    JUST_UNDER_CAP = "just_under_cap"
    LEAVER_PAID = "leaver_paid"
    NEVER_ABSENT = "never_absent"
    FIRST_PAYMENT = "first_payment"
    AMOUNT_JUMP = "amount_jump"
    AMISS_AT_VISIT = "amiss_at_visit"


class FlagRule(msgspec.Struct, frozen=True):
    """How much a flag counts on a day: `weight` is its score, 1 to 100, where it shows in full."""

    code: Flag
    weight: int
    is_active: bool
    parameters: dict[str, Any]
    source: str


class LineFlag(msgspec.Struct, frozen=True):
    """What one flag found of one line of a payout; amounts in cents."""

    payout_line_id: PayoutLineId
    instalment_id: InstalmentId
    agreement_reference: str
    payee_name: str
    month: Month
    amount_cents: Cents
    line_score: int
    code: Flag
    score: int
    evidence: dict[str, Any]
    flagged_at: datetime


class FlagCount(msgspec.Struct, frozen=True):
    """On how many lines of a payout a flag was found."""

    code: Flag
    line_count: int


class Tally(msgspec.Struct, frozen=True):
    """How many lines of a payout have a flag, and how many of them the sum that is suspicious."""

    line_count: int
    flagged_count: int
    suspicious_count: int
    flag_threshold: int


class Sign(msgspec.Struct, frozen=True):
    """A flag of a line, with its evidence as facts and as a sentence in the reader's language."""

    code: Flag
    score: int
    evidence: dict[str, Any]
    sentence: str


class FlaggedLine(msgspec.Struct, frozen=True):
    """A line with all its flags, the strongest first."""

    payout_line_id: PayoutLineId
    instalment_id: InstalmentId
    agreement_reference: str
    payee_name: str
    month: Month
    amount_cents: Cents
    score: int
    is_suspicious: bool
    signs: list[Sign]


class PayoutFlags(msgspec.Struct, frozen=True):
    """What looks odd in a payout: the counts, and the lines of the highest scores."""

    tally: Tally
    counts: list[FlagCount]
    lines: list[FlaggedLine]
