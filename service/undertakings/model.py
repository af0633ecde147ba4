"""Undertakings, what was granted to them, and what their ceiling leaves."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from service.ids import (
    AccountId,
    DeclarationId,
    EmployerId,
    InstalmentId,
    LinkId,
    PayoutLineId,
)
from service.money import Cents
from service.period import Month

Text = Annotated[str, msgspec.Meta(max_length=500)]


class CeilingPolicy(StrEnum):
    """What becomes of an instalment that would pass the ceiling."""

    BLOCK = "block"
    REDUCE = "reduce"


class Ceiling(msgspec.Struct, frozen=True):
    """How many cents an undertaking may be granted in how many rolling years, and by which act."""

    ceiling_cents: Cents
    years: int
    excess_policy: CeilingPolicy
    source: str


class Asked(msgspec.Struct, frozen=True):
    """An instalment that a payout would pay, in cents."""

    instalment_id: InstalmentId
    cents: Cents


class Room(msgspec.Struct, frozen=True):
    """What bounds an instalment that is paid to a firm: its undertaking's ceiling and its use."""

    instalment_id: InstalmentId
    month: Month
    head_id: EmployerId
    used_cents: Cents
    ceiling_cents: Cents
    excess_policy: CeilingPolicy


class Admitted(msgspec.Struct, frozen=True):
    """How much of an instalment the ceiling lets through, in cents, and by which figures.

    `used_cents` counts what was granted before and the older instalments of the same payout.
    """

    instalment_id: InstalmentId
    head_id: EmployerId
    full_cents: Cents
    allowed_cents: Cents
    used_cents: Cents
    ceiling_cents: Cents

    @property
    def is_reduced(self) -> bool:
        """Whether a part of it is paid and a part is not."""
        return 0 < self.allowed_cents < self.full_cents


class Reduction(msgspec.Struct, frozen=True):
    """A line of a payout that pays less, to keep an undertaking within its ceiling."""

    payout_line_id: PayoutLineId
    admitted: Admitted


class Head(msgspec.Struct, frozen=True):
    """The firm after which an undertaking is named."""

    id: EmployerId
    legal_name: str
    business_number: str


class Member(msgspec.Struct, frozen=True):
    """A firm of an undertaking, since when and why; the head has been in it always."""

    employer_id: EmployerId
    legal_name: str
    business_number: str
    linked_on: date | None
    reason: str | None


class Grant(msgspec.Struct, frozen=True):
    """Aid that counts: by a payout of ours, or as a firm declared it with a document."""

    id: DeclarationId
    employer_id: EmployerId
    legal_name: str
    granted_on: date
    amount_cents: Cents
    payout_reference: str | None
    granted_by: str | None
    document_reference: str | None


class Undertaking(msgspec.Struct, frozen=True):
    """An undertaking on a day: its firms, what was granted to them, and what is left, in cents.

    No ceiling is in force where `ceiling` is None. `headroom_cents` is never below zero.
    """

    head: Head
    on: date
    members: list[Member]
    ceiling: Ceiling | None
    used_cents: Cents
    headroom_cents: Cents
    grants: list[Grant]


class Use(msgspec.Struct, frozen=True):
    """An undertaking and what it was granted within the rolling years, in cents."""

    head_id: EmployerId
    legal_name: str
    firm_count: int
    used_cents: Cents


class YearLine(msgspec.Struct, frozen=True):
    """What an undertaking was granted in a year, in cents, and in the rolling years up to its end.

    `firms` are the names of all its firms on the last day.
    """

    head_id: EmployerId
    legal_name: str
    business_number: str
    firms: str
    paid_cents: Cents
    declared_cents: Cents
    used_cents: Cents


class LinkForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a firm belongs to another's undertaking from a day on, as it was typed.

    The firms are named by their business numbers; a firm's own number ends a link.
    """

    business_number: Text
    head_business_number: Text
    linked_on: Text
    reason: Text
    document_reference: Text


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that waits for a second person."""

    employer_id: EmployerId
    head_id: EmployerId
    linked_on: date
    reason: str
    document_reference: str


class HeldLink(msgspec.Struct, frozen=True):
    """A link that is being held."""

    id: LinkId
    proposed_by: AccountId
    confirmed_at: datetime | None
    refused_at: datetime | None


class WaitingLink(msgspec.Struct, frozen=True):
    """A proposed link, as the second person sees it."""

    id: LinkId
    legal_name: str
    head_name: str
    ends_link: bool
    linked_on: date
    reason: str
    document_reference: str
    proposed_at: datetime
    proposed_by: AccountId
    proposed_by_name: str


class DeclarationForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Aid of others that a firm declares, as it was typed; the amount in cents."""

    granted_on: Text
    granted_by: Text
    amount_cents: int | None
    document_reference: Text


class NewDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """Declared aid that is fit to be kept."""

    granted_on: date
    granted_by: str
    amount_cents: Cents
    document_reference: str


class FoundFirm(msgspec.Struct, frozen=True):
    """A firm by its business number."""

    id: EmployerId
    business_number: str
