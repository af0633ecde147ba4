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
    "account_role_change",
    "act_proof",
    "agreement",
    "agreement_suspension",
    "api_token",
    "appropriation",
    "approval_band",
    "approval_rule",
    "attendance",
    "bank_account",
    "bank_alarm",
    "bank_day",
    "bank_file_release",
    "bank_profile",
    "candidate",
    "candidate_sensitive",
    "check_override",
    "check_rule",
    "donor",
    "duty_conflict",
    "employer",
    "employer_right",
    "expected_method",
    "factor_reset",
    "flag_rule",
    "freeze_period",
    "instalment_hold",
    "invitation",
    "mail",
    "minimum_wage",
    "month_run",
    "office",
    "outcome",
    "password_reset",
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
    "recovery_code",
    "recovery_dismissal",
    "recovery_payment",
    "recovery_rule",
    "recovery_terms",
    "recovery_write_off",
    "reference_change",
    "reissue_request",
    "scheme",
    "scheme_version",
    "second_factor",
    "second_factor_rule",
    "state_aid_declaration",
    "state_aid_rule",
    "suspense_resolution",
    "undertaking_link",
)
ENTRIES_AT_ONCE = 50


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
    """Which entries are wanted, the days of Kosovo included; what is empty does not matter.

    Entries come the newest first; those before the entry `before` follow on the next page.
    """

    table_name: str | None = None
    row_id: UUID | None = None
    from_day: date | None = None
    to_day: date | None = None
    before: int | None = None


class Found(msgspec.Struct, frozen=True):
    """A page of entries, the newest first; `next_before` asks for the next, if there is one."""

    entries: list[Entry]
    next_before: int | None


class Change(msgspec.Struct, frozen=True):
    """One column of an entry: what it held and what it holds, as text."""

    column: str
    before: str
    after: str
