"""Reading the map of the country; it is the same for everybody."""

from service.db import Connection
from service.offices import store
from service.offices.model import Municipality, Office


async def list_municipalities(tx: Connection) -> list[Municipality]:
    """Every municipality, by code."""
    return await store.list_municipalities(tx)


async def list_offices(tx: Connection) -> list[Office]:
    """Every office, by the code of its municipality."""
    return await store.list_offices(tx)
