"""Sealing what was written, checking the books, and looking into them from below."""

from datetime import datetime

from service.actor import Actor
from service.assurance import rules, store
from service.assurance.model import Assurance, BooksCheck, LedgerFilter, LedgerPage, Seal
from service.db import Connection
from service.ids import BooksCheckId, SealId, new_id
from service.ledger import actions as ledger
from service.ledger.model import Broken

CHECKS_SHOWN = 30
SEALS_SHOWN = 100
BROKEN_KEPT = 100
LEDGER_ROWS_SHOWN = 500


async def seal(tx: Connection) -> bool:
    """Closes the open seal if nothing can be written under it any more, else opens the next.

    Whether it did one of them. Call it again and again, each time in a transaction of its own that
    has written nothing before: what a seal waits for are transactions that began before it.
    """
    waiting = await store.find_open_seal(tx)
    if waiting is None:
        return await store.insert_seal(tx, SealId(new_id())) > 0
    return waiting.is_ripe and await store.record_root(tx, waiting.id) > 0


async def check_books(tx: Connection) -> list[Broken]:
    """Every row that breaks an invariant, as one moment sees it; none when all hold."""
    return await ledger.broken_invariants(tx)


async def keep_check(
    tx: Connection,
    broken: list[Broken],
    *,
    started_at: datetime,
    finished_at: datetime,
    by: Actor,
) -> BooksCheck:
    """Keeps what a run of the invariants found."""
    await store.insert_check(
        tx,
        BooksCheckId(new_id()),
        started_at=started_at,
        finished_at=finished_at,
        asked_by=by.account_id,
        broken=broken,
        at_most=BROKEN_KEPT,
    )
    (kept,) = await store.list_checks(tx, at_most=1)
    return kept


async def read_assurance(tx: Connection, *, by: Actor) -> Assurance:
    """The newest checks of the books and the newest seals; NotAllowed."""
    rules.refuse_unless_reader(by)
    return Assurance(
        checks=await store.list_checks(tx, at_most=CHECKS_SHOWN),
        seals=await store.list_seals(tx, at_most=SEALS_SHOWN),
    )


async def list_seals(tx: Connection) -> list[Seal]:
    """The newest hundred seals."""
    return await store.list_seals(tx, at_most=SEALS_SHOWN)


async def read_ledger(tx: Connection, wanted: LedgerFilter, *, by: Actor) -> LedgerPage:
    """What stands in the ledger for somebody; NotAllowed, NobodyNamed."""
    rules.refuse_unless_reader(by)
    rules.refuse_everything(wanted)
    rows = await store.list_ledger_rows(tx, wanted, at_most=LEDGER_ROWS_SHOWN + 1)
    shown = rows[:LEDGER_ROWS_SHOWN]
    return LedgerPage(shown, rules.sums(shown), is_whole=len(rows) == len(shown))
