"""The typed twins of sql/queries/offices.sql."""

from datetime import datetime

from service import db
from service.db import Connection
from service.ids import AccountId, OfficeId
from service.offices.model import HeldOffice, KeptOffice, Municipality, Office, OpenCase

SQL = db.load("offices")


async def list_municipalities(tx: Connection) -> list[Municipality]:
    """Every municipality, by code."""
    return await db.fetch_all(tx, SQL["list_municipalities"], Municipality)


async def list_offices(tx: Connection) -> list[Office]:
    """Every office, by the code of its municipality."""
    return await db.fetch_all(tx, SQL["list_offices"], Office)


async def list_kept_offices(tx: Connection) -> list[KeptOffice]:
    """Every office with how much it does, those that are open first."""
    return await db.fetch_all(tx, SQL["list_kept_offices"], KeptOffice)


async def lock_office(tx: Connection, office_id: OfficeId) -> HeldOffice:
    """One office, held until the commit."""
    return await db.fetch_one(tx, SQL["lock_office"], HeldOffice, office_id=office_id)


async def list_open_cases(tx: Connection, office_id: OfficeId, *, at_most: int) -> list[OpenCase]:
    """What an office still has to do."""
    return await db.fetch_all(
        tx, SQL["list_open_cases"], OpenCase, office_id=office_id, at_most=at_most
    )


async def insert_office(
    tx: Connection,
    office_id: OfficeId,
    *,
    municipality_code: str,
    name_sq: str,
    name_sr: str,
    opened_by: AccountId,
    at: datetime,
) -> None:
    """Opens an office; broken constraints are the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_office"],
        office_id=office_id,
        municipality_code=municipality_code,
        name_sq=name_sq,
        name_sr=name_sr,
        opened_by=opened_by,
        at=at,
    )


async def record_renamed(tx: Connection, office_id: OfficeId, *, name_sq: str, name_sr: str) -> int:
    """Gives an open office other names; 0 when there is none."""
    return await db.execute(
        tx, SQL["record_renamed"], office_id=office_id, name_sq=name_sq, name_sr=name_sr
    )


async def record_closed(
    tx: Connection, office_id: OfficeId, *, closed_by: AccountId, at: datetime
) -> int:
    """Closes an office; the broken constraint is the caller's to name."""
    return await db.execute(
        tx, SQL["record_closed"], office_id=office_id, closed_by=closed_by, at=at
    )
