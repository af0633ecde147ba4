"""What recoveries move in the ledger: raised, reduced, set off, repaid, written off, undone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from service.ids import BudgetLineId
from service.instalments.model import Key
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents
from service.recoveries.model import KeptLine, Means, NewChange, NewSettlement

SETTLING = {
    Means.REPAID: Reason.REPAID,
    Means.WRITTEN_OFF: Reason.WRITTEN_OFF,
    Means.WRITTEN_OFF_UNDONE: Reason.WRITTEN_OFF_UNDONE,
}


def of_changes(
    changes: Iterable[NewChange], *, budget_line_id: BudgetLineId, on: date
) -> list[NewTransfer]:
    """What is claimed leaves what was paid, and goes back there when it is claimed no more."""
    return [
        _transfer(
            Reason.RECOVERY_RAISED if one.change.amount_cents > 0 else Reason.RECOVERY_REDUCED,
            abs(one.change.amount_cents),
            one.change.key,
            budget_line_id,
            source=(Source.RECOVERY_CHANGE, one.id),
            on=on,
        )
        for one in changes
    ]


def of_settlements(
    settlements: Iterable[NewSettlement], *, budget_line_id: BudgetLineId, on: date
) -> list[NewTransfer]:
    """What is repaid or given up; a repaid overpayment makes good its month at once."""
    return [
        _transfer(
            reason,
            one.amount_cents,
            one.key,
            budget_line_id,
            source=(Source.RECOVERY_SETTLEMENT, one.id),
            on=on,
        )
        for one in settlements
        for reason in _reasons(one)
    ]


def _reasons(settlement: NewSettlement) -> Iterator[Reason]:
    yield SETTLING[settlement.means]
    if settlement.restores and settlement.means is Means.REPAID:
        yield Reason.RESTORED


def of_nettings(
    nettings: Sequence[KeptLine], *, on: date, undone: bool = False
) -> list[NewTransfer]:
    """A set-off pays the later month and repays the recovery, each on its own budget line."""
    set_off, repaid, restored = (
        (Reason.SET_OFF_UNDONE, Reason.REPAID_UNDONE, Reason.RESTORED_UNDONE)
        if undone
        else (Reason.SET_OFF, Reason.REPAID, Reason.RESTORED)
    )
    transfers: list[NewTransfer] = []
    for one in nettings:
        source = Source.RECOVERY_NETTING, one.id
        paying = Key(one.paying_agreement_id, one.paying_month, one.paying_kind)
        owing = Key(one.agreement_id, one.month, one.kind)
        steps = [
            _transfer(
                set_off, one.amount_cents, paying, one.paying_budget_line_id, source=source, on=on
            ),
            _transfer(repaid, one.amount_cents, owing, one.budget_line_id, source=source, on=on),
        ]
        if one.restores:
            steps.append(
                _transfer(
                    restored, one.amount_cents, owing, one.budget_line_id, source=source, on=on
                )
            )
        transfers.extend(reversed(steps) if undone else steps)
    return transfers


def _transfer(
    reason: Reason,
    cents: int,
    key: Key,
    budget_line_id: BudgetLineId,
    *,
    source: tuple[Source, UUID],
    on: date,
) -> NewTransfer:
    return NewTransfer(
        budget_line_id=budget_line_id,
        reason=reason,
        amount_cents=Cents(cents),
        source_type=source[0],
        source_id=source[1],
        effective_on=on,
        agreement_id=key.agreement_id,
        month=key.month,
        kind=key.kind,
    )
