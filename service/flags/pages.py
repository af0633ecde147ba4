"""Flags in a browser: what looks odd in a payout, in words."""

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from service.flags import actions
from service.flags.api import READER
from service.flags.model import Flag
from service.flags.names import NAMES
from service.ids import PayoutId
from service.web import Db, page


@get("/payouts/{payout_id:uuid}", guards=[READER])
async def show_payout(payout_id: FromPath[PayoutId], db: Db) -> Template:
    """The flagged lines of a payout, those of the highest scores first, and the counts."""
    async with db.transaction() as tx:
        found = await actions.read_payout(tx, payout_id)
    return page(
        "flags/payout.html",
        payout_id=payout_id,
        found=found,
        names=NAMES,
        red=Flag.ACCOUNT_CHANGED,
    )


router = Router("/flags", route_handlers=[show_payout])
