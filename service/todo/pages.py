"""The first page: what waits for whoever has signed in, and what they often do."""

from litestar import Router, get
from litestar.response import Template

from service.actor import Scope
from service.auth import allow
from service.clock import business_day
from service.todo import actions, rules
from service.todo.words import PLACES
from service.web import Db, Me, Now, Seal, page


@get("/", guards=[allow(scope=Scope.READ)])
async def show_todo(db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """What waits for this person and since when."""
    async with db.transaction() as tx:
        waiting = await actions.list_waiting(
            tx, by=me, at=clock.now(), on=clock.today(), sealer=sealer
        )
        deadlines = await actions.list_deadlines(tx, waiting)
        assured = await actions.read_assured(tx, by=me)
    return page(
        "todo/todo.html",
        waiting=waiting,
        assured=assured,
        places=PLACES,
        counted_max=rules.COUNTED_MAX,
        business_day=business_day,
        deadlines=deadlines,
        today=clock.today(),
        role=me.role,
    )


router = Router("/", route_handlers=[show_todo])
