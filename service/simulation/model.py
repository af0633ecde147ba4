"""What a simulation answers: amounts now and with another document, and who is behind them."""

from datetime import date

import msgspec

from service.ids import AgreementId, CandidateId
from service.instalments.model import Outcome, ReasonCode
from service.money import Cents

MONTHS_MAX = 24


class Subject(msgspec.Struct, frozen=True):
    """An agreement to simulate, and what its candidate is counted by."""

    agreement_id: AgreementId
    reference: str
    candidate_id: CandidateId
    sex: str
    municipality_code: str
    born_on: date
    starts_on: date


class Ages(msgspec.Struct, frozen=True):
    """Whom a document is for, in completed years on the first day, both included."""

    youngest: int
    oldest: int


class Cost(msgspec.Struct, frozen=True):
    """What some months come to by the scheme as it is and by the other document, in cents."""

    now_cents: Cents
    what_if_cents: Cents
    difference_cents: Cents


def cost_of(now: int, what_if: int) -> Cost:
    """Both amounts in cents, and their difference."""
    return Cost(Cents(now), Cents(what_if), Cents(what_if - now))


class MonthCost(msgspec.Struct, frozen=True):
    """What a month comes to."""

    month: date
    cost: Cost


class Cell(msgspec.Struct, frozen=True):
    """What the agreements of some candidates come to; `name` is a sex or a municipality's code."""

    name: str
    candidate_count: int
    agreement_count: int
    cost: Cost


class Hidden(msgspec.Struct, frozen=True):
    """The cells too small to be shown, and what they come to together."""

    names: list[str]
    candidate_count: int
    agreement_count: int
    cost: Cost


class Breakdown(msgspec.Struct, frozen=True):
    """The cells that may be shown, the costliest first, and the others together, if there are any.

    All of them add up to the whole.
    """

    cells: list[Cell]
    hidden: Hidden | None


class Change(msgspec.Struct, frozen=True):
    """What one agreement comes to."""

    reference: str
    cost: Cost


class Changed(msgspec.Struct, frozen=True):
    """The agreements that gain, or lose: how many, by how much together, and the largest changes.

    `candidate_count` is of people with at least one such agreement.
    """

    agreement_count: int
    candidate_count: int
    difference_cents: Cents
    largest: list[Change]


class OutcomeCount(msgspec.Struct, frozen=True):
    """How many instalments have an outcome for a reason, and the reason in words."""

    outcome: Outcome
    reason: ReasonCode | None
    words: str
    now_count: int
    what_if_count: int


class Budget(msgspec.Struct, frozen=True):
    """A budget line in cents: all it was given, and what of it is neither committed nor spent.

    `left_what_if_cents` is that less the difference the other document makes.
    """

    appropriated_cents: Cents
    left_now_cents: Cents
    left_what_if_cents: Cents


class Version(msgspec.Struct, frozen=True):
    """A version in force that agreements are compared with."""

    number: int
    agreement_count: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What all agreements of some months come to."""

    agreement_count: int
    candidate_count: int
    total: Cost
    by_month: list[MonthCost]
    by_sex: Breakdown
    by_municipality: Breakdown
    gains: Changed
    loses: Changed
    same_count: int


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme's last finished months, as they are and with another document.

    Amounts are whole cents of `currency`; `remarks` are sentences on what the figures leave out.
    """

    code: str
    currency: str
    first_month: date
    last_month: date
    versions: list[Version]
    totals: Totals
    outcomes: list[OutcomeCount]
    budget: Budget
    remarks: list[str]
