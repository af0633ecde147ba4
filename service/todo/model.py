"""What waits for somebody, as nouns: a kind of work, how much of it, and the oldest of it."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """A kind of work that waits; each is a query that says so."""

    DRAFTS = "drafts"
    AGREEMENTS_UNSIGNED = "agreements_unsigned"
    AGREEMENTS_TO_SIGN = "agreements_to_sign"
    AGREEMENTS_TO_START = "agreements_to_start"
    ATTENDANCE_TO_CONFIRM = "attendance_to_confirm"
    REPORTS_CONTESTED = "reports_contested"
    QUESTIONS_ON_PAPER = "questions_on_paper"
    PLACEMENTS_TO_DECIDE = "placements_to_decide"
    MATCHES_TO_INTRODUCE = "matches_to_introduce"
    INTRODUCTIONS_OPEN = "introductions_open"
    MATCHES_TO_DRAFT = "matches_to_draft"
    ELIGIBILITY_EXPIRING = "eligibility_expiring"
    TWINS = "twins"
    HANDOVERS_OFFERED = "handovers_offered"
    OUTCOMES_DUE = "outcomes_due"
    REVIEWS_OPEN = "reviews_open"
    BANK_ACCOUNTS_TO_DECIDE = "bank_accounts_to_decide"
    ALARMS = "alarms"
    VISITS_WANTED = "visits_wanted"
    VISITS_DUE = "visits_due"
    EMPLOYER_AGREEMENTS = "employer_agreements"
    EMPLOYER_INTRODUCTIONS = "employer_introductions"
    EMPLOYER_MONTHS = "employer_months"
    EMPLOYER_CONTESTED = "employer_contested"
    EMPLOYER_RECOVERIES = "employer_recoveries"
    EMPLOYER_ACCOUNT = "employer_account"
    MONTHS_TO_COMPUTE = "months_to_compute"
    MONTHS_TO_PUT_UP = "months_to_put_up"
    PAYOUTS_TO_APPROVE = "payouts_to_approve"
    PAYOUTS_TO_AUTHORISE = "payouts_to_authorise"
    PAYOUTS_TO_EXPORT = "payouts_to_export"
    QUARANTINED = "quarantined"
    SUSPENSE = "suspense"
    FAILED = "failed"
    OVERRIDES_TO_GRANT = "overrides_to_grant"
    RECOVERIES_TO_NOTIFY = "recoveries_to_notify"
    APPEALS = "appeals"
    WRITE_OFFS_TO_SIGN = "write_offs_to_sign"
    REPAYMENTS_TO_CONFIRM = "repayments_to_confirm"
    LINKS_TO_CONFIRM = "links_to_confirm"
    VERSIONS_TO_ACTIVATE = "versions_to_activate"
    RULES_TO_CONFIRM = "rules_to_confirm"
    FREEZES_TO_CONFIRM = "freezes_to_confirm"
    PROFILES_TO_CONFIRM = "profiles_to_confirm"


class Item(msgspec.Struct, frozen=True):
    """One thing that waits: the end of its address, its words, and how many of its kind wait."""

    item_key: str
    subject: str
    since: datetime
    all_count: int


class Waiting(msgspec.Struct, frozen=True):
    """What waits of one kind, the oldest first; `count` stops at a thousand."""

    kind: Kind
    count: int
    since: datetime
    items: list[Item]


class Assured(msgspec.Struct, frozen=True):
    """For an auditor: when the books were last sealed and checked, and how many rules broke."""

    sealed_at: datetime | None
    checked_at: datetime | None
    broken_count: int | None
