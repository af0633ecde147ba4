"""The list of placements, in a browser and as a file."""

from datetime import date
from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.db import Connection
from service.i18n import N_, _, language
from service.lists import Column, Euros, Filter, Found, Listing, Values, Wanted
from service.placements import actions
from service.placements.model import Choice, Line, State
from service.web import AnyRequest, Db, Me, Now, Seal

STATES = {
    State.SUBMITTED: N_("Waits for a decision"),
    State.APPROVED: N_("Approved"),
    State.REFUSED: N_("Refused"),
    State.CLOSED: N_("Closed"),
}

LIST = Listing(
    name="placements",
    title=N_("Placements"),
    columns=(
        Column(N_("Placement"), lambda one: f"{one.title} ({one.reference})", order="newest"),
        Column(N_("Employer"), lambda one: one.employer_name, order="employer"),
        Column(N_("Occupation"), lambda one: one.occupation_code),
        Column(N_("Place"), lambda one: one.municipality_code),
        Column(N_("First day"), lambda one: one.starts_on, order="start"),
        Column(N_("Last day"), lambda one: one.last_day),
        Column(N_("Hours a week"), lambda one: one.weekly_hours, is_number=True),
        Column(
            N_("Gross wage"),
            lambda one: Euros(one.gross_wage_cents),
            order="wage",
            is_number=True,
        ),
        Column(N_("Seats"), lambda one: one.seats, is_number=True),
        Column(N_("Seats taken"), lambda one: one.seats_taken, is_number=True),
        Column(N_("State"), lambda one: _(STATES[one.state])),
    ),
    filters=(
        Filter("state", N_("State"), kind="choice", choices=STATES),
        Filter("employer", N_("Part of an employer's name")),
        Filter("open_only", N_("With a seat left"), kind="yes"),
    ),
    order="newest",
    descending=True,
)


async def find(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor, on: date
) -> Found[Line]:
    """A page of an employer's own placements, or of every employer's."""
    return await actions.list_placements(
        tx,
        wanted,
        state=values["state"],
        employer_name=values["employer"],
        open_on=on if values["open_only"] else None,
        by=by,
    )


@get("/", guards=[allow(scope=Scope.READ)])
async def show_placements(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """An employer's own placements; every employer's for the offices."""
    async with db.transaction() as tx:
        names = names_of(await actions.list_choices(tx))
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, by=me, on=clock.today()),
        "placements/list.html",
        names=names,
        states=STATES,
        may_post=me.role is Role.EMPLOYER,
    )


@get("/sheet", guards=[allow(scope=Scope.READ)])
async def download_placements(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    asked = partial(find, by=me, on=clock.today())
    return await list_pages.download_list(request, db, clock, sealer, LIST, asked)


def names_of(choices: list[Choice]) -> dict[tuple[str, str], str]:
    """The names of codes in the language in use, by the kind of list and the code."""
    return {(str(one.kind), one.code): one.name(language()) for one in choices}


HANDLERS = [show_placements, download_placements]
