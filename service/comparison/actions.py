"""Reading a payout beside the one before it."""

from service.comparison import rules, store
from service.comparison.model import Comparison
from service.db import Connection
from service.ids import PayoutId

EMPLOYERS_SHOWN = 15
PAYEES_SHOWN = 30
LEFT_OUT_SHOWN = 50
DRAWN_SHOWN = 30


async def read_comparison(
    tx: Connection, payout_id: PayoutId, *, previous_id: PayoutId | None
) -> Comparison:
    """What is unlike the earlier payout, who is new, and what was left out and drawn."""
    changes = []
    causes = []
    if previous_id is not None:
        causes = await store.count_changes(tx, payout_id, previous_id=previous_id)
        changes = await store.list_changes(
            tx, payout_id, previous_id=previous_id, at_most=EMPLOYERS_SHOWN
        )
    return Comparison(
        causes=causes,
        employers=rules.by_employer(changes),
        new_payees=await store.list_new_payees(tx, payout_id, at_most=PAYEES_SHOWN),
        changed_accounts=await store.list_changed_accounts(tx, payout_id, at_most=PAYEES_SHOWN),
        left_out=await store.count_left_out(tx, payout_id),
        left_out_payments=await store.list_left_out(tx, payout_id, at_most=LEFT_OUT_SHOWN),
        drawn=await store.list_drawn(tx, payout_id, at_most=DRAWN_SHOWN),
    )
