"""What people and other features read of schemes and minimum wages."""

from service.db import Connection
from service.period import Period
from service.schemes import store
from service.schemes.model import DatedMinimumWage, MinimumWage, SchemeVersion

LISTED_AT_ONCE = 500


async def list_scheme_versions(tx: Connection) -> list[SchemeVersion]:
    """Every scheme version with its source, by scheme, the newest first."""
    return await store.list_scheme_versions(tx, at_most=LISTED_AT_ONCE)


async def list_minimum_wages(tx: Connection) -> list[DatedMinimumWage]:
    """Every minimum wage with the act that sets it, the newest first; cents a month."""
    return await store.list_minimum_wages(tx, at_most=LISTED_AT_ONCE)


async def minimum_wages_during(tx: Connection, days: Period) -> list[MinimumWage]:
    """The minimum wages of some days, each cut to them, in order; cents for a full-time month."""
    return await store.list_minimum_wages_during(tx, days)
