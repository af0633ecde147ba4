"""The queries of payouts."""

from collections.abc import Sequence
from datetime import datetime

from service import db
from service.db import Connection
from service.ids import AccountId, PayoutId, PayoutLineId, new_id
from service.money import Cents
from service.payouts.model import (
    ExportLine,
    LeftOut,
    LineToApprove,
    LockedPayout,
    Payable,
    PayeeChanges,
    Payout,
    PayoutLine,
    PayoutSummary,
    SchemeTotal,
    StaleLine,
)
from service.period import Month

SQL = db.load("payouts")


async def lock_payable_instalments(tx: Connection, month: Month, *, at: datetime) -> list[Payable]:
    """What is due up to a month, in no payout, and has an account to go to; held."""
    return await db.fetch_all(tx, SQL["lock_payable_instalments"], Payable, month=month, at=at)


async def list_left_out(
    tx: Connection, month: Month, *, at: datetime, at_most: int
) -> list[LeftOut]:
    """What is due up to a month, in no payout, and has no account to go to."""
    return await db.fetch_all(
        tx, SQL["list_left_out"], LeftOut, month=month, at=at, at_most=at_most
    )


async def insert_payout(
    tx: Connection,
    payout_id: PayoutId,
    *,
    reference: str,
    month: Month,
    submitted_by: AccountId,
    at: datetime,
) -> None:
    """A draft without lines."""
    await db.execute(
        tx,
        SQL["insert_payout"],
        payout_id=payout_id,
        reference=reference,
        month=month,
        submitted_by=submitted_by,
        at=at,
    )


async def insert_payout_lines(
    tx: Connection, payout_id: PayoutId, payable: Sequence[Payable]
) -> None:
    """The lines of a draft, in one statement."""
    await db.execute(
        tx,
        SQL["insert_payout_lines"],
        payout_id=payout_id,
        ids=[PayoutLineId(new_id()) for _ in payable],
        instalment_ids=[line.instalment_id for line in payable],
        bank_account_ids=[line.bank_account_id for line in payable],
        payee_names=[line.payee_name for line in payable],
        amounts_cents=[line.amount_cents for line in payable],
    )


async def record_submission(
    tx: Connection, payout_id: PayoutId, *, line_count: int, total_cents: Cents
) -> int:
    """Fixes the content of a draft under its digest."""
    return await db.execute(
        tx,
        SQL["record_submission"],
        payout_id=payout_id,
        line_count=line_count,
        total_cents=total_cents,
    )


async def get_payout(tx: Connection, payout_id: PayoutId) -> Payout:
    """One payout."""
    return await db.fetch_one(tx, SQL["get_payout"], Payout, payout_id=payout_id)


async def list_payouts(tx: Connection, *, at_most: int) -> list[PayoutSummary]:
    """Payouts, the newest first."""
    return await db.fetch_all(tx, SQL["list_payouts"], PayoutSummary, at_most=at_most)


async def lock_payout(tx: Connection, payout_id: PayoutId) -> LockedPayout:
    """A payout, held for a decision."""
    return await db.fetch_one(tx, SQL["lock_payout"], LockedPayout, payout_id=payout_id)


async def lock_lines(tx: Connection, payout_id: PayoutId) -> list[LineToApprove]:
    """All lines, with their instalments and accounts held."""
    return await db.fetch_all(tx, SQL["lock_lines"], LineToApprove, payout_id=payout_id)


async def digest_now(tx: Connection, payout_id: PayoutId, *, at: datetime) -> bytes:
    """The digest of the lines as they are now, with the accounts in force at a moment."""
    return await db.fetch_value(tx, SQL["digest_now"], bytes, payout_id=payout_id, at=at)


async def list_stale_lines(
    tx: Connection, payout_id: PayoutId, *, at: datetime, at_most: int
) -> list[StaleLine]:
    """Lines that no longer stand."""
    return await db.fetch_all(
        tx, SQL["list_stale_lines"], StaleLine, payout_id=payout_id, at=at, at_most=at_most
    )


async def record_approval(
    tx: Connection, payout_id: PayoutId, *, approved_by: AccountId, at: datetime
) -> int:
    """Approves a submitted payout; 0 when it is not submitted."""
    return await db.execute(
        tx, SQL["record_approval"], payout_id=payout_id, approved_by=approved_by, at=at
    )


async def record_rejection(
    tx: Connection, payout_id: PayoutId, *, rejected_by: AccountId, reason: str, at: datetime
) -> int:
    """Rejects a submitted payout; 0 when it is not submitted."""
    return await db.execute(
        tx,
        SQL["record_rejection"],
        payout_id=payout_id,
        rejected_by=rejected_by,
        reason=reason,
        at=at,
    )


async def record_export(
    tx: Connection, payout_id: PayoutId, *, exported_by: AccountId, at: datetime
) -> int:
    """Notes that an approved payout went to the bank; 0 when it is not approved."""
    return await db.execute(
        tx, SQL["record_export"], payout_id=payout_id, exported_by=exported_by, at=at
    )


async def mark_lines_released(tx: Connection, payout_id: PayoutId, *, at: datetime) -> int:
    """Frees the instalments of a rejected payout for the next."""
    return await db.execute(tx, SQL["mark_lines_released"], payout_id=payout_id, at=at)


async def list_export_lines(tx: Connection, payout_id: PayoutId) -> list[ExportLine]:
    """All lines, as the bank needs them."""
    return await db.fetch_all(tx, SQL["list_export_lines"], ExportLine, payout_id=payout_id)


async def list_payout_lines(
    tx: Connection, payout_id: PayoutId, *, at_most: int, passed_over: int
) -> list[PayoutLine]:
    """One page of lines, by payee."""
    return await db.fetch_all(
        tx,
        SQL["list_payout_lines"],
        PayoutLine,
        payout_id=payout_id,
        at_most=at_most,
        passed_over=passed_over,
    )


async def list_scheme_totals(tx: Connection, payout_id: PayoutId) -> list[SchemeTotal]:
    """What the payout pays under each scheme."""
    return await db.fetch_all(tx, SQL["list_scheme_totals"], SchemeTotal, payout_id=payout_id)


async def find_previous_payout(tx: Connection, payout_id: PayoutId) -> PayoutSummary | None:
    """The payout approved last before this one was put up."""
    return await db.find_one(tx, SQL["find_previous_payout"], PayoutSummary, payout_id=payout_id)


async def get_payee_changes(
    tx: Connection, payout_id: PayoutId, *, previous_id: PayoutId | None
) -> PayeeChanges:
    """How the payees differ from those paid before."""
    return await db.fetch_one(
        tx,
        SQL["get_payee_changes"],
        PayeeChanges,
        payout_id=payout_id,
        previous_id=previous_id,
    )
