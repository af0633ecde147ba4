"""The search box in a browser: what is typed is sent in the body, never in the address."""

from litestar import Router, get, post
from litestar.response import Template

from service.actor import Scope
from service.agreements.model import STATE_WORDS as AGREEMENT_STATES
from service.auth import allow
from service.bank.words import WORDS
from service.find import actions
from service.find.model import Found
from service.find.rules import NothingToFind
from service.web import AnyRequest, Db, Me, Now, Seal, page

ANYBODY = allow(scope=Scope.READ)


@get("/", guards=[ANYBODY], sync_to_thread=False)
def show_box() -> Template:
    """The empty search box."""
    return _page("", None)


@post("/", status_code=200, guards=[ANYBODY])
async def find(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """What fits what was typed, by kind."""
    typed = str((await request.form()).get("q", ""))
    try:
        async with db.transaction() as tx:
            found = await actions.find(tx, typed, by=me, at=clock.now(), sealer=sealer)
    except NothingToFind as refused:
        return _page(typed, None, refused=refused)
    return _page(typed, found)


def _page(typed: str, found: Found | None, *, refused: NothingToFind | None = None) -> Template:
    return page(
        "find/find.html",
        status=refused.status if refused else 200,
        typed=typed,
        found=found,
        errors={"q": refused.sentence()} if refused else {},
        agreement_states=AGREEMENT_STATES,
        payment_states=WORDS,
    )


router = Router("/find", route_handlers=[show_box, find])
