"""Finding anybody and anything, for machines: what is sought is in the body, never the address."""

from typing import Annotated

import msgspec
from litestar import Router, post
from litestar.params import JSONBody

from service.actor import Scope
from service.auth import allow
from service.find import actions
from service.find.model import Found
from service.web import Db, Me, Now, Seal


class FindRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a name, a whole number or a reference."""

    text: Annotated[str, msgspec.Meta(max_length=1_000)]


@post("/", status_code=200, guards=[allow(scope=Scope.READ)])
async def find(data: JSONBody[FindRequest], db: Db, me: Me, clock: Now, sealer: Seal) -> Found:
    """What fits, twenty of a kind at most; people of other offices by initials."""
    async with db.transaction() as tx:
        return await actions.find(tx, data.text, by=me, at=clock.now(), sealer=sealer)


router = Router("/find", route_handlers=[find], tags=["find"])
