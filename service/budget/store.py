"""The queries of budget lines and donors."""

from collections.abc import Sequence
from datetime import datetime

from service import db
from service.budget.model import (
    Appropriation,
    Donor,
    DonorForm,
    DonorShare,
    HeldAppropriation,
    HeldLine,
    NewAppropriation,
    PassedLine,
    Put,
)
from service.db import Connection
from service.ids import AccountId, AppropriationId, DonorId

SQL = {**db.load("budget"), **db.load_report("budget")}


async def insert_donor(
    tx: Connection, donor_id: DonorId, form: DonorForm, *, recorded_by: AccountId, at: datetime
) -> None:
    """Keeps a donor; breaks donor_once_per_code when the code is taken."""
    await db.execute(
        tx,
        SQL["insert_donor"],
        donor_id=donor_id,
        code=form.code.strip(),
        name=form.name.strip(),
        recorded_by=recorded_by,
        at=at,
    )


async def list_donors(tx: Connection) -> list[Donor]:
    """Every donor, by code."""
    return await db.fetch_all(tx, SQL["list_donors"], Donor)


async def insert_appropriation(
    tx: Connection,
    appropriation_id: AppropriationId,
    new: NewAppropriation,
    *,
    proposed_by: AccountId,
    at: datetime,
) -> None:
    """Keeps an appropriation that waits for a second person."""
    await db.execute(
        tx,
        SQL["insert_appropriation"],
        appropriation_id=appropriation_id,
        budget_line_id=new.budget_line_id,
        donor_id=new.donor_id,
        period=new.period,
        priority=new.priority,
        amount_cents=new.amount_cents,
        document_reference=new.document_reference,
        reduces=new.reduces,
        proposed_by=proposed_by,
        at=at,
    )


async def lock_appropriation(
    tx: Connection, appropriation_id: AppropriationId
) -> HeldAppropriation:
    """One appropriation, held until it is decided on; NotFound."""
    return await db.fetch_one(
        tx, SQL["lock_appropriation"], HeldAppropriation, appropriation_id=appropriation_id
    )


async def record_confirmation(
    tx: Connection, appropriation_id: AppropriationId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """Confirms what waits; breaks the constraints that keep a line covered and its order."""
    return await db.execute(
        tx,
        SQL["record_confirmation"],
        appropriation_id=appropriation_id,
        confirmed_by=confirmed_by,
        at=at,
    )


async def record_refusal(
    tx: Connection, appropriation_id: AppropriationId, *, refused_by: AccountId, at: datetime
) -> int:
    """Refuses what waits."""
    return await db.execute(
        tx,
        SQL["record_refusal"],
        appropriation_id=appropriation_id,
        refused_by=refused_by,
        at=at,
    )


async def list_appropriations(tx: Connection, *, at_most: int) -> list[Appropriation]:
    """What waits for a second person, then all others, the newest first."""
    return await db.fetch_all(tx, SQL["list_appropriations"], Appropriation, at_most=at_most)


async def list_donor_shares(tx: Connection) -> list[DonorShare]:
    """Where the money of each appropriation stands, in the order in which lines draw on them."""
    return await db.fetch_all(tx, SQL["list_donor_shares"], DonorShare)


async def lock_lines_of_instalments(tx: Connection, puts: Sequence[Put]) -> list[HeldLine]:
    """The budget lines of instalments, in one order for all, held until the transaction ends."""
    return await db.fetch_all(
        tx,
        SQL["lock_lines_of_instalments"],
        HeldLine,
        instalment_ids=[put.instalment_id for put in puts],
    )


async def list_passed_lines(tx: Connection, puts: Sequence[Put]) -> list[PassedLine]:
    """The lines that would be passed by what is about to be put up, and by how many cents."""
    return await db.fetch_all(
        tx,
        SQL["list_passed_lines"],
        PassedLine,
        instalment_ids=[put.instalment_id for put in puts],
        cents=[put.cents for put in puts],
    )
