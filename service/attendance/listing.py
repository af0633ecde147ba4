"""What an employer still has to report, and what waits for an office, page by page and as files."""

from datetime import date
from functools import partial

from litestar import get
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Actor, Role, Scope
from service.attendance import actions
from service.attendance.api import READERS
from service.attendance.model import (
    ListedReport,
    Missing,
    ReportStanding,
    Unreported,
    Waiting,
)
from service.auth import allow
from service.db import Connection
from service.i18n import N_, _
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
STANDINGS = {
    ReportStanding.WAITING: N_("Waits for its confirmation"),
    ReportStanding.CONFIRMED: N_("Confirmed"),
    ReportStanding.CONTESTED: N_("Contested by the candidate"),
}
REPORTS = Listing(
    name="attendance_reports",
    title=N_("Reports of attendance"),
    columns=(
        Column(N_("Month"), lambda one: format_month(one.month)),
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Employer"), lambda one: one.employer_name),
        Column(N_("Agreement"), lambda one: one.reference),
        Column(N_("Days expected"), lambda one: one.days_expected, is_number=True),
        Column(N_("Days worked"), lambda one: one.days_worked, is_number=True),
        Column(N_("Paid leave"), lambda one: one.days_paid_leave, is_number=True),
        Column(N_("Gross wage"), lambda one: Euros(one.gross_wage_cents), is_number=True),
        Column(N_("Reported"), lambda one: one.reported_at, order="newest"),
        Column(N_("State"), lambda one: _(STANDINGS[one.standing])),
    ),
    filters=(
        Filter("month", N_("Month"), kind="month"),
        Filter("employer", N_("Part of an employer's name")),
        Filter("standing", N_("State"), kind="choice", choices=STANDINGS),
    ),
    order="newest",
    descending=True,
)
UNREPORTED = Listing(
    name="attendance_unreported",
    title=N_("Not reported yet"),
    columns=(
        Column(N_("Month"), lambda one: format_month(one.month)),
        Column(N_("Candidate"), lambda one: one.candidate_name),
        Column(N_("Employer"), lambda one: one.employer_name, order="employer"),
        Column(N_("Agreement"), lambda one: one.reference, order="reference"),
    ),
    filters=(
        Filter("month", N_("Month"), kind="month", hint=N_("Empty: the month that ended last")),
        Filter("employer", N_("Part of an employer's name")),
    ),
    order="reference",
)
AUDITOR = [allow(Role.AUDITOR, scope=Scope.READ)]


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


async def find_reports(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor
) -> Found[ListedReport]:
    """A page of the reports of every office."""
    chosen = values["standing"]
    return await actions.list_reports(
        tx,
        wanted,
        month=values["month"],
        employer_name=values["employer"],
        standing=None if chosen is None else ReportStanding(chosen),
        by=by,
    )


async def find_unreported(
    tx: Connection, wanted: Wanted, values: Values, *, by: Actor, on: date
) -> Found[Unreported]:
    """A page of what is not reported of a month: of the one that ended last unless told."""
    month = values["month"] or add_months(month_of(on), -1)
    return await actions.list_unreported(
        tx, wanted, Month(month), employer_name=values["employer"], on=on, by=by
    )


def _asked_by(me: Actor, on: date) -> tuple[Listing, Find, str]:
    match me.role:
        case Role.EMPLOYER:
            return MISSING, partial(find_missing, by=me, on=on), "missing"
        case Role.AUDITOR:
            return REPORTS, partial(find_reports, by=me), "reports"
        case _:
            return WAITING, partial(find_waiting, by=me), "waiting"


@get("/", guards=READERS)
async def show_attendance(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """What an employer still owes; what waits for an office; for an auditor every report."""
    listing, find, template = _asked_by(me, clock.today())
    async with db.transaction() as tx:
        contested = await actions.list_contested(tx, by=me)
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
        standings=STANDINGS,
    )


@get("/sheet", guards=READERS)
async def download_attendance(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    listing, find, _template = _asked_by(me, clock.today())
    return await list_pages.download_list(request, db, clock, sealer, listing, find)


@get("/unreported", guards=AUDITOR)
async def show_unreported(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """For an auditor: who has not reported a month that is over."""
    return await list_pages.show_list(
        request,
        db,
        sealer,
        UNREPORTED,
        partial(find_unreported, by=me, on=clock.today()),
        "attendance/unreported.html",
    )


@get("/unreported/sheet", guards=AUDITOR)
async def download_unreported(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    asked = partial(find_unreported, by=me, on=clock.today())
    return await list_pages.download_list(request, db, clock, sealer, UNREPORTED, asked)


HANDLERS = [show_attendance, download_attendance, show_unreported, download_unreported]
