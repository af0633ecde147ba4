"""What waits for whoever asks, for machines."""

from litestar import Router, get

from service.actor import Scope
from service.auth import allow
from service.todo import actions
from service.todo.model import Waiting
from service.web import Db, Me, Now, Seal


@get("/", guards=[allow(scope=Scope.READ)])
async def list_waiting(db: Db, me: Me, clock: Now, sealer: Seal) -> list[Waiting]:
    """Each kind of work that waits: how much, since when, and the five oldest things."""
    async with db.transaction() as tx:
        return await actions.list_waiting(
            tx, by=me, at=clock.now(), on=clock.today(), sealer=sealer
        )


router = Router("/todo", route_handlers=[list_waiting], tags=["todo"])
