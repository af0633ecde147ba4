"""Flags for machines."""

from litestar import Router, get
from litestar.params import FromPath

from service.actor import Role, Scope
from service.auth import allow
from service.flags import actions
from service.flags.model import FlagRule, PayoutFlags
from service.ids import PayoutId
from service.web import Db, Now

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


@get("/payouts/{payout_id:uuid}", guards=[READER])
async def read_payout(payout_id: FromPath[PayoutId], db: Db) -> PayoutFlags:
    """What looks odd in a payout, the lines of the highest scores first."""
    async with db.transaction() as tx:
        return await actions.read_payout(tx, payout_id)


@get("/rules", guards=[READER])
async def list_rules(db: Db, clock: Now) -> list[FlagRule]:
    """How much each flag counts today."""
    async with db.transaction() as tx:
        return await actions.list_rules(tx, on=clock.today())


router = Router("/flags", route_handlers=[read_payout, list_rules], tags=["flags"])
