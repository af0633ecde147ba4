"""What happens to money: it is committed, moved and set free, and it is checked."""

from collections.abc import Iterable, Sequence
from datetime import date

from service.db import Connection
from service.expected import actions as expected
from service.ids import AgreementId, BudgetLineId, SchemeId, new_id
from service.instalments.model import Key
from service.ledger import rules, store
from service.ledger.model import (
    Broken,
    BudgetLine,
    Due,
    DuePlan,
    NewTransfer,
    Reason,
    Shortfall,
    Source,
)
from service.money import Cents

COMMITMENTS_AT_ONCE = 10_000


async def post_bulk(tx: Connection, transfers: Iterable[NewTransfer]) -> int:
    """Posts transfers; those posted before are left alone. Answers how many were new.

    A transfer that was posted before with another amount or line is a bug and stops the work.
    """
    ordered = rules.in_writing_order(transfers)
    if not ordered:
        return 0
    written = await store.insert_transfers(tx, ordered)
    if written < len(ordered):
        contradicting = await store.contradictions(tx, ordered)
        assert not contradicting, f"{contradicting} transfers were posted before with other facts"
    return written


async def post_new(tx: Connection, transfers: Iterable[NewTransfer]) -> None:
    """Posts transfers of which none can have been posted, such as those of an order that moves: it
    comes to each state once. One that was stops the work, by the constraint that lets it be once.
    """
    ordered = rules.in_writing_order(transfers)
    written = await store.insert_new_transfers(tx, ordered)
    assert written == len(ordered), f"{written} of {len(ordered)} transfers were posted"


async def commit(
    tx: Connection,
    *,
    agreement_id: AgreementId,
    scheme_id: SchemeId,
    amount_cents: Cents,
    on: date,
) -> None:
    """Sets money aside for an agreement; BudgetExhausted when its line has too little left.

    The budget line stays locked until the transaction ends. Only someone who may read the whole
    ledger can call it: a case officer or the system.
    """
    budget_line_id = await store.lock_budget_line(tx, scheme_id)
    left_cents = await store.appropriation_left(tx, budget_line_id)
    rules.refuse_overspending(left_cents=left_cents, needed_cents=amount_cents)
    transfer = NewTransfer(
        budget_line_id=budget_line_id,
        reason=Reason.COMMITTED,
        amount_cents=amount_cents,
        source_type=Source.AGREEMENT,
        source_id=agreement_id,
        agreement_id=agreement_id,
        effective_on=on,
    )
    await post_bulk(tx, [transfer])


async def plan_due(tx: Connection, dues: Sequence[Due]) -> DuePlan:
    """What to post so that the ledger says what is due now, however often that changes.

    Where less is due than approved payouts hold, the rest becomes recoverable. A commitment that
    was set free and is needed again is raised by what it lacks, if its line has so much: whom it
    has not is in `uncovered`. Call it with the agreements and the instalments that are superseded
    held; the lines that are drawn on stay locked.
    """
    held = {balance.key: balance for balance in await store.list_balances(tx, _keys(dues))}
    transfers = [transfer for due in dues for transfer in rules.changes(due, held.get(due.key))]
    shortfalls = await store.list_shortfalls(tx, rules.drawn(transfers))
    left_cents = await _left_of_lines(tx, shortfalls)
    return DuePlan(transfers, shortfalls, rules.uncovered(shortfalls, left_cents))


async def post_plan(tx: Connection, plan: DuePlan) -> None:
    """Posts what was planned, and only the change; nobody may be left uncovered."""
    assert not plan.uncovered, "an amount that its budget line cannot cover is not posted"
    raised = rules.recommitted(plan.shortfalls, plan.transfers)
    await post_bulk(tx, [*raised, *plan.transfers])


def _keys(dues: Sequence[Due]) -> list[Key]:
    return [due.key for due in dues]


async def _left_of_lines(
    tx: Connection, shortfalls: Sequence[Shortfall]
) -> dict[BudgetLineId, Cents]:
    """With the lines locked, so that two computations cannot both take the last of one."""
    if shortfalls:
        await store.lock_budget_lines(tx)
    lines = {short.budget_line_id for short in shortfalls}
    return {line: await store.appropriation_left(tx, line) for line in sorted(lines)}


async def release(tx: Connection, *, agreement_id: AgreementId, on: date) -> Cents:
    """Sets free what an ended agreement can no longer use; answers how much, in cents.

    Months that may still cost something keep their maximum: those not computed, blocked, or due but
    not yet approved. `release_unused` sets that free later. Call it after the state has changed,
    with the agreement held.
    """
    return await _release(tx, [agreement_id], on=on)


async def release_unused(tx: Connection, *, on: date) -> Cents:
    """The same for every ended agreement, ten thousand at most; answers how much, in cents."""
    held = await store.lock_ended_agreements(tx, at_most=COMMITMENTS_AT_ONCE)
    return await _release(tx, [agreement.id for agreement in held], on=on)


async def _release(tx: Connection, agreement_ids: Sequence[AgreementId], *, on: date) -> Cents:
    await store.lock_budget_lines(tx)
    commitments = await store.list_ended_commitments(tx, agreement_ids)
    transfers = rules.released(commitments, on=on)
    await post_bulk(tx, transfers)
    return Cents(sum(transfer.amount_cents for transfer in transfers))


async def open_budget_line(tx: Connection, scheme_id: SchemeId, *, name: str) -> BudgetLineId:
    """A line with all its accounts for a new scheme; nothing is appropriated to it yet."""
    budget_line_id = BudgetLineId(new_id())
    await store.insert_budget_line(tx, budget_line_id, scheme_id, name=name)
    await store.insert_accounts(tx, budget_line_id)
    return budget_line_id


async def list_budget_lines(tx: Connection) -> list[BudgetLine]:
    """Every budget line with what stands on each of its accounts, in cents."""
    return await store.list_budget_lines(tx)


async def broken_invariants(tx: Connection) -> list[Broken]:
    """The rows that break what must always hold (sql/queries/invariants.sql), and instalments that
    the second computation does not come to; none when all hold.

    It takes somebody who sees the audit trail: an auditor or the system.
    """
    return [*await store.list_broken(tx), *await expected.list_unexpected(tx)]


async def broken_books(tx: Connection) -> list[Broken]:
    """The same without what only the audit trail can tell: for whoever is about to send money."""
    return await store.list_broken_books(tx)
