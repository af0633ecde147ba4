"""The queries of attendance."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db, lists
from service.attendance.model import (
    ConfirmedFor,
    Contest,
    Contested,
    Current,
    Held,
    HeldAgreement,
    HeldContest,
    ListedReport,
    Missing,
    NewVersion,
    Reportable,
    Reported,
    ReportStanding,
    SheetRow,
    Unreported,
    Waiting,
)
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    AttendanceId,
    CandidateLinkId,
    ContestId,
    EmployerId,
    OfficeId,
)
from service.lists import Found, Wanted
from service.period import Month

SQL = db.load("attendance")


async def lock_reported_agreements(
    tx: Connection, agreement_ids: Sequence[AgreementId]
) -> list[Reportable]:
    """Those of the agreements that the actor may report for, held until the transaction ends."""
    return await db.fetch_all(
        tx, SQL["lock_reported_agreements"], Reportable, agreement_ids=agreement_ids
    )


async def list_current(
    tx: Connection, agreement_ids: Sequence[AgreementId], *, month: Month
) -> list[Current]:
    """The reports of a month that count now."""
    return await db.fetch_all(
        tx, SQL["list_current"], Current, agreement_ids=agreement_ids, month=month
    )


async def mark_superseded(
    tx: Connection, attendance_ids: Sequence[AttendanceId], *, at: datetime
) -> int:
    """Says that reports were corrected; they stay."""
    return await db.execute(tx, SQL["mark_superseded"], attendance_ids=attendance_ids, at=at)


async def insert_attendance(
    tx: Connection,
    versions: Sequence[NewVersion],
    *,
    month: Month,
    at: datetime,
    account_id: AccountId,
) -> int:
    """Writes the reports of a month at once."""
    reports = [one.report for one in versions]
    return await db.execute(
        tx,
        SQL["insert_attendance"],
        ids=[one.id for one in versions],
        versions=[one.version for one in versions],
        agreement_ids=[report.agreement_id for report in reports],
        days_expected=[report.days_expected for report in reports],
        days_worked=[report.days_worked for report in reports],
        days_paid_leave=[report.days_paid_leave for report in reports],
        gross_wages_cents=[report.gross_wage_cents for report in reports],
        month=month,
        at=at,
        account_id=account_id,
    )


async def lock_agreement_of_attendance(
    tx: Connection, attendance_id: AttendanceId
) -> HeldAgreement:
    """The agreement that a report is about, held; NotFound when it is not the actor's to see."""
    return await db.fetch_one(
        tx, SQL["lock_agreement_of_attendance"], HeldAgreement, attendance_id=attendance_id
    )


async def lock_attendance(tx: Connection, attendance_id: AttendanceId) -> Held:
    """A report, held until the transaction ends; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["lock_attendance"], Held, attendance_id=attendance_id)


async def record_confirmed(
    tx: Connection,
    attendance_id: AttendanceId,
    *,
    confirmed_for: ConfirmedFor,
    at: datetime,
    account_id: AccountId | None,
    by_link: CandidateLinkId | None,
) -> int:
    """Confirms a report that counts; 0 when it is confirmed or superseded."""
    return await db.execute(
        tx,
        SQL["record_confirmed"],
        attendance_id=attendance_id,
        confirmed_for=confirmed_for,
        at=at,
        account_id=account_id,
        by_link=by_link,
    )


async def list_month_of_party(
    tx: Connection,
    *,
    employer_id: EmployerId | None,
    office_id: OfficeId | None,
    month: Month,
    limit: int,
) -> list[SheetRow]:
    """Who was employed in a month under the agreements of an employer or of an office."""
    return await db.fetch_all(
        tx,
        SQL["list_month_of_party"],
        SheetRow,
        employer_id=employer_id,
        office_id=office_id,
        month=month,
        limit=limit,
    )


async def list_missing_for_employer(
    tx: Connection, wanted: Wanted, *, employer_id: EmployerId, today: date
) -> Found[Missing]:
    """A page of the months that an employer owes a report for."""
    return await lists.fetch_page(
        tx,
        SQL["list_missing_for_employer"],
        Missing,
        wanted,
        employer_id=employer_id,
        today=today,
    )


async def list_waiting(
    tx: Connection,
    wanted: Wanted,
    *,
    office_id: OfficeId | None,
    month: Month | None,
    employer_patterns: Sequence[str] | None,
) -> Found[Waiting]:
    """A page of the reports that wait for the confirmation of an office, or of any."""
    return await lists.fetch_page(
        tx,
        SQL["list_waiting"],
        Waiting,
        wanted,
        office_id=office_id,
        month=month,
        employer_patterns=employer_patterns,
    )


async def list_reports(
    tx: Connection,
    wanted: Wanted,
    *,
    month: Month | None,
    employer_patterns: Sequence[str] | None,
    standing: ReportStanding | None,
) -> Found[ListedReport]:
    """A page of the reports that count."""
    return await lists.fetch_page(
        tx,
        SQL["list_reports"],
        ListedReport,
        wanted,
        month=month,
        employer_patterns=employer_patterns,
        standing=standing,
    )


async def list_unreported(
    tx: Connection,
    wanted: Wanted,
    *,
    month: Month,
    employer_patterns: Sequence[str] | None,
    today: date,
) -> Found[Unreported]:
    """A page of the agreements without a report of a month that is over."""
    return await lists.fetch_page(
        tx,
        SQL["list_unreported"],
        Unreported,
        wanted,
        month=month,
        employer_patterns=employer_patterns,
        today=today,
    )


async def get_reported(tx: Connection, attendance_id: AttendanceId) -> Reported:
    """A report as its candidate reads it; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["get_reported"], Reported, attendance_id=attendance_id)


async def insert_contest(
    tx: Connection,
    contest_id: ContestId,
    attendance_id: AttendanceId,
    contest: Contest,
    *,
    by_link: CandidateLinkId,
    at: datetime,
) -> None:
    """Writes what a candidate says is wrong; a broken constraint is the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_contest"],
        contest_id=contest_id,
        attendance_id=attendance_id,
        at=at,
        by_link=by_link,
        days_worked=contest.days_worked,
        wage_cents=contest.wage_cents,
        note=contest.note,
    )


async def lock_contest(tx: Connection, contest_id: ContestId) -> HeldContest:
    """A contest, held until it is settled; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["lock_contest"], HeldContest, contest_id=contest_id)


async def record_settled(
    tx: Connection, contest_id: ContestId, *, finding: str, at: datetime, account_id: AccountId
) -> int:
    """Says what was found out about a contest; 0 when it is settled."""
    return await db.execute(
        tx,
        SQL["record_settled"],
        contest_id=contest_id,
        finding=finding,
        at=at,
        account_id=account_id,
    )


async def list_contested(
    tx: Connection,
    *,
    office_id: OfficeId | None,
    employer_id: EmployerId | None,
    is_of_all: bool,
    limit: int,
) -> list[Contested]:
    """What candidates say is wrong and nobody has settled, the oldest first."""
    return await db.fetch_all(
        tx,
        SQL["list_contested"],
        Contested,
        office_id=office_id,
        employer_id=employer_id,
        is_of_all=is_of_all,
        limit=limit,
    )
