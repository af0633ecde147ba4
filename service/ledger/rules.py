"""What the ledger refuses, and the order in which transfers are written."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count

from service.i18n import N_
from service.ledger.model import EndedCommitment, NewTransfer, Reason, Source
from service.money import Cents
from service.period import add_months, month_of
from service.problems import Problem

GIVING_BACK = frozenset({Reason.COMMITMENT_RELEASED, Reason.CALCULATION_SUPERSEDED})


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


def in_writing_order(transfers: Iterable[NewTransfer]) -> list[NewTransfer]:
    """What gives money back comes first, so that no account is short between two rows."""
    return sorted(transfers, key=lambda transfer: transfer.reason not in GIVING_BACK)


def unused(commitment: EndedCommitment) -> Cents:
    """What an ended agreement can no longer use, in cents: what it holds beyond its open months.

    Each programme month may cost the scheme's monthly maximum; it falls due in the calendar month
    of its last day, which an early end may bring forward.
    """
    if commitment.is_cancelled:
        return commitment.held_cents
    open_pieces = sum(
        month_of(due_on) not in commitment.closed_months for due_on in _last_days(commitment)
    )
    # Less than nothing where an end recorded late has left a due month behind: it comes back later.
    needed_cents = max(0, open_pieces * commitment.monthly_max_cents - commitment.open_cents)
    return Cents(max(0, commitment.held_cents - needed_cents))


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
