"""What waits in suspense, page by page and as a file."""

from datetime import date
from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Role, Scope
from service.auth import allow
from service.bank.words import KINDS, WORDS
from service.db import Connection
from service.i18n import N_, _
from service.lists import Column, Euros, Filter, Found, Listing, Values, Wanted
from service.suspense import actions
from service.suspense.model import Category, ResolutionKind, Waiting
from service.web import AnyRequest, Db, Me, Now, Seal

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
ACTING = {Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER}

CATEGORIES = {
    Category.BANK_FEE: N_("A fee of the bank"),
    Category.INTEREST: N_("Interest"),
    Category.TREASURY_FUNDING: N_("Money from the treasury"),
    Category.BANK_CORRECTION: N_("A correction of the bank"),
    Category.REPAID_BY_PAYEE: N_("Paid back by a payee"),
    Category.FOREIGN: N_("Not meant for us"),
    Category.OTHER: N_("Something else"),
}
RESOLUTIONS = {
    ResolutionKind.MATCH: N_("Matched to a payment"),
    ResolutionKind.SPLIT: N_("Split over payments"),
    ResolutionKind.EXPLAIN: N_("Explained"),
    ResolutionKind.BATCH: N_("Booked as a block"),
    ResolutionKind.RECOVER: N_("Settled recoveries"),
    ResolutionKind.UNDO: N_("Taken back"),
}

LIST = Listing(
    name="suspense",
    title=N_("Money that waits for an explanation"),
    columns=(
        Column(N_("Booked on"), lambda one: one.booked_on, order="oldest"),
        Column(N_("Days"), lambda one: one.age_days, is_number=True),
        Column(N_("Direction"), lambda one: _(KINDS[one.kind])),
        Column(N_("Amount"), lambda one: Euros(one.amount_cents), order="amount", is_number=True),
        Column(
            N_("What the bank says"),
            lambda one: one.end_to_end_id or one.block_id or one.servicer_reference or "",
        ),
        Column(N_("Where it stands"), lambda one: _(standing_of(one))),
    ),
    filters=(
        Filter("kind", N_("Direction"), kind="choice", choices=KINDS),
        Filter("older_than_days", N_("At least so many days old"), kind="number"),
    ),
    order="oldest",
)


def standing_of(waiting: Waiting) -> str:
    """What an entry waits for."""
    if waiting.resolution_id is not None:
        return N_("Waits for a second person")
    return N_("Waits for an explanation")


async def find(tx: Connection, wanted: Wanted, values: Values, *, on: date) -> Found[Waiting]:
    """A page of what waits, with its age."""
    return await actions.list_entries(
        tx,
        wanted,
        kind=values["kind"],
        older_than_days=values["older_than_days"],
        today=on,
    )


@get("/", guards=[READER])
async def show_suspense(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """What waits, by direction and age; and what people said before."""
    async with db.transaction() as tx:
        said = await actions.list_resolutions(tx)
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, on=clock.today()),
        "suspense/list.html",
        said=said,
        may_act=me.role in ACTING,
        kinds=KINDS,
        words=WORDS,
        categories=CATEGORIES,
        resolutions=RESOLUTIONS,
    )


@get("/sheet", guards=[READER])
async def download_suspense(request: AnyRequest, db: Db, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    asked = partial(find, on=clock.today())
    return await list_pages.download_list(request, db, clock, sealer, LIST, asked)


HANDLERS = [show_suspense, download_suspense]
