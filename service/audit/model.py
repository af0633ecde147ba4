"""An entry of the audit trail, and what the trail is searched by."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.actor import Role
from service.ids import AccountId

# The tables whose changes sql/schema.sql writes down, in the order of the alphabet.
TABLES = (
    "account",
    "account_hold",
    "agreement",
    "agreement_suspension",
    "api_token",
    "appropriation",
    "approval_band",
    "approval_rule",
    "attendance",
    "attendance_contest",
    "bank_account",
    "bank_alarm",
    "bank_day",
    "bank_file_release",
    "bank_profile",
    "candidate",
    "candidate_consent",
    "candidate_contact",
    "candidate_link",
    "candidate_sensitive",
    "check_override",
    "check_rule",
    "donor",
    "download",
    "eligibility",
    "eligibility_rule",
    "employer",
    "expected_method",
    "flag_rule",
    "freeze_period",
    "handover",
    "instalment_hold",
    "mail",
    "minimum_wage",
    "month_run",
    "outcome",
    "payment_attempt",
    "payment_closure",
    "payment_recall",
    "payout",
    "payout_act",
    "placement",
    "placement_match",
    "quality_review",
    "quality_rule",
    "recovery",
    "recovery_dismissal",
    "recovery_payment",
    "recovery_rule",
    "recovery_terms",
    "recovery_write_off",
    "referral",
    "reissue_request",
    "scheme",
    "scheme_version",
    "state_aid_declaration",
    "state_aid_rule",
    "suspense_resolution",
    "twin_decision",
    "undertaking_link",
    "visit",
    "visit_rule",
)


class Action(StrEnum):
    """What was done to a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class Entry(msgspec.Struct, frozen=True):
    """One change: the whole row when it was written or deleted, else the columns that changed.

    Secrets, sealed values and keyed indexes are never copied here. Without a role it was the owner
    of the database, by a migration or by hand.
    """

    id: int
    happened_at: datetime
    actor_role: Role | None
    actor_account: AccountId | None
    actor_name: str | None
    table_name: str
    row_id: UUID
    action: Action
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


class Search(msgspec.Struct, frozen=True):
    """Which entries are wanted, the days of Kosovo included; what is empty does not matter."""

    table_name: str | None = None
    row_id: UUID | None = None
    from_day: date | None = None
    to_day: date | None = None


class Change(msgspec.Struct, frozen=True):
    """One column of an entry: what it held and what it holds, as text."""

    column: str
    before: str
    after: str
