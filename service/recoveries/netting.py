"""What payouts keep back for recoveries: put up with their lines, settled with their approval."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from service.actor import Actor
from service.clock import business_day
from service.db import Connection
from service.ids import AgreementId, PayoutId
from service.ledger import actions as ledger
from service.recoveries import books, moving, rules, sharing, store
from service.recoveries.model import (
    ENDED_STATES,
    KeepingLine,
    Kept,
    KeptLine,
    RecoveryState,
    Step,
)

NETTED_IN = frozenset({RecoveryState.NETTING, RecoveryState.INVOICED})


async def keep_back(
    tx: Connection,
    lines: Sequence[KeepingLine],
    *,
    busy: Collection[AgreementId],
    at: datetime,
) -> list[Kept]:
    """What lines that are put up now keep back for recoveries of their payees, across agreements.

    The recoveries stay held until the commit. `busy` are agreements that keep back themselves what
    they were overpaid.
    """
    accounts = sorted({line.bank_account_id for line in lines})
    if not await store.lock_open_recoveries(tx, accounts):
        return []
    terms = {one.payee: one for one in await store.list_terms(tx, on_day=business_day(at))}
    months = await store.list_open_months(tx, accounts)
    return sharing.keep_back(lines, months, terms, busy=busy)


async def insert_kept(tx: Connection, kept: Sequence[Kept]) -> None:
    """Writes what lines keep back, after the lines and before the payout is submitted."""
    if kept:
        await store.insert_nettings(tx, kept)


async def settle_nettings(tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime) -> None:
    """Posts what an approved payout nets, and ends the recoveries that it settles.

    Call it when the payout has become approved, after its other transfers. Raises RecoveryChanged
    when a recovery has shrunk below what the payout nets, or has grown or is appealed since.
    """
    kept = await store.lock_kept_lines(tx, payout_id)
    if not kept:
        return
    recoveries = await store.lock_recoveries_of_payout(tx, payout_id)
    for recovery in recoveries:
        months = await moving.months_of(tx, recovery)
        if recovery.state not in NETTED_IN or any(one.open_cents < 0 for one in months):
            raise rules.RecoveryChanged
    agreement_ids = sorted({one.agreement_id for one in kept})
    rules.refuse_unowed(kept, await store.list_month_facts(tx, agreement_ids))
    await ledger.post_bulk(tx, books.of_nettings(kept, on=business_day(at)))
    for recovery in recoveries:
        said = _words(kept, recovery.id)
        await moving.note(tx, recovery.id, Step.NETTED, recovery.state, by=by, at=at, said=said)
        await moving.end_if_done(tx, recovery.id, by=by, at=at)


async def undo_nettings(tx: Connection, payout_id: PayoutId, *, by: Actor, at: datetime) -> None:
    """Takes back what an approved payout netted, when it is voided; the recoveries are open again.

    Call it when the payout's lines have been released.
    """
    kept = await store.lock_kept_lines(tx, payout_id)
    if not kept:
        return
    await ledger.post_bulk(tx, books.of_nettings(kept, on=business_day(at), undone=True))
    for recovery in await store.lock_recoveries_of_payout(tx, payout_id):
        said = _words(kept, recovery.id)
        if recovery.state in ENDED_STATES:
            await moving.take(tx, recovery, Step.NETTING_UNDONE, by=by, at=at, said=said)
        else:
            await moving.note(
                tx, recovery.id, Step.NETTING_UNDONE, recovery.state, by=by, at=at, said=said
            )


def _words(kept: Sequence[KeptLine], recovery_id: object) -> str:
    sums: dict[object, int] = defaultdict(int)
    for one in kept:
        sums[one.recovery_id] += one.amount_cents
    cents = sums[recovery_id]
    return f"{kept[0].payout_reference}: {cents // 100}.{cents % 100:02d}"
