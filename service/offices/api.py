"""The map of the country, for everybody who is signed in."""

from litestar import Router, get

from service.actor import Scope
from service.auth import allow
from service.offices import actions
from service.offices.model import Municipality, Office
from service.web import Db


@get("/municipalities")
async def list_municipalities(db: Db) -> list[Municipality]:
    """Every municipality with its two names, its centre and its population."""
    async with db.transaction() as tx:
        return await actions.list_municipalities(tx)


@get("/offices")
async def list_offices(db: Db) -> list[Office]:
    """Every employment office and the municipality it serves."""
    async with db.transaction() as tx:
        return await actions.list_offices(tx)


router = Router(
    "/",
    route_handlers=[list_municipalities, list_offices],
    guards=[allow(scope=Scope.READ)],
    tags=["offices"],
)
