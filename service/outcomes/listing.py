"""Whose outcome is to be looked up, page by page and as a file."""

from datetime import date
from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.db import Connection
from service.i18n import N_
from service.lists import Column, Filter, Found, Listing, Values, Wanted
from service.outcomes import actions
from service.outcomes.model import POINTS, Due
from service.web import AnyRequest, Db, Me, Now, Seal

READER = allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)

LIST = Listing(
    name="outcomes_due",
    title=N_("Outcomes to look up"),
    columns=(
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Agreement"), lambda one: one.reference),
        Column(N_("Employer"), lambda one: one.employer_name),
        Column(N_("Months after"), lambda one: one.months_after, is_number=True),
        Column(N_("Since"), lambda one: one.due_on, order="ended"),
    ),
    filters=(
        Filter(
            "point",
            N_("Months after"),
            kind="choice",
            choices={str(point): str(point) for point in POINTS},
        ),
    ),
    order="ended",
)


async def find(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor, on: date
) -> Found[Due]:
    """A page of the points that have passed unrecorded, of the own office or for an auditor all."""
    point = values["point"]
    return await actions.list_due(
        tx, wanted, by=by, on=on, months_after=None if point is None else int(point)
    )


@get("/outcomes", guards=[READER])
async def show_due(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """Whom to look up: the points of the own office that have passed unrecorded."""
    asked = partial(find, by=me, on=clock.today())
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        asked,
        "outcomes/due.html",
        of_office=me.role is Role.CASE_OFFICER,
    )


@get("/outcomes/sheet", guards=[READER])
async def download_due(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    asked = partial(find, by=me, on=clock.today())
    return await list_pages.download_list(request, db, clock, sealer, LIST, asked)


HANDLERS = [show_due, download_due]
