"""The queries of payouts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service import db, lists
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    CheckRunId,
    PayoutId,
    PayoutLineId,
    PayoutNettingId,
    new_id,
)
from service.lists import Found, Wanted
from service.money import Cents
from service.payouts.model import (
    ContestedLine,
    Delta,
    HeldAgreement,
    LeftOut,
    LineToApprove,
    ListedLine,
    LockedPayout,
    NettingToApprove,
    NewLine,
    PayeeChanges,
    Payout,
    PayoutLine,
    PayoutState,
    PayoutSummary,
    SchemeTotal,
    StaleLine,
)
from service.period import Month

SQL = {**db.load("payouts"), **db.load("put_up")}


async def lock_agreements_to_pay(tx: Connection, month: Month) -> list[HeldAgreement]:
    """Agreements with something to pay or to take back up to a month; held."""
    return await db.fetch_all(tx, SQL["lock_agreements_to_pay"], HeldAgreement, month=month)


async def list_deltas(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, month: Month, at: datetime
) -> list[Delta]:
    """What is due up to a month and not in payouts, or in payouts and not due, of agreements."""
    return await db.fetch_all(
        tx, SQL["list_deltas"], Delta, agreement_ids=list(agreement_ids), month=month, at=at
    )


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
    check_run_id: CheckRunId,
    at: datetime,
    reopens: PayoutId | None = None,
) -> None:
    """A draft: its digest is that of no lines until it is submitted in the same transaction."""
    await db.execute(
        tx,
        SQL["insert_payout"],
        payout_id=payout_id,
        reference=reference,
        month=month,
        submitted_by=submitted_by,
        check_run_id=check_run_id,
        at=at,
        reopens=reopens,
    )


async def insert_payout_lines(
    tx: Connection, payout_id: PayoutId, lines: Sequence[NewLine]
) -> None:
    """The lines of a draft, in one statement."""
    await db.execute(
        tx,
        SQL["insert_payout_lines"],
        payout_id=payout_id,
        ids=[line.id for line in lines],
        instalment_ids=[line.instalment_id for line in lines],
        bank_account_ids=[line.bank_account_id for line in lines],
        payee_names=[line.payee_name for line in lines],
        dues_cents=[line.due_cents for line in lines],
        netted_cents=[line.netted_cents for line in lines],
        reissues=[line.reissues for line in lines],
    )


async def insert_nettings(tx: Connection, lines: Sequence[NewLine]) -> None:
    """What lines of a draft keep back, in one statement."""
    nettings = [(line.id, netting) for line in lines for netting in line.nettings]
    await db.execute(
        tx,
        SQL["insert_nettings"],
        ids=[PayoutNettingId(new_id()) for _ in nettings],
        payout_line_ids=[line_id for line_id, _ in nettings],
        instalment_ids=[netting.instalment_id for _, netting in nettings],
        amounts_cents=[netting.amount_cents for _, netting in nettings],
    )


async def record_submission(
    tx: Connection, payout_id: PayoutId, *, line_count: int, total_cents: Cents
) -> int:
    """Fixes the content of a draft under its digest, and how many people it takes."""
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


async def list_payouts(
    tx: Connection, wanted: Wanted, *, state: PayoutState | None
) -> Found[PayoutSummary]:
    """A page of the payouts, of a state or of all."""
    return await lists.fetch_page(tx, SQL["list_payouts"], PayoutSummary, wanted, state=state)


async def list_lines_of_payout(
    tx: Connection,
    wanted: Wanted,
    *,
    payout_id: PayoutId,
    payee: str | None,
    is_kept_back: bool | None,
) -> Found[ListedLine]:
    """A page of a payout's lines, of payees whose name begins so, of which something is kept."""
    return await lists.fetch_page(
        tx,
        SQL["list_lines_of_payout"],
        ListedLine,
        wanted,
        payout_id=payout_id,
        payee=payee,
        is_kept_back=is_kept_back,
    )


async def lock_payout(tx: Connection, payout_id: PayoutId) -> LockedPayout:
    """A payout, held for a decision."""
    return await db.fetch_one(tx, SQL["lock_payout"], LockedPayout, payout_id=payout_id)


async def lock_lines(tx: Connection, payout_id: PayoutId) -> list[LineToApprove]:
    """All lines, with their accounts held."""
    return await db.fetch_all(tx, SQL["lock_lines"], LineToApprove, payout_id=payout_id)


async def list_nettings(tx: Connection, payout_id: PayoutId) -> list[NettingToApprove]:
    """All that the lines keep back."""
    return await db.fetch_all(tx, SQL["list_nettings"], NettingToApprove, payout_id=payout_id)


async def digest_now(tx: Connection, payout_id: PayoutId, *, at: datetime) -> bytes:
    """The digest of the lines as they are now, with the accounts in force at a moment."""
    return await db.fetch_value(tx, SQL["digest_now"], bytes, payout_id=payout_id, at=at)


async def list_contested_lines(tx: Connection, payout_id: PayoutId) -> list[ContestedLine]:
    """Lines whose candidates contest, since they were put up, what they rest on."""
    return await db.fetch_all(tx, SQL["list_contested_lines"], ContestedLine, payout_id=payout_id)


async def list_stale_lines(
    tx: Connection, payout_id: PayoutId, *, at: datetime, at_most: int
) -> list[StaleLine]:
    """Lines that no longer stand."""
    return await db.fetch_all(
        tx, SQL["list_stale_lines"], StaleLine, payout_id=payout_id, at=at, at_most=at_most
    )


async def record_approval(tx: Connection, payout_id: PayoutId, *, at: datetime) -> int:
    """Approves a submitted payout; 0 when it is not submitted."""
    return await db.execute(tx, SQL["record_approval"], payout_id=payout_id, at=at)


async def record_closing(tx: Connection, payout_id: PayoutId, *, state: PayoutState) -> int:
    """Rejects, withdraws or voids a payout; 0 when it is closed or went to the bank."""
    return await db.execute(tx, SQL["record_closing"], payout_id=payout_id, state=state)


async def record_export(
    tx: Connection, payout_id: PayoutId, *, exported_by: AccountId, at: datetime
) -> int:
    """Notes that an approved payout went to the bank; 0 when it is not approved."""
    return await db.execute(
        tx, SQL["record_export"], payout_id=payout_id, exported_by=exported_by, at=at
    )


async def mark_lines_released(tx: Connection, payout_id: PayoutId, *, at: datetime) -> int:
    """Frees the instalments of a closed payout for the next."""
    return await db.execute(tx, SQL["mark_lines_released"], payout_id=payout_id, at=at)


async def mark_some_lines_released(
    tx: Connection, line_ids: Collection[PayoutLineId], *, at: datetime
) -> int:
    """Sets lines free that could not be written for the bank."""
    return await db.execute(tx, SQL["mark_some_lines_released"], line_ids=list(line_ids), at=at)


async def mark_some_nettings_released(
    tx: Connection, line_ids: Collection[PayoutLineId], *, at: datetime
) -> int:
    """Sets free what such lines kept back."""
    return await db.execute(tx, SQL["mark_some_nettings_released"], line_ids=list(line_ids), at=at)


async def mark_nettings_released(tx: Connection, payout_id: PayoutId, *, at: datetime) -> int:
    """Opens again what a closed payout kept back."""
    return await db.execute(tx, SQL["mark_nettings_released"], payout_id=payout_id, at=at)


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
