"""The queries of the second computation."""

from datetime import datetime

from service import db
from service.db import Connection
from service.expected.model import (
    Method,
    MonthComparison,
    NewMethod,
    PayoutComparison,
    PayoutExpected,
    WithoutMethod,
)
from service.ids import AccountId, PayoutId, new_id
from service.ledger.model import Broken
from service.period import Month

SQL = db.load("expected")


async def compare_payout(
    tx: Connection,
    payout_id: PayoutId,
    *,
    month: Month,
    at_most: int,
) -> PayoutComparison:
    """A payout that is being put up, beside the second computation."""
    return await db.fetch_one(
        tx,
        SQL["compare_payout"],
        PayoutComparison,
        payout_id=payout_id,
        month=month,
        at_most=at_most,
    )


async def insert_payout_expected(
    tx: Connection, payout_id: PayoutId, comparison: PayoutComparison, *, at: datetime
) -> None:
    """Keeps what the second computation said."""
    await db.execute(
        tx,
        SQL["insert_payout_expected"],
        payout_id=payout_id,
        expected_cents=comparison.expected_cents,
        line_count=comparison.line_count,
        without_method_count=comparison.without_method_count,
        agreement_count=comparison.agreement_count,
        at=at,
    )


async def find_payout_expected(tx: Connection, payout_id: PayoutId) -> PayoutExpected | None:
    """What the second computation said of a payout, or None where it was put up without one."""
    return await db.find_one(tx, SQL["find_payout_expected"], PayoutExpected, payout_id=payout_id)


async def list_without_method(
    tx: Connection, payout_id: PayoutId, *, month: Month
) -> list[WithoutMethod]:
    """The lines of a payout whose schemes are not computed a second time."""
    return await db.fetch_all(
        tx, SQL["list_without_method"], WithoutMethod, payout_id=payout_id, month=month
    )


async def compare_month(tx: Connection, month: Month, *, at_most: int) -> MonthComparison:
    """A month's agreements beside the second computation."""
    return await db.fetch_one(
        tx, SQL["compare_month"], MonthComparison, month=month, at_most=at_most
    )


async def list_unexpected(tx: Connection) -> list[Broken]:
    """The instalments that stand and are not what the second computation comes to."""
    return await db.fetch_all(tx, SQL["list_unexpected"], Broken)


async def list_methods(tx: Connection) -> list[Method]:
    """How schemes are computed a second time."""
    return await db.fetch_all(tx, SQL["list_methods"], Method)


async def insert_method(
    tx: Connection, method: NewMethod, *, stated_by: AccountId, at: datetime
) -> int:
    """States how a scheme is computed a second time; 0 where there is no such scheme."""
    return await db.execute(
        tx,
        SQL["insert_method"],
        id=new_id(),
        scheme_code=method.scheme_code,
        kind=method.kind,
        since=method.since,
        form=method.form,
        amount_parameter=method.amount_parameter,
        is_wage_tested=method.is_wage_tested,
        stated_by=stated_by,
        at=at,
    )
