"""What is done with flags: find them when a payout is put up, show them to who approves it."""

from collections.abc import Sequence
from datetime import date, datetime

from service.clock import business_day
from service.db import Connection
from service.flags import rules, store
from service.flags.model import FlagRule, PayoutFlags
from service.ids import InstalmentId, PayoutId
from service.quality import actions as quality

LINES_SHOWN = 200


async def flag_payout(
    tx: Connection, payout_id: PayoutId, instalment_ids: Sequence[InstalmentId], *, at: datetime
) -> None:
    """Looks at the lines of a payout that is being put up, and draws those to look at again.

    Flags stop nothing; they are kept with their evidence and score. Both can be written only while
    the payout is a draft.
    """
    await store.insert_flags(tx, payout_id, instalment_ids, at=at, on=business_day(at))
    await quality.draw_sample(tx, payout_id, at=at)


async def read_payout(
    tx: Connection, payout_id: PayoutId, *, at_most: int = LINES_SHOWN
) -> PayoutFlags:
    """What looks odd in a payout, the lines of the highest scores first.

    NotFound when the payout is not this person's to see.
    """
    tally = await store.get_tally(tx, payout_id)
    flags = await store.list_line_flags(tx, payout_id, at_most=at_most)
    return PayoutFlags(
        tally=tally,
        counts=await store.count_flags(tx, payout_id),
        lines=rules.by_line(flags, flag_threshold=tally.flag_threshold),
    )


async def list_rules(tx: Connection, *, on: date) -> list[FlagRule]:
    """How much each flag counts on a day, and by whose policy."""
    return await store.list_rules(tx, on=on)
