"""The list of recoveries, in a browser and as a file."""

from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role
from service.db import Connection
from service.i18n import N_, _
from service.lists import Column, Euros, Filter, Found, Listing, Values, Wanted
from service.recoveries import actions
from service.recoveries.api import OWNER
from service.recoveries.model import CAUSE_WORDS, STATE_WORDS, RecoveryState
from service.recoveries.shown import Listed
from service.web import AnyRequest, Db, Me, Now, Seal

LIST = Listing(
    name="recoveries",
    title=N_("Recoveries"),
    columns=(
        Column(N_("Recovery"), lambda one: one.reference),
        Column(N_("Payee"), lambda one: one.payee_name),
        Column(N_("Agreement"), lambda one: one.agreement_reference),
        Column(N_("Cause"), lambda one: _(CAUSE_WORDS[one.cause])),
        Column(N_("State"), lambda one: _(STATE_WORDS[one.state])),
        Column(N_("Owed in all"), lambda one: Euros(one.owed_cents), is_number=True),
        Column(N_("Still open"), lambda one: Euros(one.open_cents), is_number=True),
        Column(N_("Raised"), lambda one: one.raised_at, order="newest"),
    ),
    filters=(
        Filter(
            "state",
            N_("State"),
            kind="choice",
            choices={
                "open": N_("All that are open"),
                "all": N_("Every one"),
                **{str(state): words for state, words in STATE_WORDS.items()},
            },
            default="open",
        ),
    ),
    order="newest",
    descending=True,
)


async def find(tx: Connection, wanted: Wanted, values: Values, *, by: Actor) -> Found[Listed]:
    """A page of recoveries, those that are open unless another state is chosen."""
    chosen = values["state"]
    return await actions.list_recoveries(
        tx,
        wanted,
        by=by,
        state=RecoveryState(chosen) if chosen in set(RecoveryState) else None,
        is_open=True if chosen == "open" else None,
    )


@get("/", guards=[OWNER])
async def show_recoveries(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """Recoveries, those that are open unless another state is chosen."""
    async with db.transaction() as tx:
        open_cents = sum(one.open_cents for one in await actions.list_state_totals(tx))
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, by=me),
        "recoveries/list.html",
        states=STATE_WORDS,
        causes=CAUSE_WORDS,
        open_cents=open_cents,
        may_forecast=me.role is not Role.EMPLOYER,
    )


@get("/sheet", guards=[OWNER])
async def download_recoveries(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, partial(find, by=me))


HANDLERS = [show_recoveries, download_recoveries]
