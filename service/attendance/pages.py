"""Attendance in a browser: an employer's sheet of a month, and what waits for an office."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.attendance import actions, sheet
from service.attendance.api import OFFICER, READERS
from service.attendance.model import ConfirmedFor, SheetRow
from service.attendance.rules import MonthInFuture, ReportedMeanwhile
from service.auth import allow
from service.clock import Clock
from service.db import Connection
from service.i18n import N_
from service.ids import AttendanceId, ContestId
from service.period import Month, add_months, format_month, month_of, parse_month
from service.problems import InvalidFields
from service.web import Db, Me, Now, page, redirect

EMPLOYER = [allow(Role.EMPLOYER)]
CONFIRMED_WORDS = {
    ConfirmedFor.CANDIDATE: N_("by the candidate"),
    ConfirmedFor.OFFICE: N_("by the office"),
}

Cell = Annotated[str, msgspec.Meta(max_length=500)]


class Confirming(msgspec.Struct):
    """On whose word a report is confirmed."""

    confirmed_for: ConfirmedFor


@get("/", guards=READERS)
async def show_attendance(db: Db, me: Me, clock: Now) -> Template:
    """What an employer still owes; for an office, what waits for its confirmation."""
    async with db.transaction() as tx:
        if me.role is Role.EMPLOYER:
            missing = await actions.list_missing(tx, on=clock.today(), by=me)
            return page(
                "attendance/missing.html",
                missing=missing,
                contested=await actions.list_contested(tx, by=me),
                last_month=format_month(_last_month(clock)),
                format_month=format_month,
            )
        return await _waiting_page(tx, me)


@get("/{month:str}", guards=[allow(Role.EMPLOYER, scope=Scope.READ)])
async def show_sheet(month: FromPath[str], db: Db, me: Me) -> Template:
    """All hires of an employer in one month, on one page."""
    wanted = parse_month(month)
    async with db.transaction() as tx:
        rows = await actions.list_month(tx, wanted, by=me)
    return _sheet_page(wanted, rows, sheet.written(rows), {})


@post("/{month:str}", guards=EMPLOYER)
async def report_sheet(
    month: FromPath[str], data: URLEncodedBody[dict[str, Cell]], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Saves the filled rows, all or none; the sheet comes back with a word beside each cell."""
    wanted = parse_month(month)
    async with db.transaction() as tx:
        rows = await actions.list_month(tx, wanted, by=me)
    typed = sheet.read(data, rows)
    if typed.wrong:
        return _sheet_page(wanted, rows, data, typed.wrong)
    try:
        async with db.transaction() as tx:
            await actions.report_month(
                tx, wanted, typed.reports, by=me, on=clock.today(), at=clock.now()
            )
    except InvalidFields as refused:
        errors = sheet.beside_cells(refused.fields, typed.reports)
        return _sheet_page(wanted, rows, data, errors)
    except (MonthInFuture, ReportedMeanwhile) as refused:
        return _sheet_page(wanted, rows, data, {"sheet": refused.sentence()})
    return redirect(f"/attendance/{format_month(wanted)}")


@post("/{attendance_id:uuid}/confirm", guards=OFFICER)
async def confirm(
    attendance_id: FromPath[AttendanceId],
    data: URLEncodedBody[Confirming],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect:
    """Confirms a report and goes back to what waits."""
    async with db.transaction() as tx:
        await actions.confirm_attendance(
            tx, attendance_id, confirmed_for=data.confirmed_for, by=me, at=clock.now()
        )
    return redirect("/attendance")


@post("/contests/{contest_id:uuid}/settle", guards=OFFICER)
async def settle(
    contest_id: FromPath[ContestId],
    data: URLEncodedBody[dict[str, Cell]],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Writes down what was found out about what a candidate says, or brings the page back."""
    field = f"finding-{contest_id}"
    finding = data.get(field, "")
    try:
        async with db.transaction() as tx:
            await actions.settle_contest(tx, contest_id, finding=finding, by=me, at=clock.now())
    except InvalidFields as refused:
        typed, errors = {contest_id: finding}, {field: refused.fields["finding"]}
        async with db.transaction() as tx:
            return await _waiting_page(tx, me, typed=typed, errors=errors)
    return redirect("/attendance")


async def _waiting_page(
    tx: Connection,
    me: Actor,
    *,
    typed: Mapping[ContestId, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    """What waits for an office: what candidates say is wrong first, then what nobody confirmed."""
    return page(
        "attendance/waiting.html",
        status=InvalidFields.status if errors else 200,
        contested=await actions.list_contested(tx, by=me),
        waiting=await actions.list_waiting(tx, by=me),
        me=me,
        format_month=format_month,
        typed=typed or {},
        errors=errors or {},
    )


def _last_month(clock: Clock) -> Month:
    return Month(add_months(month_of(clock.today()), -1))


def _sheet_page(
    month: Month, rows: list[SheetRow], typed: dict[str, str], errors: dict[str, str]
) -> Template:
    return page(
        "attendance/sheet.html",
        status=InvalidFields.status if errors else 200,
        month=format_month(month),
        earlier=format_month(add_months(month, -1)),
        later=format_month(add_months(month, 1)),
        rows=rows,
        typed=typed,
        errors=errors,
        cell=sheet.cell,
        confirmed_words=CONFIRMED_WORDS,
    )


router = Router(
    "/attendance", route_handlers=[show_attendance, show_sheet, report_sheet, confirm, settle]
)
