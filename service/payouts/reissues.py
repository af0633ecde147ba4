"""How payments that failed come into a new payout: as lines of their own, never as a new claim."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import msgspec

from service.failures.model import FailedAttempt
from service.ids import AttemptId, InstalmentId
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.payouts.model import Delta, LineToApprove


class Reissue(Delta, frozen=True):
    """A failed payment that is paid again: due is what failed, to the account now in force."""

    attempt_id: AttemptId


def with_reissues(
    deltas: Iterable[Delta],
    failed: Iterable[FailedAttempt],
    *,
    blocked: Collection[InstalmentId] = frozenset(),
) -> Iterator[Delta]:
    """What is due and overpaid, and what is paid again of what failed.

    Money that failed and is not paid again now never reached the payee: so much of what its month
    was, on paper, paid too much is not kept back from other months.
    """
    waiting: dict[InstalmentId, int] = {}
    for one in failed:
        if one.is_requested and one.bank_account_id and one.instalment_id not in blocked:
            yield Reissue(
                agreement_id=one.agreement_id,
                month=one.month,
                instalment_id=one.instalment_id,
                delta_cents=one.amount_cents,
                payee=one.payee,
                bank_account_id=one.bank_account_id,
                payee_name=one.payee_name,
                attempt_id=one.attempt_id,
            )
        else:
            waiting[one.instalment_id] = waiting.get(one.instalment_id, 0) + one.amount_cents
    for delta in deltas:
        cents = waiting.get(delta.instalment_id, 0)
        if delta.delta_cents < 0 and cents:
            left = min(0, delta.delta_cents + cents)
            yield msgspec.structs.replace(delta, delta_cents=Cents(left))
        else:
            yield delta


def requested(failed: Iterable[FailedAttempt]) -> list[InstalmentId]:
    """The instalments whose failed payments somebody wants paid again, for their checks."""
    return [one.instalment_id for one in failed if one.is_requested]


def reissued_transfers(
    lines: Iterable[LineToApprove], *, on: date, reason: Reason = Reason.REISSUED
) -> list[NewTransfer]:
    """What approval moves before the lines: what failed is calculated once more, to be approved or
    kept back like anything due. With `reissue_undone` the same the other way, after an approval
    that was taken back."""
    return [
        NewTransfer(
            budget_line_id=line.budget_line_id,
            reason=reason,
            amount_cents=line.due_cents,
            source_type=Source.PAYOUT_LINE,
            source_id=line.id,
            agreement_id=line.agreement_id,
            month=line.month,
            kind=line.kind,
            effective_on=on,
        )
        for line in lines
        if line.reissues is not None
    ]
