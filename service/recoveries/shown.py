"""Recoveries as they are shown: lists, one with all its rows, and the forecast."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from service.ids import AccountId, AgreementId, RecoveryId, RecoveryPaymentId, WriteOffId
from service.instalments.model import PaymentKind
from service.money import Cents
from service.period import Month
from service.recoveries.model import Cause, RecoveryState, Step, Why
from service.schemes.model import Payee


class Receivable(msgspec.Struct, frozen=True):
    """What an ended agreement was paid beyond all that is due to it, in cents, and since when."""

    agreement_id: AgreementId
    agreement_reference: str
    scheme_code: str
    payee_name: str
    amount_cents: Cents
    since: datetime


class Receivables(msgspec.Struct, frozen=True):
    """Receivables, the oldest first and bounded in number, and what all of them come to."""

    total_cents: Cents
    listed: list[Receivable]


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came in for a recovery, in cents; settled once a second person confirmed it."""

    id: RecoveryPaymentId
    recovery_id: RecoveryId
    amount_cents: Cents
    received_on: date
    bank_reference: str
    recorded_at: datetime
    recorded_by: AccountId
    recorded_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None


class WriteOff(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be given up of a recovery, in cents, and by which two people."""

    id: WriteOffId
    recovery_id: RecoveryId
    amount_cents: Cents
    reason: str
    proposed_at: datetime
    proposed_by: AccountId
    proposed_by_name: str
    signed_at: datetime | None
    signed_by_name: str | None
    refused_at: datetime | None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery in a list; amounts in cents."""

    id: RecoveryId
    reference: str
    agreement_id: AgreementId
    agreement_reference: str
    scheme_code: str
    payee: Payee
    payee_name: str
    cause: Cause
    state: RecoveryState
    owed_cents: Cents
    settled_cents: Cents
    written_off_cents: Cents
    open_cents: Cents
    raised_at: datetime
    invoice_number: str | None
    invoice_due_on: date | None


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a recovery with its facts."""

    month: Month
    kind: PaymentKind
    kind_label: Mapping[str, str]
    amount_cents: int
    why: Why
    facts: Mapping[str, Any]
    recorded_at: datetime


class StepShown(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a recovery; no name: a nightly job."""

    step: Step
    state: RecoveryState
    happened_at: datetime
    happened_by_name: str | None
    said: str | None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one recovery."""

    recovery: Listed
    changes: list[ChangeShown]
    steps: list[StepShown]
    payments: list[Payment]
    write_offs: list[WriteOff]


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """What a payee owes and is in netting or further on, and what may be kept back of it, in cents.

    The two amounts are the share of what the payee's running agreements may pay within three and
    twelve months, at the most that their schemes pay.
    """

    payee: Payee
    owed_cents: Cents
    within_3_cents: Cents
    within_12_cents: Cents


class StateTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What is open in a state, in cents, and how many recoveries that is."""

    state: RecoveryState
    recovery_count: int
    open_cents: Cents


class Ageing(msgspec.Struct, frozen=True, kw_only=True):
    """Of what was raised at least so many days ago: raised, and settled within these days."""

    days: int
    recovery_count: int
    raised_cents: Cents
    settled_cents: Cents


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is recoverable: now, by netting within 3 and 12 months, and by invoice; in cents."""

    open_cents: Cents
    netting_3_cents: Cents
    netting_12_cents: Cents
    invoice_cents: Cents
    uncertain_cents: Cents
    states: list[StateTotal]
    ageing: list[Ageing]
