"""What people do about money that is owed back: so far, they look at it."""

from service.db import Connection
from service.recoveries import store
from service.recoveries.model import Receivables

RECEIVABLES_SHOWN = 500


async def list_receivables(tx: Connection) -> Receivables:
    """What ended agreements owe back, five hundred at most, and the total of all.

    While an agreement runs, its next months keep back what it was overpaid; once it has ended and
    nothing more is due, what is left is a receivable.
    """
    return Receivables(
        total_cents=await store.receivables_in_all(tx),
        listed=await store.list_receivables(tx, at_most=RECEIVABLES_SHOWN),
    )
