"""Long work over the API: how far it is, for who asked on a page and follows it elsewhere."""

from litestar import Router, get
from litestar.params import FromPath

from service.actor import Role, Scope
from service.auth import allow
from service.ids import WorkId
from service.web import Db
from service.work import actions
from service.work.model import Work

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


@get("/work", guards=[READER])
async def list_work(db: Db) -> list[Work]:
    """The work that was asked for last: fifty pieces."""
    async with db.transaction() as tx:
        return await actions.list_work(tx)


@get("/work/{work_id:uuid}", guards=[READER])
async def read_work(work_id: FromPath[WorkId], db: Db) -> Work:
    """How far a piece of work is, and what came of it."""
    async with db.transaction() as tx:
        return await actions.read_work(tx, work_id)


router = Router("/", route_handlers=[list_work, read_work], tags=["work"])
