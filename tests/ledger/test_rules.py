"""What the ledger refuses, in which order it writes, and what an ended agreement can give back."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from service.ids import AgreementId, BudgetLineId, InstalmentId, TransferId, new_id
from service.ledger import rules
from service.ledger.model import FLOWS, AccountKind, EndedCommitment, NewTransfer, Reason, Source
from service.money import Cents
from service.period import Month, Period, add_months

LINE = BudgetLineId(new_id())
AGREEMENT = AgreementId(new_id())
INSTALMENT = InstalmentId(new_id())
NEWEST = TransferId(new_id())
MONTHLY = Cents(350_00)


def ended(
    *,
    starts_on: date = date(2026, 3, 17),
    ends_on: date = date(2026, 9, 17),
    is_cancelled: bool = False,
    held_cents: int = 6 * MONTHLY,
    closed_months: tuple[date, ...] = (),
    open_cents: int = 0,
    overpaid_cents: int = 0,
    final_max_cents: int = 0,
    final_cents: int = 0,
    is_final_open: bool = False,
) -> EndedCommitment:
    return EndedCommitment(
        agreement_id=AGREEMENT,
        budget_line_id=LINE,
        starts_on=starts_on,
        period=Period(starts_on, ends_on),
        is_cancelled=is_cancelled,
        monthly_max_cents=MONTHLY,
        final_max_cents=Cents(final_max_cents),
        final_cents=Cents(final_cents),
        is_final_open=is_final_open,
        held_cents=Cents(held_cents),
        overpaid_cents=Cents(overpaid_cents),
        closed_months=[Month(month) for month in closed_months],
        open_cents=Cents(open_cents),
        newest_transfer_id=NEWEST,
    )


def posting(reason: Reason) -> NewTransfer:
    return NewTransfer(
        budget_line_id=LINE,
        reason=reason,
        amount_cents=MONTHLY,
        source_type=Source.INSTALMENT,
        source_id=INSTALMENT,
        effective_on=date(2026, 11, 2),
    )


def test_every_reason_names_two_different_accounts() -> None:
    flows = {reason: FLOWS[reason] for reason in Reason}

    assert all(flow.debit is not flow.credit for flow in flows.values())
    assert posting(Reason.SETTLED).flow == FLOWS[Reason.SETTLED]
    assert FLOWS[Reason.COMMITTED].credit is AccountKind.APPROPRIATION


@pytest.mark.parametrize(
    ("facts", "left_cents"),
    [
        pytest.param({"held_cents": 600_00}, 600_00, id="decided, so nothing is kept"),
        pytest.param({"held_cents": 600_00, "is_final_open": True}, 0, id="kept while it may come"),
        pytest.param(
            {"held_cents": 100_00, "is_final_open": True, "final_cents": 500_00},
            0,
            id="what is left of it is kept for the next milestone",
        ),
        pytest.param(
            {"held_cents": 100_00, "final_cents": 500_00}, 100_00, id="and free after the last"
        ),
    ],
)
def test_what_is_paid_besides_months_is_kept_until_it_is_decided(
    facts: dict[str, Any], left_cents: int
) -> None:
    closed = tuple(date(2026, month, 1) for month in range(4, 10))
    commitment = ended(closed_months=closed, final_max_cents=600_00, **facts)

    assert rules.unused(commitment) == left_cents


@pytest.mark.parametrize(
    ("forth", "back"),
    [
        (Reason.COMMITTED, Reason.COMMITMENT_RELEASED),
        (Reason.CALCULATED, Reason.CALCULATION_SUPERSEDED),
        (Reason.REJECTED, Reason.REJECTION_UNDONE),
        (Reason.REISSUED, Reason.REISSUE_UNDONE),
        (Reason.APPROVED, Reason.APPROVAL_VOIDED),
    ],
)
def test_a_mistake_is_a_transfer_the_other_way(forth: Reason, back: Reason) -> None:
    there, home = FLOWS[forth], FLOWS[back]

    assert (there.debit, there.credit) == (home.credit, home.debit)


def test_the_last_cent_of_an_appropriation_can_be_committed() -> None:
    rules.refuse_overspending(left_cents=Cents(2_100_00), needed_cents=Cents(2_100_00))


def test_a_shortfall_is_refused_and_named() -> None:
    with pytest.raises(rules.BudgetExhausted) as refused:
        rules.refuse_overspending(left_cents=Cents(2_099_99), needed_cents=Cents(2_100_00))

    assert refused.value.members == {"shortfall_cents": 1}


def test_what_gives_money_back_is_written_first() -> None:
    transfers = [posting(Reason.CALCULATED), posting(Reason.CALCULATION_SUPERSEDED)]

    ordered = rules.in_writing_order(transfers)

    assert [one.reason for one in ordered] == [Reason.CALCULATION_SUPERSEDED, Reason.CALCULATED]


SIX = tuple(date(2026, month, 1) for month in range(4, 10))


@pytest.mark.parametrize(
    ("commitment", "unused_cents"),
    [
        pytest.param(ended(), 0, id="nothing computed: every month may still cost its maximum"),
        pytest.param(
            ended(closed_months=SIX, held_cents=52_50), 52_50, id="all closed: the rest is free"
        ),
        pytest.param(
            ended(ends_on=date(2026, 6, 1)),
            3 * MONTHLY,
            id="ended early on 31 May: the third piece falls due in May, three never come",
        ),
        pytest.param(
            ended(
                ends_on=date(2026, 5, 17), closed_months=(date(2026, 4, 1),), held_cents=5 * 35000
            ),
            4 * MONTHLY,
            id="ended with a whole month: the second piece is open, four never come",
        ),
        pytest.param(
            ended(closed_months=SIX[:5], held_cents=100_00, open_cents=300_00),
            50_00,
            id="due but not approved: what it lacks to its maximum is kept",
        ),
        pytest.param(
            ended(ends_on=date(2026, 11, 2)), 0, id="extended: never more needed than is held"
        ),
        pytest.param(
            ended(ends_on=date(2026, 4, 1), held_cents=4 * MONTHLY, open_cents=2 * MONTHLY),
            4 * MONTHLY,
            id="ended before a month that is due: no more is freed than is held",
        ),
        pytest.param(
            ended(closed_months=SIX, held_cents=402_50, overpaid_cents=350_00),
            52_50,
            id="overpaid: what has not come back is not spent a second time",
        ),
        pytest.param(
            ended(is_cancelled=True), 6 * MONTHLY, id="cancelled before the start: all is free"
        ),
    ],
)
def test_an_ended_agreement_keeps_what_its_open_months_may_cost(
    commitment: EndedCommitment, unused_cents: int
) -> None:
    assert rules.unused(commitment) == unused_cents


@for_all(
    start=some.dates(date(2024, 1, 1), date(2030, 12, 31)),
    months=some.integers(1, 12),
    days_kept=some.integers(1, 366),
    closed=some.sets(some.integers(0, 13)),
)
def test_no_more_is_freed_than_was_held_and_never_what_is_needed(
    start: date, months: int, days_kept: int, closed: set[int]
) -> None:
    end = min(add_months(start, months), date.fromordinal(start.toordinal() + days_kept))
    first = start.replace(day=1)
    commitment = ended(
        starts_on=start,
        ends_on=end,
        held_cents=months * MONTHLY,
        closed_months=tuple(add_months(first, number) for number in closed),
    )

    freed = rules.unused(commitment)

    assert 0 <= freed <= months * MONTHLY
    assert freed % MONTHLY == 0
    assert closed or freed < months * MONTHLY


def test_what_is_freed_stems_from_the_newest_transfer() -> None:
    commitment = ended(closed_months=SIX, held_cents=52_50)

    (transfer,) = rules.released([commitment], on=date(2026, 11, 2))

    assert transfer.amount_cents == 52_50
    assert (transfer.source_type, transfer.source_id) == (Source.TRANSFER, NEWEST)


def test_where_nothing_is_unused_no_transfer_is_made() -> None:
    cancelled, needed = ended(is_cancelled=True), ended()

    (transfer,) = rules.released([cancelled, needed], on=date(2026, 11, 2))

    assert transfer.agreement_id == AGREEMENT
