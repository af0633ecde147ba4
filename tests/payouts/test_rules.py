"""One content, and moves that only go forward."""

from datetime import date
from hashlib import sha256
from uuid import UUID

import pytest

from service.actor import Actor, Role
from service.ids import (
    AccountId,
    AgreementId,
    BudgetLineId,
    InstalmentId,
    PayoutId,
    PayoutLineId,
    new_id,
)
from service.ledger.model import Reason, Source
from service.money import Cents
from service.payouts import rules
from service.payouts.model import (
    MOVES,
    LineToApprove,
    LockedPayout,
    PayoutEvent,
    PayoutState,
    StaleLine,
    StaleReason,
)
from service.period import Month
from service.problems import NotAllowed, Problem
from tests.kinds import SUBSIDY

PREPARER = AccountId(new_id())
SEEN = sha256(b"what was put up").digest()
OTHER = sha256(b"something else").digest()
OCTOBER = Month(date(2026, 10, 1))


def payout(state: PayoutState = PayoutState.SUBMITTED) -> LockedPayout:
    return LockedPayout(PayoutId(new_id()), OCTOBER, state, SEEN, PREPARER, 1, 1)


def person(role: Role = Role.FINANCE_OFFICER, account: UUID | None = None) -> Actor:
    return Actor(role=role, account_id=AccountId(account or new_id()))


STALE = StaleLine(
    PayoutLineId(new_id()), "Drita", OCTOBER, Cents(350_00), StaleReason.ACCOUNT_CHANGED
)


def test_a_finance_officer_puts_up() -> None:
    rules.refuse_unless_preparer(person(Role.FINANCE_OFFICER))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FINANCE_OFFICER}))
def test_nobody_else_puts_up(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.refuse_unless_preparer(person(role))


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER])
def test_finance_sends_to_the_bank(role: Role) -> None:
    rules.refuse_unless_finance(person(role))


@pytest.mark.parametrize("role", sorted(set(Role) - rules.FINANCE))
def test_nobody_else_sends_to_the_bank(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.refuse_unless_finance(person(role))


def test_a_month_is_paid_from_the_day_after_its_last() -> None:
    rules.refuse_unfinished(OCTOBER, date(2026, 11, 1))


@pytest.mark.parametrize("today", [date(2026, 10, 31), date(2026, 9, 1), date(2025, 12, 31)])
def test_a_month_that_runs_or_is_to_come_is_not_paid(today: date) -> None:
    with pytest.raises(rules.TooEarlyToPay):
        rules.refuse_unfinished(OCTOBER, today)


def test_a_payout_without_lines_is_refused() -> None:
    with pytest.raises(rules.NothingToPay):
        rules.refuse_empty([])


@pytest.mark.parametrize(
    ("state", "event", "following"),
    [(state, event, following) for state in MOVES for event, following in MOVES[state].items()],
)
def test_the_table_of_moves_is_followed(
    state: PayoutState, event: PayoutEvent, following: PayoutState
) -> None:
    assert rules.move(payout(state), event) is following


@pytest.mark.parametrize(
    ("state", "event", "problem"),
    [
        (PayoutState.APPROVED, PayoutEvent.APPROVED, rules.AlreadyDecided),
        (PayoutState.REJECTED, PayoutEvent.APPROVED, rules.AlreadyDecided),
        (PayoutState.EXPORTED, PayoutEvent.REJECTED, rules.AlreadyDecided),
        (PayoutState.EXPORTED, PayoutEvent.VOIDED, rules.AlreadyDecided),
        (PayoutState.WITHDRAWN, PayoutEvent.APPROVED, rules.AlreadyDecided),
        (PayoutState.SUBMITTED, PayoutEvent.VOIDED, rules.AlreadyDecided),
        (PayoutState.APPROVED, PayoutEvent.WITHDRAWN, rules.AlreadyDecided),
        (PayoutState.VOIDED, PayoutEvent.EXPORTED, rules.NotApproved),
        (PayoutState.SUBMITTED, PayoutEvent.EXPORTED, rules.NotApproved),
        (PayoutState.EXPORTED, PayoutEvent.EXPORTED, rules.NotApproved),
    ],
)
def test_other_moves_are_refused(
    state: PayoutState, event: PayoutEvent, problem: type[Problem]
) -> None:
    with pytest.raises(problem):
        rules.move(payout(state), event)


def test_no_state_leads_back() -> None:
    order = list(PayoutState)
    backwards = [
        (state, following)
        for state, moves in MOVES.items()
        for following in moves.values()
        if order.index(following) <= order.index(state)
    ]

    assert not backwards


def test_what_was_seen_and_still_is_may_be_signed() -> None:
    rules.refuse_unseen(payout(), SEEN)
    rules.refuse_changed(payout(), now=SEEN, stale=[])


@pytest.mark.parametrize(
    ("seen", "now", "stale"),
    [
        pytest.param(OTHER, SEEN, [], id="another content was seen"),
        pytest.param(SEEN, OTHER, [], id="the content changed since"),
        pytest.param(OTHER, OTHER, [], id="the change was seen, but not put up"),
        pytest.param(SEEN[:16], SEEN, [], id="half a digest"),
        pytest.param(SEEN, SEEN, [STALE], id="a line no longer stands"),
    ],
)
def test_anything_else_is_refused(seen: bytes, now: bytes, stale: list[StaleLine]) -> None:
    def decide() -> None:
        rules.refuse_unseen(payout(), seen)
        rules.refuse_changed(payout(), now=now, stale=stale)

    with pytest.raises(rules.ContentChanged):
        decide()


def test_approval_moves_each_line_once_from_calculated_to_approved() -> None:
    line = LineToApprove(
        id=PayoutLineId(new_id()),
        instalment_id=InstalmentId(new_id()),
        agreement_id=AgreementId(new_id()),
        month=OCTOBER,
        kind=SUBSIDY,
        budget_line_id=BudgetLineId(new_id()),
        amount_cents=Cents(350_00),
    )

    (transfer,) = rules.transfers_of([line], [], on=date(2026, 11, 2))

    assert transfer.reason is Reason.APPROVED
    assert (transfer.source_type, transfer.source_id) == (Source.PAYOUT_LINE, line.id)
    assert (transfer.amount_cents, transfer.month) == (350_00, OCTOBER)
