"""The second computation beside the first: before a payout is put up, and whenever one asks."""

from collections.abc import Collection
from datetime import datetime

from service import db
from service.actor import Actor
from service.db import Connection
from service.expected import rules, store
from service.expected.model import Method, MonthComparison, NewMethod, PayoutExpected
from service.ids import InstalmentId, PayoutId
from service.ledger.model import Broken
from service.period import Month

DIFFERENCES_SHOWN = 50


async def refuse_difference(
    tx: Connection,
    payout_id: PayoutId,
    *,
    month: Month,
    at: datetime,
    overridden: Collection[InstalmentId] = (),
) -> None:
    """Compares a draft, whose lines and nettings are written, with the second computation.

    All that was computed for the month takes part, paid or not, but what is on hold and not paid.
    When all agrees to the cent, the second figure is kept with the payout. `overridden` are lines
    that a second person let pass without a second computation.

    Raises ComputedTwiceDiffers, which names fifty amounts at most, and NotComputedTwice
    for lines of schemes without a method, unless a second person has overridden that.
    """
    compared = await store.compare_payout(tx, payout_id, month=month, at_most=DIFFERENCES_SHOWN)
    rules.refuse_difference(compared)
    if compared.without_method_count:
        lines = await store.list_without_method(tx, payout_id, month=month)
        rules.refuse_without_method(lines, overridden)
    await store.insert_payout_expected(tx, payout_id, compared, at=at)


async def find_of_payout(tx: Connection, payout_id: PayoutId) -> PayoutExpected | None:
    """What the second computation said when a payout was put up, or None."""
    return await store.find_payout_expected(tx, payout_id)


async def compare_month(tx: Connection, month: Month) -> MonthComparison:
    """A month's agreements beside the second computation, for somebody who sees all of them."""
    return await store.compare_month(tx, month, at_most=DIFFERENCES_SHOWN)


async def list_unexpected(tx: Connection) -> list[Broken]:
    """The instalments that stand and are not what the second computation comes to (I16)."""
    return await store.list_unexpected(tx)


async def list_methods(tx: Connection) -> list[Method]:
    """How schemes are computed a second time."""
    return await store.list_methods(tx)


async def state_method(tx: Connection, method: NewMethod, *, by: Actor, at: datetime) -> None:
    """States how a scheme's kind of payment is computed a second time, for agreements from a day.

    Raises NotAllowed, SchemeUnknown, and MethodAlreadyStated.
    """
    rules.refuse_unless_administrator(by)
    with db.refusing(expected_method_once_per_day=rules.MethodAlreadyStated):
        if not await store.insert_method(tx, method, stated_by=by.account, at=at):
            raise rules.SchemeUnknown
