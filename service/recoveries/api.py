"""Receivables for machines."""

from litestar import Router, get

from service.actor import Role, Scope
from service.auth import allow
from service.recoveries import actions
from service.recoveries.shown import Receivables
from service.web import Db

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


@get("/", guards=[READER])
async def list_receivables(db: Db) -> Receivables:
    """What ended agreements were paid beyond what is due, the oldest first, and the total."""
    async with db.transaction() as tx:
        return await actions.list_receivables(tx)


router = Router("/receivables", route_handlers=[list_receivables], tags=["recoveries"])
