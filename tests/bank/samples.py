"""Orders, entries and files that the bank's tests are about."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID

from service.bank.model import (
    Attempt,
    AttemptState,
    Effect,
    Entry,
    EntryBooking,
    EntryKind,
)
from service.bank.outgoing import Payment, PaymentOrder
from service.bank.pain001 import stream_order
from service.bank_profiles.model import (
    AddressForm,
    BankProfile,
    ChargeBearer,
    MessageVersion,
)
from service.ids import AgreementId, AttemptId, BankAccountId, BankProfileId, BudgetLineId
from service.money import Cents
from service.period import Month
from tests.kinds import SUBSIDY

FILES = Path(__file__).parent / "files"
OUR_ACCOUNT = "XK051000130000041708"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "
PROFILE = BankProfile(
    id=BankProfileId(UUID(int=501)),
    name="treasury",
    number=1,
    debtor_name="Agjencia e Punesimit",
    debtor_iban=OUR_ACCOUNT,
    debtor_bic="AGPNXKPR",
    charge_bearer=ChargeBearer.SHARED,
    purpose="AEMP",
    category_purpose="GOVT",
    version=MessageVersion.V09,
    service_level=None,
    address_form=AddressForm.NONE,
    is_batch_booked=False,
    letters=LATIN,
    payments_per_file_max=100_000,
    file_cents_max=Cents(99_999_999_999),
    payment_cents_max=Cents(99_999_999_999),
    payee_cents_max=None,
    cut_off=time(14),
    days_ahead_max=30,
    proposed_at=datetime(2026, 1, 2, tzinfo=UTC),
    proposed_by=None,
    confirmed_at=datetime(2026, 1, 2, tzinfo=UTC),
    refused_at=None,
    retired_at=None,
)
LINE = UUID("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")


def sample(name: str) -> bytes:
    """A file of tests/bank/files."""
    return (FILES / name).read_bytes()


def write_order(order: PaymentOrder) -> bytes:
    """All the bytes of an order at once; OrderNotValid or OrderDiffersFromApproval."""
    return b"".join(stream_order(order))


def payment(name: str = "E-ONE-1", amount_cents: int = 350_00) -> Payment:
    """A payment to a firm."""
    return Payment(
        end_to_end_id=name,
        payee_name="Furra Celiku Sh.p.k.",
        iban="XK051212012345678906",
        amount_cents=Cents(amount_cents),
        text="I-7K3M92QFA0 2026-10",
    )


def order(*payments: Payment) -> PaymentOrder:
    """An order whose approved totals are those of its payments, in the order of their ids."""
    payments = tuple(sorted(payments, key=lambda one: one.end_to_end_id))
    return PaymentOrder(
        message_id="M-ONE",
        block_id="P-ONE",
        created_at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        execute_on=date(2026, 11, 3),
        profile=PROFILE,
        payments=payments,
        approved_count=len(payments),
        approved_cents=Cents(sum(one.amount_cents for one in payments)),
    )


def attempt(
    name: str = "E-ONE-1", state: AttemptState = AttemptState.SENT, amount_cents: int = 350_00
) -> Attempt:
    """An order that was sent."""
    return Attempt(
        id=AttemptId(UUID(int=int.from_bytes(name.encode()))),
        end_to_end_id=name,
        state=state,
        amount_cents=Cents(amount_cents),
        agreement_id=AgreementId(LINE),
        month=Month(date(2026, 10, 1)),
        kind=SUBSIDY,
        budget_line_id=BudgetLineId(LINE),
        bank_account_id=BankAccountId(LINE),
    )


def entry(says: Effect, name: str | None = "E-ONE-1", amount_cents: int | None = 350_00) -> Entry:
    """A status for what a status may say, a booked debit for a payment, a credit for a return."""
    kinds = {Effect.SETTLED: EntryKind.DEBIT, Effect.RETURNED: EntryKind.CREDIT}
    kind = kinds.get(says, EntryKind.STATUS)
    return Entry(
        key=f"{says} {name} {amount_cents}".encode(),
        kind=kind,
        says=says,
        end_to_end_id=name,
        amount_cents=None if amount_cents is None else Cents(amount_cents),
        booked_on=date(2026, 11, 3),
        reason_code="AC04" if says in {Effect.REJECTED, Effect.RETURNED} else None,
        booking=EntryBooking.STATUS if kind is EntryKind.STATUS else EntryBooking.BOOKED,
    )
