"""Attendance over JSON: reporting a month, who is in it, what is missing, and confirming."""

from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from service.actor import Role, Scope
from service.attendance import actions
from service.attendance.model import (
    ConfirmedFor,
    Contested,
    Missing,
    Report,
    Saved,
    SheetRow,
    Waiting,
)
from service.auth import allow
from service.ids import AgreementId, AttendanceId, ContestId
from service.money import Cents
from service.period import format_month, parse_month
from service.web import Db, Me, Now

REPORTERS = [allow(Role.EMPLOYER, Role.CASE_OFFICER)]
READERS = [allow(Role.EMPLOYER, Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)]
REPORT_READERS = [allow(Role.EMPLOYER, Role.CASE_OFFICER, scope=Scope.READ)]
OFFICER = [allow(Role.CASE_OFFICER)]

MonthText = Annotated[str, msgspec.Meta(max_length=7)]


class ReportRow(msgspec.Struct, forbid_unknown_fields=True):
    """One agreement's month; what does not fit is answered by row and field."""

    agreement_id: AgreementId
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: int

    def report(self) -> Report:
        """What the action takes."""
        return Report(
            agreement_id=self.agreement_id,
            days_expected=self.days_expected,
            days_worked=self.days_worked,
            days_paid_leave=self.days_paid_leave,
            gross_wage_cents=Cents(self.gross_wage_cents),
        )


class MonthRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A month such as 2026-10, and a row for each agreement that is reported."""

    month: MonthText
    rows: Annotated[
        list[ReportRow], msgspec.Meta(min_length=1, max_length=actions.REPORTED_AT_ONCE)
    ]


class ConfirmRequest(msgspec.Struct, forbid_unknown_fields=True):
    """On whose word the report is confirmed."""

    confirmed_for: ConfirmedFor


class MissingView(msgspec.Struct):
    """A month that an employer owes a report for."""

    month: str
    agreement_id: AgreementId
    reference: str
    candidate_name: str

    @classmethod
    def of(cls, missing: Missing) -> Self:
        """The view of a row."""
        return cls(
            format_month(missing.month),
            missing.agreement_id,
            missing.reference,
            missing.candidate_name,
        )


@post("/", guards=REPORTERS)
async def report_month(data: JSONBody[MonthRequest], db: Db, me: Me, clock: Now) -> Saved:
    """Saves a month's reports, all or none; a second report of an agreement corrects the first."""
    month = parse_month(data.month)
    async with db.transaction() as tx:
        return await actions.report_month(
            tx,
            month,
            [row.report() for row in data.rows],
            by=me,
            on=clock.today(),
            at=clock.now(),
        )


@get("/", guards=REPORT_READERS)
async def list_month(month: FromQuery[MonthText], db: Db, me: Me) -> list[SheetRow]:
    """Who was employed in a month, each with the report that counts, if there is one."""
    wanted = parse_month(month)
    async with db.transaction() as tx:
        return await actions.list_month(tx, wanted, by=me)


@get("/missing", guards=[allow(Role.EMPLOYER, scope=Scope.READ)])
async def list_missing(db: Db, me: Me, clock: Now) -> list[MissingView]:
    """The months that the employer owes a report for, oldest first."""
    async with db.transaction() as tx:
        found = await actions.list_missing(tx, on=clock.today(), by=me)
    return [MissingView.of(one) for one in found.rows]


@get("/waiting", guards=[allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)])
async def list_waiting(db: Db, me: Me) -> list[Waiting]:
    """The reports that wait for the confirmation of an office, oldest month first."""
    async with db.transaction() as tx:
        return (await actions.list_waiting(tx, by=me)).rows


@post("/{attendance_id:uuid}/confirm", status_code=204, guards=OFFICER)
async def confirm_attendance(
    attendance_id: FromPath[AttendanceId],
    data: JSONBody[ConfirmRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """Confirms a report for the candidate or the office; never the reporter's own."""
    async with db.transaction() as tx:
        await actions.confirm_attendance(
            tx, attendance_id, confirmed_for=data.confirmed_for, by=me, at=clock.now()
        )


class SettleRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What was found out about what a candidate says."""

    finding: Annotated[str, msgspec.Meta(max_length=2000)]


@get("/contested", guards=READERS)
async def list_contested(db: Db, me: Me) -> list[Contested]:
    """What candidates say is wrong with reports that one may see, and nobody settled."""
    async with db.transaction() as tx:
        return await actions.list_contested(tx, by=me)


@post("/contests/{contest_id:uuid}/settle", status_code=204, guards=OFFICER)
async def settle_contest(
    contest_id: FromPath[ContestId], data: JSONBody[SettleRequest], db: Db, me: Me, clock: Now
) -> None:
    """Writes down what was found: the report stands, and may be confirmed."""
    async with db.transaction() as tx:
        await actions.settle_contest(tx, contest_id, finding=data.finding, by=me, at=clock.now())


router = Router(
    "/attendance",
    route_handlers=[
        report_month,
        list_month,
        list_missing,
        list_waiting,
        confirm_attendance,
        list_contested,
        settle_contest,
    ],
    tags=["attendance"],
)
