"""How a bank wants its orders: versions of a profile, letters it takes, days on which it works."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum

import msgspec

from service.ids import AccountId, BankProfileId
from service.money import Cents

# In euro schemes one payment is at least a cent and under a thousand million euros.
PAYMENT_CENTS_MAX = 99_999_999_999


class MessageVersion(StrEnum):
    """The edition of the customer credit transfer order (ISO 20022: 2009 or 2019)."""

    V03 = "pain.001.001.03"
    V09 = "pain.001.001.09"


class ChargeBearer(StrEnum):
    """Who pays the banks' fees: shared, by the service level, the debtor or the creditor."""

    SHARED = "SHAR"
    SERVICE_LEVEL = "SLEV"
    DEBTOR = "DEBT"
    CREDITOR = "CRED"


class AddressForm(StrEnum):
    """How much of a payee's address is sent: none, town and country, or these and a free line.

    Wholly free addresses are refused in Europe since 15 November 2026, so there is no such form.
    """

    NONE = "none"
    STRUCTURED = "structured"
    HYBRID = "hybrid"


class ProfileState(StrEnum):
    """Where a version of a profile stands; it follows from its dates."""

    PROPOSED = "proposed"
    IN_USE = "in_use"
    RETIRED = "retired"
    REFUSED = "refused"


class Specification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bank asks of its orders, as somebody proposes it; amounts in cents.

    `payee_cents_max` is what one payee may get in a file through the channel for small payments:
    beyond it, all payments of that payee go into a file of the urgent (gross) channel. `cut_off` is
    the time in Kosovo until which the bank takes orders for its next day (else it answers TM01),
    `days_ahead_max` how far ahead an order may lie (CH03).
    """

    name: str
    debtor_name: str
    debtor_iban: str
    debtor_bic: str
    version: MessageVersion
    service_level: str | None
    charge_bearer: ChargeBearer
    purpose: str
    category_purpose: str
    address_form: AddressForm
    is_batch_booked: bool
    letters: str
    payments_per_file_max: int
    file_cents_max: Cents
    payment_cents_max: Cents
    payee_cents_max: Cents | None
    cut_off: time
    days_ahead_max: int


class BankProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a profile: what the bank asks, and who has put it in use."""

    id: BankProfileId
    name: str
    number: int
    debtor_name: str
    debtor_iban: str
    debtor_bic: str
    version: MessageVersion
    service_level: str | None
    charge_bearer: ChargeBearer
    purpose: str
    category_purpose: str
    address_form: AddressForm
    is_batch_booked: bool
    letters: str
    payments_per_file_max: int
    file_cents_max: Cents
    payment_cents_max: Cents
    payee_cents_max: Cents | None
    cut_off: time
    days_ahead_max: int
    proposed_at: datetime
    proposed_by: AccountId | None
    confirmed_at: datetime | None
    refused_at: datetime | None
    retired_at: datetime | None

    @property
    def state(self) -> ProfileState:
        """What its dates say."""
        if self.refused_at is not None:
            return ProfileState.REFUSED
        if self.retired_at is not None:
            return ProfileState.RETIRED
        return ProfileState.PROPOSED if self.confirmed_at is None else ProfileState.IN_USE


class Transliteration(msgspec.Struct, frozen=True):
    """How one letter is written instead; a row of a profile counts before a shared one."""

    letter: str
    written_as: str
    is_shared: bool


class Alphabet(msgspec.Struct, frozen=True):
    """The letters that a bank takes, and how others are written in them."""

    letters: frozenset[str]
    written_as: Mapping[str, str]


class SettlesBy(StrEnum):
    """The message whose booked entries pay; the others inform. Some banks send only camt.052."""

    INTRADAY_REPORT = "camt.052"
    STATEMENT = "camt.053"


class OurAccount(msgspec.Struct, frozen=True):
    """An account that we pay from, or paid from once, and by which message it tells what paid."""

    iban: str
    settles_by: SettlesBy


class BankDay(msgspec.Struct, frozen=True):
    """A day on which banks are closed, or open, whatever the printed calendar says."""

    falls_on: date
    is_closed: bool


class KeptDay(msgspec.Struct, frozen=True):
    """A day that differs from the printed calendar, and why."""

    falls_on: date
    is_closed: bool
    reason: str
