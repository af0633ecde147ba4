"""Schemes and minimum wages, for everybody who is signed in."""

from litestar import Router, get

from service.actor import Scope
from service.auth import allow
from service.schemes import actions
from service.schemes.model import DatedMinimumWage, SchemeVersion
from service.web import Db


@get("/schemes")
async def list_schemes(db: Db) -> list[SchemeVersion]:
    """Every scheme version with the act it rests on; an agreement's first day selects one."""
    async with db.transaction() as tx:
        return await actions.list_scheme_versions(tx)


@get("/minimum-wages")
async def list_minimum_wages(db: Db) -> list[DatedMinimumWage]:
    """Every minimum wage, gross for a full-time month, with the act that sets it."""
    async with db.transaction() as tx:
        return await actions.list_minimum_wages(tx)


router = Router(
    "/",
    route_handlers=[list_schemes, list_minimum_wages],
    guards=[allow(scope=Scope.READ)],
    tags=["schemes"],
)
