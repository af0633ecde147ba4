"""What people and other features read of schemes and minimum wages."""

from datetime import datetime

from service.db import Connection
from service.period import Period
from service.schemes import store
from service.schemes.model import DatedMinimumWage, RecordedMinimumWage, SchemeVersion

LISTED_AT_ONCE = 500


async def list_scheme_versions(tx: Connection) -> list[SchemeVersion]:
    """Every scheme version with its source, by scheme, the newest first."""
    return await store.list_scheme_versions(tx, at_most=LISTED_AT_ONCE)


async def list_minimum_wages(tx: Connection) -> list[DatedMinimumWage]:
    """Every minimum wage with the act that sets it, the newest first; cents a month."""
    return await store.list_minimum_wages(tx, at_most=LISTED_AT_ONCE)


async def minimum_wages_during(
    tx: Connection, days: Period, *, known_at: datetime
) -> list[RecordedMinimumWage]:
    """The minimum wages of some days as known at a moment, each cut to them, in order.

    Cents for a full-time month.
    """
    return await store.list_minimum_wages_during(tx, days, known_at=known_at)


async def hold_rates(tx: Connection) -> None:
    """Lets no rate change while something is computed from it; who changes one waits."""
    await store.hold_rates(tx)
