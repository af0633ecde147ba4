"""What an employer still has to report, and what waits for an office, page by page and as files."""

from datetime import date
from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role
from service.attendance import actions
from service.attendance.api import READERS
from service.attendance.model import Missing, Waiting
from service.db import Connection
from service.i18n import N_
from service.lists import Column, Euros, Filter, Find, Found, Listing, Values, Wanted
from service.period import Month, add_months, format_month, month_of
from service.web import AnyRequest, Db, Me, Now, Seal

MISSING = Listing(
    name="attendance_missing",
    title=N_("Still to report"),
    columns=(
        Column(N_("Month"), lambda one: format_month(one.month), order="month"),
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Agreement"), lambda one: one.reference),
    ),
    order="month",
)
WAITING = Listing(
    name="attendance_waiting",
    title=N_("Attendance to confirm"),
    columns=(
        Column(N_("Month"), lambda one: format_month(one.month), order="month"),
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Employer"), lambda one: one.employer_name),
        Column(N_("Agreement"), lambda one: one.reference),
        Column(N_("Days expected"), lambda one: one.days_expected, is_number=True),
        Column(N_("Days worked"), lambda one: one.days_worked, is_number=True),
        Column(N_("Paid leave"), lambda one: one.days_paid_leave, is_number=True),
        Column(
            N_("Gross wage"),
            lambda one: Euros(one.gross_wage_cents),
            is_number=True,
        ),
        Column(N_("Reported"), lambda one: one.reported_at, order="reported"),
    ),
    filters=(
        Filter("month", N_("Month"), kind="month"),
        Filter("employer", N_("Part of an employer's name")),
    ),
    order="month",
)


async def find_missing(
    tx: Connection, wanted: Wanted, _values: Values, *, by: Actor, on: date
) -> Found[Missing]:
    """A page of what an employer owes."""
    return await actions.list_missing(tx, wanted, on=on, by=by)


async def find_waiting(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor
) -> Found[Waiting]:
    """A page of what waits for an office."""
    return await actions.list_waiting(
        tx, wanted, month=values["month"], employer_name=values["employer"], by=by
    )


def _asked_by(me: Actor, on: date) -> tuple[Listing, Find]:
    if me.role is Role.EMPLOYER:
        return MISSING, partial(find_missing, by=me, on=on)
    return WAITING, partial(find_waiting, by=me)


@get("/", guards=READERS)
async def show_attendance(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """What an employer still owes; for an office, what waits for its confirmation."""
    listing, find = _asked_by(me, clock.today())
    async with db.transaction() as tx:
        contested = await actions.list_contested(tx, by=me)
    template = "missing" if listing is MISSING else "waiting"
    return await list_pages.show_list(
        request,
        db,
        sealer,
        listing,
        find,
        f"attendance/{template}.html",
        me=me,
        contested=len(contested),
        last_month=format_month(Month(add_months(month_of(clock.today()), -1))),
    )


@get("/sheet", guards=READERS)
async def download_attendance(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    listing, find = _asked_by(me, clock.today())
    return await list_pages.download_list(request, db, clock, sealer, listing, find)


HANDLERS = [show_attendance, download_attendance]
