"""Receivables in a browser: who owes what back, and since when."""

from litestar import Router, get
from litestar.response import Template

from service.recoveries import actions
from service.recoveries.api import READER
from service.web import Db, page


@get("/", guards=[READER])
async def show_receivables(db: Db) -> Template:
    """What ended agreements owe back."""
    async with db.transaction() as tx:
        receivables = await actions.list_receivables(tx)
    return page("recoveries/receivables.html", receivables=receivables)


router = Router("/receivables", route_handlers=[show_receivables])
