"""The list of agreements, in a browser and as a file."""

from functools import partial

from litestar import get, post
from litestar.response import Redirect, Stream, Template

from service import list_pages
from service.actor import Actor
from service.agreements import actions, rules
from service.agreements.api import READERS
from service.agreements.model import STATE_WORDS, Listed, State
from service.db import Connection
from service.i18n import N_, _
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.web import AnyRequest, Db, Me, Now, Seal

LIST = Listing(
    name="agreements",
    title=N_("Agreements"),
    columns=(
        Column(N_("Agreement"), lambda one: one.reference, order="newest"),
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Employer"), lambda one: one.employer_name, order="employer"),
        Column(N_("Placement"), lambda one: one.title),
        Column(N_("Scheme"), lambda one: one.scheme_code),
        Column(N_("First day"), lambda one: one.period.start, order="start"),
        Column(N_("Last day"), lambda one: one.period.last_day),
        Column(N_("State"), lambda one: _(STATE_WORDS[one.state])),
        Column(N_("Still to sign"), lambda one: _unsigned(one)),
    ),
    filters=(
        Filter("state", N_("State"), kind="choice", choices=STATE_WORDS),
        Filter("candidate", N_("Part of a candidate's name"), is_private=True),
        Filter("employer", N_("Part of an employer's name")),
    ),
    order="newest",
    descending=True,
)


async def find(tx: Connection, wanted: Wanted, values: Values, *, by: Actor) -> Found[Listed]:
    """A page of the agreements of whoever asks."""
    return await actions.list_agreements(
        tx,
        wanted,
        state=values["state"],
        candidate_name=values["candidate"],
        employer_name=values["employer"],
        by=by,
    )


@get("/", guards=READERS)
async def show_agreements(request: AnyRequest, db: Db, me: Me, sealer: Seal) -> Template:
    """The agreements of whoever looks."""
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, by=me),
        "agreements/list.html",
        states=STATE_WORDS,
        missing_parties=rules.missing_parties,
        name_parties=rules.name_parties,
    )


@post("/search", guards=READERS)
async def search_agreements(request: AnyRequest, me: Me, sealer: Seal) -> Redirect:
    """Asks for a candidate's name, which no address then says."""
    return await list_pages.search_list(request, LIST, sealer, me)


@get("/sheet", guards=READERS)
async def download_agreements(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, partial(find, by=me))


def _unsigned(listed: Listed) -> str:
    """Who still has to sign a draft."""
    if listed.state is not State.DRAFTED:
        return ""
    return rules.name_parties(rules.missing_parties(listed.signed_parties))


HANDLERS = [show_agreements, search_agreements, download_agreements]
