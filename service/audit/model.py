"""An entry of the audit trail, and what the trail is searched by."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.actor import Role
from service.candidates.model import SoughtBy
from service.ids import AccountId, CandidateId

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
    "duty_conflict",
    "eligibility",
    "eligibility_rule",
    "employer",
    "employer_right",
    "expected_method",
    "factor_reset",
    "flag_rule",
    "freeze_period",
    "handover",
    "instalment_hold",
    "invitation",
    "legal_remedy",
    "letter",
    "mail",
    "minimum_wage",
    "month_run",
    "office",
    "outcome",
    "password_reset",
    "payment_attempt",
    "payment_calendar",
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
    "referral",
    "reissue_request",
    "scheme",
    "scheme_version",
    "second_factor",
    "second_factor_rule",
    "state_aid_declaration",
    "state_aid_rule",
    "suspense_resolution",
    "twin_decision",
    "undertaking_link",
    "visit",
    "visit_rule",
)
# Personal data that shows only once somebody has said what for: contact, birth, account, contract.
MASKED: Mapping[str, frozenset[str]] = {
    "account": frozenset({"email"}),
    "agreement": frozenset({"terms"}),
    "bank_account": frozenset({"holder_name", "iban_last4"}),
    "candidate": frozenset(
        {"born_on", "family_name", "folded_name", "given_name", "unemployed_since"}
    ),
    "candidate_sensitive": frozenset({"blind_indexes", "sealed"}),
    "employer": frozenset({"representative_name"}),
    "placement": frozenset({"mentor_name"}),
}
MASK = "••••"


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


class Look(msgspec.Struct, frozen=True):
    """That somebody saw the masked values of a row, when and what for."""

    purpose: str
    looked_at: datetime
    looked_by_name: str


class SensitiveReading(msgspec.Struct, frozen=True):
    """That somebody opened what is sealed of a person: who, of whom, what for and when."""

    id: int
    read_at: datetime
    read_by_name: str
    office_name_sq: str
    office_name_sr: str
    candidate_id: CandidateId
    candidate_reference: str
    purpose: str

    def office_name(self, language: str) -> str:
        """The office that the reader acted for."""
        return self.office_name_sr if language == "sr" else self.office_name_sq


class ElsewhereLook(msgspec.Struct, frozen=True):
    """That an officer was told of people of other offices: how many, and by what."""

    id: int
    looked_at: datetime
    looked_by_name: str
    office_name_sq: str
    office_name_sr: str
    sought_by: SoughtBy
    found_count: int

    def office_name(self, language: str) -> str:
        """The office that the officer acted for."""
        return self.office_name_sr if language == "sr" else self.office_name_sq


class LookSearch(msgspec.Struct, frozen=True):
    """Which looks are wanted, the days of Kosovo included; what is empty does not matter."""

    reader_name: str | None = None
    from_day: date | None = None
    to_day: date | None = None


class Named(msgspec.Struct, frozen=True):
    """Somebody whose id stands in a row."""

    id: AccountId
    name: str


class Known(msgspec.Struct, frozen=True):
    """A row as it was at a moment, column by column; empty where it was not there."""

    columns: list[tuple[str, str]]
    exists: bool


class History(msgspec.Struct, frozen=True):
    """All that was written of one row, the newest first, and who looked at what is masked.

    `names` are those of the people whose ids stand in it.
    """

    entries: list[Entry]
    names: Mapping[str, str]
    looks: list[Look]
    is_masked: bool
    hides: bool
