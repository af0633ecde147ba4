"""Donors, what they give to budget lines, and what of it stands where."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from service.ids import AccountId, AppropriationId, BudgetLineId, DonorId, InstalmentId
from service.ledger.model import BudgetLine
from service.money import Cents
from service.period import Period

Text = Annotated[str, msgspec.Meta(max_length=500)]


class Donor(msgspec.Struct, frozen=True):
    """Who gives money: the state's own budget is one of them."""

    id: DonorId
    code: str
    name: str


class DonorForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A donor as it was typed; the code is capitals, digits and hyphens."""

    code: Text
    name: Text


class AppropriationForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a donor gives to the line of a scheme, as it was typed; the amount in cents.

    Of appropriations that begin on one day, those of a lower priority number are drawn on first.
    """

    scheme_code: Text
    donor_code: Text
    first_day: Text
    last_day: Text
    priority: int | None
    amount_cents: int | None
    document_reference: Text


class ReductionForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By how many cents an appropriation is reduced, above zero, and the document that says so."""

    amount_cents: int | None
    document_reference: Text


class NewAppropriation(msgspec.Struct, frozen=True, kw_only=True):
    """An appropriation to be decided on, or its reduction (below zero, `reduces` says of which)."""

    budget_line_id: BudgetLineId
    donor_id: DonorId
    period: Period
    priority: int
    amount_cents: Cents
    document_reference: str
    reduces: AppropriationId | None = None


class HeldAppropriation(NewAppropriation, frozen=True, kw_only=True):
    """An appropriation that is being held, and who proposed it and decided on it."""

    id: AppropriationId
    proposed_by: AccountId | None
    confirmed_at: datetime | None
    refused_at: datetime | None


class Appropriation(msgspec.Struct, frozen=True, kw_only=True):
    """An appropriation or a reduction as people see it; `last_day` belongs to its period."""

    id: AppropriationId
    scheme_code: str
    donor_code: str
    donor_name: str
    first_day: date
    last_day: date
    priority: int
    amount_cents: Cents
    document_reference: str
    reduces: AppropriationId | None
    proposed_at: datetime
    proposed_by: AccountId | None
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None


class DonorShare(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money of one appropriation stands, in cents.

    The parts above zero less what is owed back (`recoverable_cents`, zero or less) come to
    `appropriated_cents`; over the appropriations of a line each part comes to the line's.
    """

    appropriation_id: AppropriationId
    budget_line_id: BudgetLineId
    scheme_code: str
    donor_code: str
    donor_name: str
    first_day: date
    last_day: date
    place: int
    appropriated_cents: Cents
    free_cents: Cents
    committed_cents: Cents
    calculated_cents: Cents
    approved_cents: Cents
    in_transit_cents: Cents
    paid_cents: Cents
    returned_cents: Cents
    recoverable_cents: Cents


class BudgetSheet(msgspec.Struct, frozen=True):
    """Every line as it stands, and the shares of its appropriations in the order of drawing."""

    lines: list[BudgetLine]
    shares: list[DonorShare]


class Put(msgspec.Struct, frozen=True):
    """What a payout is about to pay of an instalment, in cents; less than nothing is kept back."""

    instalment_id: InstalmentId
    cents: Cents


class PassedLine(msgspec.Struct, frozen=True):
    """A budget line that a payout would pass, and by how many cents."""

    scheme_code: str
    short_cents: Cents


class HeldLine(msgspec.Struct, frozen=True):
    """A budget line that is being held."""

    id: BudgetLineId
