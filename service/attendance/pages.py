"""Attendance in a browser: an employer's sheet of a month, and what waits for an office."""

import asyncio
from io import BytesIO
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.attendance import actions, listing, sheet, upload
from service.attendance.api import OFFICER
from service.attendance.model import ConfirmedFor, SheetRow
from service.attendance.rules import MonthInFuture, ReportedMeanwhile
from service.auth import allow
from service.clock import Clock
from service.i18n import N_, _, language
from service.ids import AttendanceId
from service.period import Month, add_months, format_month, parse_month
from service.problems import InvalidFields
from service.sheets import MEDIA_TYPES, Format, open_sheet
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, page, redirect

EMPLOYER = [allow(Role.EMPLOYER)]
CONFIRMED_WORDS = {
    ConfirmedFor.CANDIDATE: N_("by the candidate"),
    ConfirmedFor.OFFICE: N_("by the office"),
}

Cell = Annotated[str, msgspec.Meta(max_length=200)]


class Confirming(msgspec.Struct):
    """On whose word a report is confirmed."""

    confirmed_for: ConfirmedFor


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
    if errors := typed.wrong or await _save(db, wanted, typed, me, clock):
        return _sheet_page(wanted, rows, data, errors)
    return redirect(f"/attendance/{format_month(wanted)}")


@get("/{month:str}/sheet.xlsx", guards=[allow(Role.EMPLOYER, scope=Scope.READ)])
async def download_sheet(month: FromPath[str], db: Db, me: Me) -> Response[bytes]:
    """The month's sheet to fill in with a spreadsheet program."""
    wanted = parse_month(month)
    async with db.transaction() as tx:
        rows = await actions.list_month(tx, wanted, by=me)
    content = BytesIO()
    written = open_sheet(
        Format.XLSX,
        content,
        headings=[_(heading) for heading in upload.HEADINGS.values()],
        language=language(),
    )
    written.write(upload.table_of(rows))
    written.close()
    name = f"attendance-{format_month(wanted)}.xlsx"
    return Response(
        content.getvalue(),
        media_type=MEDIA_TYPES[Format.XLSX],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@post("/{month:str}/upload", guards=EMPLOYER)
async def report_file(
    month: FromPath[str], request: AnyRequest, db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Saves the rows of a file, all or none; the sheet comes back with what the file said."""
    wanted = parse_month(month)
    sent = (await request.form()).get("file")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    async with db.transaction() as tx:
        rows = await actions.list_month(tx, wanted, by=me)
    try:
        told = await asyncio.to_thread(upload.read, content, rows)
    except (upload.UnreadableSheet, upload.SheetTooLarge, upload.MissingColumns) as refused:
        return _sheet_page(wanted, rows, sheet.written(rows), {"file": refused.sentence()})
    typed = sheet.read(told.typed, rows)
    errors = upload.by_row(typed.wrong, told)
    if not errors and not typed.reports:
        errors = {"file": _("No row of the sheet is filled in. Fill it in, then upload it.")}
    if not errors:
        errors = upload.by_row(await _save(db, wanted, typed, me, clock), told)
    if errors:
        return _sheet_page(wanted, rows, {**sheet.written(rows), **told.typed}, errors)
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


async def _save(
    db: ActingDatabase, month: Month, typed: sheet.Read, me: Actor, clock: Clock
) -> dict[str, str]:
    """Saves the reports; or saves nothing and says what is wrong, beside the cells it is about."""
    try:
        async with db.transaction() as tx:
            await actions.report_month(
                tx, month, typed.reports, by=me, on=clock.today(), at=clock.now()
            )
    except InvalidFields as refused:
        return sheet.beside_cells(refused.fields, typed.reports)
    except (MonthInFuture, ReportedMeanwhile) as refused:
        return {"sheet": refused.sentence()}
    return {}


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
    "/attendance",
    route_handlers=[
        *listing.HANDLERS, show_sheet, report_sheet, download_sheet, report_file, confirm,
    ],
)  # fmt: skip
