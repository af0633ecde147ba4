"""The list of an office's candidates, in a browser and as a file."""

from functools import partial

from litestar import get, post
from litestar.response import Redirect, Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.candidates import actions, words
from service.candidates.model import Summary
from service.db import Connection
from service.i18n import N_
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.offices.actions import list_municipalities
from service.web import AnyRequest, Db, Me, Now, Seal

OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)

LIST = Listing(
    name="candidates",
    title=N_("Candidates"),
    columns=(
        Column(N_("Reference"), lambda one: one.reference),
        Column(N_("Name"), lambda one: f"{one.given_name} {one.family_name}", order="name"),
        Column(N_("Born"), lambda one: one.born_on, order="born"),
        Column(N_("Municipality"), lambda one: one.municipality_code),
        Column(N_("Registered"), lambda one: one.registered_at, order="newest"),
        Column(N_("Left the register"), lambda one: one.withdrawn_at),
    ),
    filters=(
        Filter(
            "name",
            N_("Part of a name"),
            hint=N_("Accents do not matter: Celik finds Çelik."),
            is_private=True,
        ),
        Filter(
            "standing",
            N_("In the register"),
            kind="choice",
            choices={"in": N_("Still in the register"), "left": N_("Left the register")},
        ),
    ),
    order="newest",
    descending=True,
)
IS_REGISTERED = {"in": True, "left": False}


async def find(tx: Connection, wanted: Wanted, values: Values, *, by: Actor) -> Found[Summary]:
    """A page of the people of the officer's own office."""
    is_registered = IS_REGISTERED.get(values["standing"])
    return await actions.list_candidates(
        tx, wanted, name=values["name"], is_registered=is_registered, by=by
    )


@get("/", guards=[OFFICER_READS])
async def show_candidates(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """The office's people, searched by parts of their names."""
    async with db.transaction() as tx:
        places = dict(words.municipality_options(await list_municipalities(tx)))
    return await list_pages.show_list(
        request, db, sealer, LIST, partial(find, by=me), "candidates/list.html", places=places
    )


@post("/search", guards=[OFFICER_READS])
async def search_candidates(request: AnyRequest, me: Me, sealer: Seal) -> Redirect:
    """Asks for a name, which no address then says."""
    return await list_pages.search_list(request, LIST, sealer, me)


@get("/sheet", guards=[OFFICER_READS])
async def download_candidates(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, partial(find, by=me))


HANDLERS = [show_candidates, search_candidates, download_candidates]
