"""The five sets that every month of an agreement is in exactly one of, and why."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from service.checks.model import Acts
from service.ids import AgreementId, InstalmentId
from service.instalments.model import PaymentKind
from service.money import Cents
from service.period import Month


class Standing(StrEnum):
    """Where one kind of payment of a month of an agreement stands."""

    PAID = "paid"
    IN_PAYOUT = "in_payout"
    SCHEDULED = "scheduled"
    BLOCKED = "blocked"
    NOT_DUE = "not_due"


class MonthStanding(msgspec.Struct, frozen=True):
    """A month of an agreement, where it stands, why, who must act, and since when.

    `reason` is the code of a check or of the scheme, or one of what the money itself waits for;
    None once it is paid. `candidate_name` is None for whom the person is not to be seen by.
    """

    agreement_id: AgreementId
    agreement_reference: str
    candidate_name: str | None
    employer_name: str
    month: Month
    kind: PaymentKind
    kind_label: Mapping[str, str]
    instalment_id: InstalmentId | None
    due_cents: Cents
    standing: Standing
    reason: str | None
    acts: Acts
    since: datetime | None


class StandingCount(msgspec.Struct, frozen=True):
    """How many payments of a month stand somewhere for one reason, and what is due of them."""

    standing: Standing
    reason: str | None
    payment_count: int
    due_cents: Cents


class Wanted(msgspec.Struct, frozen=True):
    """Which payments of a month are asked for; None asks for all."""

    standing: Standing | None = None
    reason: str | None = None
    office: str | None = None
