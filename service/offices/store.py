"""The typed twins of sql/queries/offices.sql."""

from service import db
from service.db import Connection
from service.offices.model import Municipality, Office

SQL = db.load("offices")


async def list_municipalities(tx: Connection) -> list[Municipality]:
    """Every municipality, by code."""
    return await db.fetch_all(tx, SQL["list_municipalities"], Municipality)


async def list_offices(tx: Connection) -> list[Office]:
    """Every office, by the code of its municipality."""
    return await db.fetch_all(tx, SQL["list_offices"], Office)
