"""What an order to the bank says: identifiers, names, days, texts."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.bank import orders
from service.bank.model import UnwrittenReason
from service.bank.outgoing import ApprovedLine, NewAttempt, Plan, Unwritable, UnwrittenLine
from service.bank_profiles.model import AddressForm, Transliteration
from service.bank_profiles.rules import alphabet_of
from service.ids import (
    AgreementId,
    AttemptId,
    BankAccountId,
    BudgetLineId,
    InstalmentId,
    PayoutId,
    PayoutLineId,
    SchemeId,
)
from service.ledger.model import Reason
from service.money import Cents
from service.period import Month
from tests.bank.samples import LATIN, LINE, PROFILE
from tests.kinds import SUBSIDY

IBAN = "XK051212012345678906"


@given(st.uuids(), st.integers(min_value=1, max_value=99))
def test_an_identifier_fits_a_bank_and_gives_the_row_back(line: UUID, number: int) -> None:
    name = orders.end_to_end_id(line, number)

    assert len(name) <= 35
    assert name.isascii()
    letters, _, attempt_number = name[1:].partition("-")
    assert int(attempt_number) == number
    assert sum(value_of(one) << 5 * place for place, one in enumerate(letters[::-1])) == line.int


def value_of(letter: str) -> int:
    """The value of a letter in Crockford's alphabet."""
    return "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)


def line(
    name: str = "Furra Çeliku Sh.p.k.",
    number: int = 1,
    *,
    cents: int = 350_00,
    is_urgent: bool = False,
) -> NewAttempt:
    """An order about to be sent to a firm."""
    return NewAttempt(
        id=AttemptId(UUID(int=number)),
        line=ApprovedLine(
            id=PayoutLineId(UUID(int=LINE.int + number)),
            instalment_id=InstalmentId(LINE),
            agreement_id=AgreementId(LINE),
            month=Month(date(2026, 10, 1)),
            kind=SUBSIDY,
            scheme_id=SchemeId(LINE),
            budget_line_id=BudgetLineId(LINE),
            payee_name=name,
            town="Prishtinë",
            bank_account_id=BankAccountId(LINE),
            iban_sealed=b"",
            iban_index=b"",
            amount_cents=Cents(cents),
            is_urgent=is_urgent,
            reissues=None,
            attempt_number=1,
        ),
        number=1,
        end_to_end_id=f"E{number}-1",
        iban=IBAN,
    )


ALPHABET = alphabet_of(
    LATIN, [Transliteration(one, other, is_shared=True) for one, other in [("Ç", "C"), ("ë", "e")]]
)


def test_a_payment_tells_the_bank_a_name_a_reference_and_a_month() -> None:
    (payment,) = orders.payments_of([line()], PROFILE, ALPHABET)

    assert payment.payee_name == "Furra Celiku Sh.p.k."
    reference, month = payment.text.split(" ")
    assert month == "2026-10"
    assert reference[:2] == "I-"
    assert reference[2:].isalnum()
    assert payment.town is None


def test_a_town_is_told_only_to_a_bank_that_asks_for_it() -> None:
    asking = msgspec.structs.replace(PROFILE, address_form=AddressForm.STRUCTURED)

    (payment,) = orders.payments_of([line()], asking, ALPHABET)

    assert (payment.town, payment.country) == ("Prishtine", "XK")


@pytest.mark.parametrize(
    ("name", "iban", "cents", "reason", "said"),
    [
        ("Дукађин", IBAN, 1, UnwrittenReason.LETTERS, "Д а и к н у ђ"),
        ("x" * 71, IBAN, 1, UnwrittenReason.LENGTH, "71 letters"),
        (" ", IBAN, 1, UnwrittenReason.LENGTH, "0 letters"),
        ("Furra", "XK051212012345678907", 1, UnwrittenReason.IBAN, "account number"),
        ("Furra", None, 1, UnwrittenReason.IBAN, "account number"),
        ("Furra", IBAN, 100_001, UnwrittenReason.AMOUNT, "€1,000.00"),
    ],
)
def test_a_line_that_no_file_can_hold_is_named_with_a_reason(
    name: str, iban: str | None, cents: int, reason: UnwrittenReason, said: str
) -> None:
    limited = msgspec.structs.replace(PROFILE, payment_cents_max=Cents(100_000))

    found = orders.complaint(line(name, cents=cents).line, iban, limited, ALPHABET)

    assert found is not None
    assert found.reason is reason
    assert said in orders.sentence_of(unwritten(name, cents, found))


def unwritten(name: str, cents: int, found: Unwritable) -> UnwrittenLine:
    """A line that was left out, as people see it."""
    return UnwrittenLine(
        payout_line_id=found.line_id,
        payout_id=PayoutId(LINE),
        payout_reference="P-1",
        month=Month(date(2026, 10, 1)),
        payee_name=name,
        amount_cents=Cents(cents),
        reason=found.reason,
        detail=found.detail,
        recorded_at=datetime(2026, 11, 2, tzinfo=UTC),
        released_at=None,
    )


def test_limits_and_channels_divide_a_payout_into_files() -> None:
    limited = msgspec.structs.replace(
        PROFILE, payments_per_file_max=3, file_cents_max=Cents(1_000), payment_cents_max=Cents(900)
    )
    plan = Plan(files=[], unwritable=[])

    for cents in (400, 400, 300, 100, 100, 100):
        orders.plan_files(plan, [line(cents=cents).line], limited)
    orders.plan_files(plan, [line(cents=900, is_urgent=True).line], limited)

    assert [(one.ordinal, one.payment_count, one.total_cents) for one in plan.files] == [
        (1, 2, 800),
        (2, 3, 500),
        (3, 1, 100),
        (4, 1, 900),
    ]
    assert [one.is_urgent for one in plan.files] == [False, False, False, True]


def test_each_file_of_a_payout_has_identifiers_of_its_own() -> None:
    names = {orders.file_identifier(letter, LINE, number) for letter in "MP" for number in (1, 2)}

    assert len(names) == 4
    assert all(len(name) <= 35 and "/" not in name for name in names)


def test_approved_money_is_in_transit_once_it_is_sent() -> None:
    (transfer,) = orders.exported_transfers([line()], on=date(2026, 11, 2))

    assert (transfer.reason, transfer.amount_cents) == (Reason.EXPORTED, 350_00)
    assert transfer.source_id == UUID(int=1)
