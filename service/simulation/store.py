"""The typed twins of sql/queries/simulation.sql."""

from collections.abc import AsyncIterator

from service import db
from service.db import Connection
from service.period import Period
from service.simulation.model import Subject

SQL = db.load("simulation")


async def try_simulation_lock(tx: Connection) -> bool:
    """Whether this is the only what-if until the transaction ends."""
    return await db.fetch_value(tx, SQL["try_simulation_lock"], bool)


async def agreements_employed(tx: Connection, code: str, days: Period) -> int:
    """How many agreements of a scheme there are to simulate."""
    return await db.fetch_value(tx, SQL["agreements_employed"], int, code=code, days=days)


async def list_agreements_employed(
    tx: Connection, code: str, days: Period, *, batch_size: int
) -> AsyncIterator[list[Subject]]:
    """The agreements of a scheme with employment on some days, candidate by candidate."""
    batches = db.fetch_in_batches(
        tx, SQL["list_agreements_employed"], Subject, batch_size, code=code, days=days
    )
    async for batch in batches:
        yield batch
