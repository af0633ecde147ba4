"""The queries of a comparison."""

from service import db
from service.comparison.model import (
    CauseTotal,
    ChangedAccount,
    DrawnLine,
    EmployerCause,
    LeftOutCount,
    LeftOutPayment,
    NewPayee,
)
from service.db import Connection
from service.ids import PayoutId

SQL = db.load("comparison")


async def list_changes(
    tx: Connection, payout_id: PayoutId, *, previous_id: PayoutId, at_most: int
) -> list[EmployerCause]:
    """The employers whose sum changed most, with all their causes; those of one together."""
    return await db.fetch_all(
        tx,
        SQL["list_changes"],
        EmployerCause,
        payout_id=payout_id,
        previous_id=previous_id,
        at_most=at_most,
    )


async def count_changes(
    tx: Connection, payout_id: PayoutId, *, previous_id: PayoutId
) -> list[CauseTotal]:
    """What each cause makes over all employers."""
    return await db.fetch_all(
        tx, SQL["count_changes"], CauseTotal, payout_id=payout_id, previous_id=previous_id
    )


async def list_new_payees(tx: Connection, payout_id: PayoutId, *, at_most: int) -> list[NewPayee]:
    """Payees never paid before, the largest sums first."""
    return await db.fetch_all(
        tx, SQL["list_new_payees"], NewPayee, payout_id=payout_id, at_most=at_most
    )


async def list_changed_accounts(
    tx: Connection, payout_id: PayoutId, *, at_most: int
) -> list[ChangedAccount]:
    """Payees paid to another account than last time, the largest sums first."""
    return await db.fetch_all(
        tx, SQL["list_changed_accounts"], ChangedAccount, payout_id=payout_id, at_most=at_most
    )


async def count_left_out(tx: Connection, payout_id: PayoutId) -> list[LeftOutCount]:
    """What was checked and is not in the payout, by the check that stopped it."""
    return await db.fetch_all(tx, SQL["count_left_out"], LeftOutCount, payout_id=payout_id)


async def list_left_out(
    tx: Connection, payout_id: PayoutId, *, at_most: int
) -> list[LeftOutPayment]:
    """The payments behind those counts, by check."""
    return await db.fetch_all(
        tx, SQL["list_left_out"], LeftOutPayment, payout_id=payout_id, at_most=at_most
    )


async def list_drawn(tx: Connection, payout_id: PayoutId, *, at_most: int) -> list[DrawnLine]:
    """The drawn lines, those that nobody has reviewed first."""
    return await db.fetch_all(
        tx, SQL["list_drawn"], DrawnLine, payout_id=payout_id, at_most=at_most
    )
