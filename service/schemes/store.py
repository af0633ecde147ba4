"""The queries of schemes."""

from datetime import datetime

from service import db
from service.db import Connection
from service.period import Period
from service.schemes.model import DatedMinimumWage, RecordedMinimumWage, SchemeVersion

SQL = db.load("schemes")


async def list_scheme_versions(tx: Connection, *, at_most: int) -> list[SchemeVersion]:
    """Every version, by scheme, the newest first."""
    return await db.fetch_all(tx, SQL["list_scheme_versions"], SchemeVersion, at_most=at_most)


async def list_minimum_wages(tx: Connection, *, at_most: int) -> list[DatedMinimumWage]:
    """Every minimum wage, the newest first."""
    return await db.fetch_all(tx, SQL["list_minimum_wages"], DatedMinimumWage, at_most=at_most)


async def list_minimum_wages_during(
    tx: Connection, days: Period, *, known_at: datetime
) -> list[RecordedMinimumWage]:
    """The minimum wages of some days as known at a moment, each cut to them, in order."""
    return await db.fetch_all(
        tx, SQL["list_minimum_wages_during"], RecordedMinimumWage, days=days, known_at=known_at
    )


async def hold_rates(tx: Connection) -> None:
    """Keeps rates from being changed until the transaction ends, together with others."""
    await db.execute(tx, SQL["hold_rates"])
