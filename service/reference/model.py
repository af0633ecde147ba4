"""Reference tables, what can be said in each, and proposed changes, as nouns."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.actor import Role
from service.i18n import N_
from service.ids import AccountId, ReferenceChangeId


class Table(StrEnum):
    """A table that only confirmed changes write."""

    CHECK_RULE = "check_rule"
    FLAG_RULE = "flag_rule"
    QUALITY_RULE = "quality_rule"
    STATE_AID_RULE = "state_aid_rule"
    MINIMUM_WAGE = "minimum_wage"
    RECOVERY_TERMS = "recovery_terms"
    RECOVERY_RULE = "recovery_rule"
    REASON_CODE = "reason_code"
    SECOND_FACTOR_RULE = "second_factor_rule"
    DUTY_CONFLICT = "duty_conflict"


class Answers(StrEnum):
    """What is typed into a field, and how it is stored."""

    WHOLE = "whole"
    EUROS = "euros"
    PERCENT = "percent"
    YES_NO = "yes_no"
    WORD = "word"
    TEXT = "text"
    PARAMETERS = "parameters"


class Field(msgspec.Struct, frozen=True):
    """A column that a change may say: what it is called, and what fits; a key names the row."""

    name: str
    words: str
    answers: Answers
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    is_key: bool = False
    may_be_empty: bool = False


class Sort(msgspec.Struct, frozen=True):
    """A reference table for people: its name, what it decides, its fields, and who may add rows."""

    words: str
    about: str
    fields: tuple[Field, ...]
    may_grow: bool = False
    is_dated: bool = True


class Row(msgspec.Struct, frozen=True):
    """A row that holds, or will from a day on."""

    id: UUID
    row_values: Mapping[str, object]
    valid_from: date | None
    valid_until: date | None


class Change(msgspec.Struct, frozen=True):
    """A change that somebody proposed, and what became of it."""

    id: ReferenceChangeId
    table_name: Table
    row_values: Mapping[str, object]
    valid_from: date | None
    basis: str
    proposed_at: datetime
    proposed_by: AccountId
    proposed_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether a second administrator is to decide."""
        return self.confirmed_at is None and self.refused_at is None


def _key(name: str, words: str, *choices: str, may_be_empty: bool = False) -> Field:
    answers = Answers.WORD if choices else Answers.TEXT
    return Field(name, words, answers, choices, is_key=True, may_be_empty=may_be_empty)


PAYEES = ("employer", "candidate")
NOT_STAFF = {Role.SYSTEM, Role.ANONYMOUS, Role.CANDIDATE}
STAFF = tuple(str(role) for role in Role if role not in NOT_STAFF)
END_CAUSES = ("employer_dismissed", "employer_closed", "candidate_left", "misconduct", "mutual")
PARAMETERS = Field("parameters", N_("Parameters"), Answers.PARAMETERS)
SORTS: Mapping[Table, Sort] = {
    Table.CHECK_RULE: Sort(
        N_("Checks before money leaves"),
        N_("Which check stops a payment, and whom it waits for."),
        (
            _key("code", N_("Check")),
            Field("is_blocking", N_("Stops the payment"), Answers.YES_NO),
            Field("no_data_blocks", N_("Stops it also without data"), Answers.YES_NO),
            Field("is_overridable", N_("May be overridden by two"), Answers.YES_NO),
            Field(
                "acts",
                N_("Who must act"),
                Answers.WORD,
                ("employer", "office", "payee", "finance", "nobody"),
            ),
            Field("is_told_employer", N_("The employer is told"), Answers.YES_NO),
            PARAMETERS,
        ),
    ),
    Table.FLAG_RULE: Sort(
        N_("Flags"),
        N_("How much each sign of fraud or error weighs."),
        (
            _key("code", N_("Flag")),
            Field("weight", N_("Weight, 1 to 100"), Answers.WHOLE, least=1, most=100),
            Field("is_active", N_("In use"), Answers.YES_NO),
            PARAMETERS,
        ),
    ),
    Table.QUALITY_RULE: Sort(
        N_("Quality reviews"),
        N_("What counts as suspicious, how many payments are drawn, and what a payout waits for."),
        (
            Field(
                "flag_threshold",
                N_("Suspicious from a score of"),
                Answers.WHOLE,
                least=1,
                most=10_000,
            ),
            Field("sample_bp", N_("Share drawn, in percent"), Answers.PERCENT, most=10_000),
            Field("waits_for_overrides", N_("Waits for overridden checks"), Answers.YES_NO),
            Field("waits_for_account_changes", N_("Waits for new accounts"), Answers.YES_NO),
        ),
    ),
    Table.STATE_AID_RULE: Sort(
        N_("Ceiling of state aid"),
        N_("How much aid an undertaking may get in how many years."),
        (
            Field("ceiling_cents", N_("Ceiling, in euros"), Answers.EUROS, least=1, most=10**12),
            Field("years", N_("Years"), Answers.WHOLE, least=1, most=10),
            Field("excess_policy", N_("Beyond the ceiling"), Answers.WORD, ("block", "reduce")),
        ),
    ),
    Table.MINIMUM_WAGE: Sort(
        N_("Minimum wage"),
        N_("The monthly gross wage of full-time work below which nobody may be employed."),
        (Field("monthly_cents", N_("Each month, in euros"), Answers.EUROS, least=1, most=10**7),),
    ),
    Table.RECOVERY_TERMS: Sort(
        N_("How money owed back is collected"),
        N_("Which share of later payments is kept back, and when an invoice follows."),
        (
            _key("payee", N_("Payee"), *PAYEES),
            Field(
                "netting_share_bp", N_("Share kept back, in percent"), Answers.PERCENT, most=10_000
            ),
            Field(
                "floor_cents", N_("Left to the payee at least, in euros"), Answers.EUROS, most=10**9
            ),
            Field("appeal_days", N_("Days to appeal"), Answers.WHOLE, most=365),
            Field("invoice_after_days", N_("Invoice after days"), Answers.WHOLE, most=365),
            Field(
                "invoice_due_days", N_("Days to pay an invoice"), Answers.WHOLE, least=1, most=365
            ),
            Field(
                "small_cents", N_("Too small to collect below, in euros"), Answers.EUROS, most=10**7
            ),
        ),
    ),
    Table.RECOVERY_RULE: Sort(
        N_("What an early end obliges to"),
        N_("What an employer pays back when the work ends too soon."),
        (
            _key("cause", N_("What it follows from"), "early_end", "dismissal_after"),
            _key("end_cause", N_("Why the work ended"), *END_CAUSES),
            Field("within_months", N_("Within months"), Answers.WHOLE, least=1, most=24),
            Field(
                "last_instalments",
                N_("Of the last instalments"),
                Answers.WHOLE,
                least=1,
                most=60,
                may_be_empty=True,
            ),
            Field(
                "share_bp", N_("Share paid back, in percent"), Answers.PERCENT, least=1, most=10_000
            ),
        ),
        may_grow=True,
    ),
    Table.REASON_CODE: Sort(
        N_("Reason codes of banks"),
        N_("What is done when a bank gives this reason."),
        (
            _key("code_list", N_("List"), "status", "return"),
            _key("code", N_("Code")),
            Field("name", N_("Meaning"), Answers.TEXT, most=120),
            Field(
                "action",
                N_("What is done"),
                Answers.WORD,
                (
                    "change_account",
                    "contact_payee",
                    "stop_batch",
                    "freeze",
                    "correct",
                    "stop_placement",
                    "close_recall",
                    "operator",
                    "person",
                ),
            ),
        ),
        may_grow=True,
        is_dated=False,
    ),
    Table.SECOND_FACTOR_RULE: Sort(
        N_("Who must have a second factor"),
        N_("Which roles sign in with a code or a passkey beside the password."),
        (
            _key("role", N_("Role"), *STAFF),
            Field("is_required", N_("Must have one"), Answers.YES_NO),
        ),
        may_grow=True,
    ),
    Table.DUTY_CONFLICT: Sort(
        N_("Duties that are kept apart"),
        N_("Which role nobody takes within so many months after another."),
        (
            _key("role_before", N_("Role before"), *STAFF),
            _key("role_after", N_("Role after"), *STAFF),
            Field("months", N_("Months between"), Answers.WHOLE, least=1, most=120),
        ),
        may_grow=True,
        is_dated=False,
    ),
}
