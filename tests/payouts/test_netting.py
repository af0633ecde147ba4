"""Which lines follow from deltas, and what each keeps back."""

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from service.ids import (
    AgreementId,
    BankAccountId,
    BudgetLineId,
    InstalmentId,
    PayoutLineId,
    PayoutNettingId,
    new_id,
)
from service.ledger.model import Reason, Source
from service.money import Cents
from service.payouts import rules
from service.payouts.model import Delta, LineToApprove, NettingToApprove, NewLine
from service.period import Month, add_months
from service.schemes.model import Payee
from tests.kinds import SUBSIDY

DRITA = AgreementId(new_id())
ARBEN = AgreementId(new_id())
FIRST = date(2026, 1, 1)
Amount = tuple[int, int, int]


def delta(
    number: int,
    cents: int,
    *,
    of: AgreementId = DRITA,
    to: Payee = Payee.EMPLOYER,
    has_account: bool = True,
) -> Delta:
    """The delta of the month of that number."""
    return Delta(
        of,
        Month(add_months(FIRST, number)),
        InstalmentId(new_id()),
        Cents(cents),
        to,
        BankAccountId(new_id()) if has_account else None,
        "Drita" if has_account else None,
    )


def amounts(lines: list[NewLine]) -> list[Amount]:
    return [(line.due_cents, line.netted_cents, line.amount_cents) for line in lines]


@pytest.mark.parametrize(
    ("deltas", "lines"),
    [
        pytest.param([delta(0, 350)], [(350, 0, 350)], id="nothing was overpaid"),
        pytest.param([delta(0, -70), delta(1, 350)], [(350, 70, 280)], id="part is kept back"),
        pytest.param([delta(0, -350), delta(1, 350)], [(350, 350, 0)], id="all is kept back"),
        pytest.param(
            [delta(0, -400), delta(1, 350), delta(2, 350)],
            [(350, 350, 0), (350, 50, 300)],
            id="the oldest line bears it first",
        ),
        pytest.param([delta(2, -70), delta(1, 350)], [(350, 70, 280)], id="a later month too"),
        pytest.param([delta(0, -70)], [], id="what no line can bear waits"),
        pytest.param(
            [delta(0, -70), delta(1, 350, has_account=False)], [], id="no account, no line"
        ),
        pytest.param(
            [delta(0, -70), delta(1, 350, of=ARBEN)],
            [(350, 0, 350)],
            id="nobody pays for another's agreement",
        ),
        pytest.param(
            [delta(0, -70), delta(1, 350, to=Payee.CANDIDATE)],
            [(350, 0, 350)],
            id="the candidate does not pay for the employer",
        ),
        pytest.param(
            [delta(0, -70), delta(1, 300, to=Payee.CANDIDATE), delta(1, 100)],
            [(100, 70, 30), (300, 0, 300)],
            id="the overpaid payee's own line bears it",
        ),
    ],
)
def test_lines_pay_what_is_due_less_what_the_same_agreement_was_overpaid(
    deltas: list[Delta], lines: list[Amount]
) -> None:
    assert amounts(rules.lines_of(deltas)) == lines


def test_the_oldest_overpaid_month_is_made_good_first() -> None:
    march, april = delta(2, -50), delta(3, -350)

    (line,) = rules.lines_of([april, march, delta(4, 100)])

    assert [(one.instalment_id, one.amount_cents) for one in line.nettings] == [
        (march.instalment_id, 50),
        (april.instalment_id, 50),
    ]


@for_all(some.lists(some.integers(-400, 400).filter(bool), max_size=12))
def test_no_line_pays_less_than_nothing_and_no_month_gives_more_than_it_was_overpaid(
    cents: list[int],
) -> None:
    deltas = [delta(number, one) for number, one in enumerate(cents)]

    lines = rules.lines_of(deltas)

    due, overpaid = sum(one for one in cents if one > 0), -sum(one for one in cents if one < 0)
    assert sum(line.due_cents for line in lines) == due
    assert sum(line.netted_cents for line in lines) == min(due, overpaid)
    assert all(0 <= line.amount_cents <= line.due_cents for line in lines)
    for one in deltas:
        kept = sum(
            netting.amount_cents
            for line in lines
            for netting in line.nettings
            if netting.instalment_id == one.instalment_id
        )
        assert kept <= max(0, -one.delta_cents)


def test_approval_keeps_the_books_of_both_months_apart() -> None:
    line = LineToApprove(
        id=PayoutLineId(new_id()),
        instalment_id=InstalmentId(new_id()),
        agreement_id=DRITA,
        month=Month(date(2026, 4, 1)),
        kind=SUBSIDY,
        budget_line_id=BudgetLineId(new_id()),
        amount_cents=Cents(280),
    )
    netting = NettingToApprove(
        PayoutNettingId(new_id()), line.id, Month(date(2026, 3, 1)), SUBSIDY, Cents(70)
    )

    paid, netted, made_good = rules.transfers_of([line], [netting], on=date(2026, 5, 2))

    assert (paid.reason, paid.amount_cents, paid.month) == (Reason.APPROVED, 280, line.month)
    assert (netted.reason, netted.amount_cents, netted.month) == (Reason.NETTED, 70, line.month)
    assert (made_good.reason, made_good.amount_cents) == (Reason.MADE_GOOD, 70)
    assert made_good.month == netting.overpaid_month
    assert {netted.source_type, made_good.source_type} == {Source.PAYOUT_NETTING}
