"""What an order to the bank says: identifiers, names, days, texts."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.bank import orders
from service.bank.model import ApprovedTotals, NewAttempt, PaymentOrder
from service.bank.orders import PayeesNotForBank
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
from service.instalments.model import SUBSIDY
from service.ledger.model import Reason
from service.money import Cents
from service.payouts.model import ExportLine
from service.period import Month
from tests.bank.samples import LINE, PROFILE


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


@pytest.mark.parametrize(
    ("asked", "bank_day"),
    [
        (date(2026, 11, 3), date(2026, 11, 3)),  # a Tuesday
        (date(2026, 11, 7), date(2026, 11, 9)),  # a weekend
        (date(2026, 1, 1), date(2026, 1, 5)),  # New Year, Kosovo's second day, a weekend
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday is TARGET's, Easter Monday everyone's
        (date(2026, 2, 17), date(2026, 2, 18)),  # Independence Day is Kosovo's
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas and the weekend
    ],
)
def test_payments_run_on_days_that_all_banks_work(asked: date, bank_day: date) -> None:
    assert orders.next_bank_day(asked, {}) == bank_day


def test_a_feast_announced_late_moves_the_day() -> None:
    closings = {date(2026, 5, 27): False, date(2026, 5, 28): True}

    assert orders.next_bank_day(date(2026, 5, 27), closings) == date(2026, 5, 27)
    assert orders.next_bank_day(date(2026, 5, 28), closings) == date(2026, 5, 29)


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
def test_a_bank_day_is_never_a_weekend_nor_far(asked: date) -> None:
    bank_day = orders.next_bank_day(asked, {})

    assert bank_day.weekday() < 5
    assert 0 <= (bank_day - asked).days <= 6


def line(name: str = "Furra Çeliku Sh.p.k.", number: int = 1) -> NewAttempt:
    """An order about to be sent to a firm."""
    return NewAttempt(
        id=AttemptId(UUID(int=number)),
        line=ExportLine(
            id=PayoutLineId(UUID(int=LINE.int + number)),
            instalment_id=InstalmentId(LINE),
            agreement_id=AgreementId(LINE),
            month=Month(date(2026, 10, 1)),
            kind=SUBSIDY,
            scheme_id=SchemeId(LINE),
            budget_line_id=BudgetLineId(LINE),
            payee_name=name,
            bank_account_id=BankAccountId(LINE),
            iban_sealed=b"",
            iban_index=b"",
            amount_cents=Cents(350_00),
            reissues=None,
            attempt_number=1,
        ),
        number=1,
        end_to_end_id=f"E{number}-1",
        iban="XK051212012345678906",
    )


def order_of(*attempts: NewAttempt) -> PaymentOrder:
    """The order for some attempts, approved as they are."""
    approved_at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    return orders.order_of(
        PayoutId(LINE),
        attempts,
        profile=PROFILE,
        approved=ApprovedTotals(len(attempts), Cents(350_00 * len(attempts)), approved_at),
        created_at=approved_at,
        execute_on=date(2026, 11, 3),
    )


def test_a_payment_tells_the_bank_a_name_a_reference_and_a_month() -> None:
    (payment,) = order_of(line()).payments

    assert payment.payee_name == "Furra Celiku Sh.p.k."
    reference, month = payment.text.split(" ")
    assert month == "2026-10"
    assert reference[:2] == "I-"
    assert reference[2:].isalnum()


def test_names_that_cannot_be_written_are_refused_line_by_line() -> None:
    attempts = [line(), line("Дукађин", 2), line("x" * 71, 3)]

    with pytest.raises(PayeesNotForBank) as refused:
        order_of(*attempts)

    fields = refused.value.members["fields"]
    assert isinstance(fields, dict)
    assert list(fields) == [str(one.line.id) for one in attempts[1:]]
    assert "71" in fields[str(attempts[2].line.id)]


def test_approved_money_is_in_transit_once_it_is_sent() -> None:
    (transfer,) = orders.exported_transfers([line()], on=date(2026, 11, 2))

    assert (transfer.reason, transfer.amount_cents) == (Reason.EXPORTED, 350_00)
    assert transfer.source_id == UUID(int=1)
