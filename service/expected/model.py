"""The nouns of the second computation: methods, comparisons and what differs."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import AgreementId, InstalmentId
from service.money import Cents
from service.period import Month


class Form(StrEnum):
    """How a kind of payment is computed a second time (sql/schema.sql, expected_amount)."""

    WAGE_SHARE = "wage_share"
    RETENTION = "retention"
    BY_ATTENDANCE = "by_attendance"
    EACH_MONTH = "each_month"
    MILESTONE = "milestone"


class NewMethod(msgspec.Struct, frozen=True):
    """By which form a scheme's kind of payment is computed, for agreements that begin on a day or
    later; `amount_parameter` names the figure of its document that is paid for a month."""

    scheme_code: str
    kind: str
    since: date
    form: Form
    amount_parameter: str
    is_wage_tested: bool


class Method(msgspec.Struct, frozen=True):
    """The same, as it was stated."""

    scheme_code: str
    kind: str
    since: date
    form: Form
    amount_parameter: str
    is_wage_tested: bool
    stated_at: datetime


class Difference(msgspec.Struct, frozen=True):
    """An amount that the two computations do not agree about, in cents.

    Ours is what the service would pay, theirs what the second computation comes to. Where all
    months agree and what is kept back does not, `kind` says the payee and the month is the
    payout's.
    """

    agreement_id: AgreementId
    agreement_reference: str
    kind: str
    month: Month
    ours_cents: Cents
    theirs_cents: Cents


class PayoutComparison(msgspec.Struct, frozen=True):
    """A payout beside the second computation: what it should pay, and a bounded list of what
    differs. Lines without a method count as they are, and are counted apart."""

    expected_cents: Cents
    line_count: int
    without_method_count: int
    agreement_count: int
    difference_count: int
    differences: list[Difference]


class PayoutExpected(msgspec.Struct, frozen=True):
    """What the second computation said when a payout was put up."""

    expected_cents: Cents
    line_count: int
    without_method_count: int
    agreement_count: int
    compared_at: datetime


class MonthComparison(msgspec.Struct, frozen=True):
    """A month's agreements beside the second computation, in that month and all before it.

    The totals are those of the month; `waiting_count` agreements have facts that changed since
    they were computed, and are compared by the facts as they were known then.
    """

    amount_count: int
    without_method_count: int
    agreement_count: int
    ours_cents: Cents
    theirs_cents: Cents
    waiting_count: int
    difference_count: int
    differences: list[Difference]


class WithoutMethod(msgspec.Struct, frozen=True):
    """A line of a payout whose scheme is not computed a second time."""

    instalment_id: InstalmentId
    agreement_reference: str
    scheme_code: str
    kind: str
    month: Month
