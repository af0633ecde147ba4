"""What the ledger refuses, and the order in which transfers are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count

from service.i18n import N_
from service.ids import AgreementId, BudgetLineId
from service.instalments.model import PaymentKind
from service.ledger.model import (
    AccountKind,
    Balance,
    Due,
    EndedCommitment,
    NewTransfer,
    Reason,
    Shortfall,
    Source,
)
from service.money import ZERO, Cents
from service.period import Month, add_months, month_of, month_period
from service.problems import Problem

# A commitment is raised, or money comes back to it, before any of it is drawn.
GIVING_BACK = frozenset(
    {
        Reason.COMMITTED,
        Reason.COMMITMENT_RELEASED,
        Reason.CALCULATION_SUPERSEDED,
        Reason.OVERPAID,
        Reason.NETTED,
        Reason.REISSUED,
        Reason.MADE_GOOD_VOIDED,
    }
)


class BudgetExhausted(Problem):
    """The budget line has less left than the agreement needs."""

    slug = "budget-exhausted"
    title = N_(
        "The budget line has too little left for this agreement. "
        "Ask the finance office to raise the appropriation, or choose another scheme."
    )
    status = 409


def refuse_overspending(*, left_cents: Cents, needed_cents: Cents) -> None:
    """BudgetExhausted, with the shortfall in cents, when more is needed than is left."""
    if needed_cents > left_cents:
        raise BudgetExhausted(shortfall_cents=needed_cents - left_cents)


def uncovered(
    shortfalls: Iterable[Shortfall], left_cents: Mapping[BudgetLineId, Cents]
) -> frozenset[AgreementId]:
    """The agreements whose commitments cannot be raised by what they lack, from what lines have.

    Those of one line are served in the order given; one that lacks too much leaves what is left to
    those after it.
    """
    left = dict(left_cents)
    refused = set()
    for short in shortfalls:
        if short.short_cents > left[short.budget_line_id]:
            refused.add(short.agreement_id)
        else:
            left[short.budget_line_id] = Cents(left[short.budget_line_id] - short.short_cents)
    return frozenset(refused)


def in_writing_order(transfers: Iterable[NewTransfer]) -> list[NewTransfer]:
    """What gives money back comes first, so that no account is short between two rows."""
    return sorted(transfers, key=lambda transfer: transfer.reason not in GIVING_BACK)


def changes(due: Due, balance: Balance | None) -> Iterator[NewTransfer]:
    """The transfers after which the ledger says what is due now; none when it says so already.

    What is due beyond what approved payouts hold is `calculated`; what these hold beyond what is
    due is `recoverable`. Only the difference to what stands is posted.
    """
    held = balance or Balance(*_parts(due), ZERO, ZERO, ZERO)
    open_cents = due.due_cents - held.put_in_cents
    more_cents = max(open_cents, 0) - held.calculated_cents
    better_cents = min(open_cents, 0) - held.recoverable_cents
    if more_cents:
        reason = Reason.CALCULATED if more_cents > 0 else Reason.CALCULATION_SUPERSEDED
        yield _of_instalment(due, reason, abs(more_cents))
    if better_cents:
        reason = Reason.OVERPAYMENT_UNDONE if better_cents > 0 else Reason.OVERPAID
        yield _of_instalment(due, reason, abs(better_cents))


def _parts(due: Due) -> tuple[AgreementId, Month, PaymentKind]:
    return due.key.agreement_id, due.key.month, due.key.kind


def _of_instalment(due: Due, reason: Reason, cents: int) -> NewTransfer:
    source_type, source_id = due.source or (Source.INSTALMENT, due.instalment_id)
    return NewTransfer(
        budget_line_id=due.budget_line_id,
        reason=reason,
        amount_cents=Cents(cents),
        source_type=source_type,
        source_id=source_id,
        agreement_id=due.key.agreement_id,
        month=due.key.month,
        kind=due.key.kind,
        effective_on=month_period(due.key.month).last_day,
    )


def drawn(
    transfers: Iterable[NewTransfer],
) -> dict[tuple[AgreementId, BudgetLineId], Cents]:
    """What each agreement draws from its commitment in all, in cents, where that is above zero."""
    sums: dict[tuple[AgreementId, BudgetLineId], int] = defaultdict(int)
    for transfer in transfers:
        assert transfer.agreement_id is not None, "only agreements draw on commitments"
        key = transfer.agreement_id, transfer.budget_line_id
        if transfer.flow.credit is AccountKind.COMMITTED:
            sums[key] += transfer.amount_cents
        if transfer.flow.debit is AccountKind.COMMITTED:
            sums[key] -= transfer.amount_cents
    return {key: Cents(cents) for key, cents in sums.items() if cents > 0}


def recommitted(
    shortfalls: Iterable[Shortfall], transfers: Iterable[NewTransfer]
) -> list[NewTransfer]:
    """The commitments to raise, each by what it lacks; the instalment that draws is the source."""
    drawing = {
        transfer.agreement_id: transfer
        for transfer in transfers
        if transfer.flow.credit is AccountKind.COMMITTED
    }
    return [
        NewTransfer(
            budget_line_id=short.budget_line_id,
            reason=Reason.COMMITTED,
            amount_cents=short.short_cents,
            source_type=drawing[short.agreement_id].source_type,
            source_id=drawing[short.agreement_id].source_id,
            agreement_id=short.agreement_id,
            effective_on=drawing[short.agreement_id].effective_on,
        )
        for short in shortfalls
    ]


def unused(commitment: EndedCommitment) -> Cents:
    """What an ended agreement can no longer use, in cents: what it holds beyond its open months.

    What it was overpaid is money spent already, and stays held until it has come back.
    Each programme month may cost the scheme's monthly maximum; it falls due in the calendar month
    of its last day, which an early end may bring forward. What is paid besides, such as a retention
    part after the last of them, may cost its own maximum until all is decided.
    """
    if commitment.is_cancelled:
        return commitment.held_cents
    open_pieces = sum(
        month_of(due_on) not in commitment.closed_months for due_on in _last_days(commitment)
    )
    # Less than nothing where an end recorded late has left a due month behind: it comes back later.
    months_cents = max(0, open_pieces * commitment.monthly_max_cents - commitment.open_cents)
    needed_cents = months_cents + _final_left(commitment)
    return Cents(max(0, commitment.held_cents - needed_cents - commitment.overpaid_cents))


def _final_left(commitment: EndedCommitment) -> int:
    if not commitment.is_final_open:
        return 0
    return max(0, commitment.final_max_cents - commitment.final_cents)


def _last_days(commitment: EndedCommitment) -> Iterator[date]:
    """The last day of each programme month that has begun before the agreement's end."""
    for number in count():
        if add_months(commitment.starts_on, number) not in commitment.period:
            return
        following = add_months(commitment.starts_on, number + 1)
        yield min(following, commitment.period.end) - timedelta(days=1)


def released(commitments: Iterable[EndedCommitment], *, on: date) -> list[NewTransfer]:
    """The transfers that set free what is unused.

    The agreement's newest transfer is their source: nothing is set free twice from one standing,
    and whatever moves its money afterwards can set free more.
    """
    return [
        NewTransfer(
            budget_line_id=commitment.budget_line_id,
            reason=Reason.COMMITMENT_RELEASED,
            amount_cents=unused(commitment),
            source_type=Source.TRANSFER,
            source_id=commitment.newest_transfer_id,
            agreement_id=commitment.agreement_id,
            effective_on=on,
        )
        for commitment in commitments
        if unused(commitment)
    ]
