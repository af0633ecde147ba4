"""What people do with attendance: report a month, correct it, confirm it, see what is missing."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.actor import Actor, Role
from service.attendance import rules, store
from service.attendance.model import (
    ConfirmedFor,
    Contest,
    Contested,
    ListedReport,
    Missing,
    NewVersion,
    Report,
    Reported,
    ReportStanding,
    Saved,
    SheetRow,
    Unreported,
    Waiting,
)
from service.db import Connection
from service.facts.actions import moment_of_knowledge
from service.ids import AttendanceId, ContestId, new_id
from service.lists import Found, Wanted
from service.names import search_patterns
from service.period import Month
from service.problems import NotAllowed

OLDEST = Wanted("month", at_most=500, counts=False)
REPORTED_AT_ONCE = 500
LISTED_AT_ONCE = 500


async def report_month(
    tx: Connection,
    month: Month,
    reports: Sequence[Report],
    *,
    by: Actor,
    on: date,
    at: datetime,
) -> Saved:
    """Saves a month's reports, all or none; what differs from before is a new version.

    InvalidFields names what is wrong by row. A corrected report has to be confirmed again.
    """
    rules.check_reporter(by)
    rules.check_month(month, on=on)
    agreement_ids = [report.agreement_id for report in reports]
    held = await store.lock_reported_agreements(tx, agreement_ids)
    rules.check_reports(reports, {one.id: one for one in held}, month=month, on=on)
    known = await store.list_current(tx, agreement_ids, month=month)
    pairs = rules.changed(reports, {one.agreement_id: one for one in known})
    corrected = [old.id for _, old in pairs if old is not None]
    versions = [NewVersion.after(new, old, AttendanceId(new_id())) for new, old in pairs]
    at = await moment_of_knowledge(tx, agreement_ids, at=at)
    await store.mark_superseded(tx, corrected, at=at)
    with db.refusing(
        attendance_once_per_month=rules.ReportedMeanwhile,
        attendance_once_per_version=rules.ReportedMeanwhile,
    ):
        await store.insert_attendance(tx, versions, month=month, at=at, account_id=by.account)
    return Saved(
        reported=len(pairs) - len(corrected),
        corrected=len(corrected),
        unchanged=len(reports) - len(pairs),
    )


async def confirm_attendance(
    tx: Connection,
    attendance_id: AttendanceId,
    *,
    confirmed_for: ConfirmedFor,
    by: Actor,
    at: datetime,
) -> None:
    """The candidate confirms a report, or a case officer, on that word or the office's knowledge.

    Never who reported it, and never a report that was corrected since or that is contested.
    """
    agreement = await store.lock_agreement_of_attendance(tx, attendance_id)
    held = await store.lock_attendance(tx, attendance_id)
    rules.check_confirmation(held, confirmed_for, by)
    at = await moment_of_knowledge(tx, [agreement.id], at=at)
    with db.refusing(
        attendance_confirmed_by_another=rules.OwnReport,
        attendance_not_contested=rules.ReportContested,
    ):
        await store.record_confirmed(
            tx,
            attendance_id,
            confirmed_for=confirmed_for,
            at=at,
            account_id=by.account_id,
            by_link=by.link_id,
        )


async def read_reported(tx: Connection, attendance_id: AttendanceId) -> Reported:
    """A report as its candidate reads it; NotFound."""
    return await store.get_reported(tx, attendance_id)


async def contest_attendance(
    tx: Connection, attendance_id: AttendanceId, contest: Contest, *, by: Actor, at: datetime
) -> ContestId:
    """The candidate says what is wrong with a report; until it is settled, it is not paid on.

    InvalidFields, ReportSuperseded or AlreadyContested.
    """
    if by.role is not Role.CANDIDATE:
        raise NotAllowed
    await store.lock_agreement_of_attendance(tx, attendance_id)
    rules.check_contest(await store.get_reported(tx, attendance_id), contest)
    contest_id = ContestId(new_id())
    with db.refusing(
        attendance_contest_one_stands=rules.AlreadyContested,
        attendance_contest_of_standing=rules.ReportSuperseded,
    ):
        await store.insert_contest(tx, contest_id, attendance_id, contest, by_link=by.link, at=at)
    return contest_id


async def settle_contest(
    tx: Connection, contest_id: ContestId, *, finding: str, by: Actor, at: datetime
) -> None:
    """A case officer says what was found out: the report stands as it is, and may be confirmed."""
    held = await store.lock_contest(tx, contest_id)
    rules.check_settlement(held, finding, by)
    await store.record_settled(
        tx, contest_id, finding=finding.strip(), at=at, account_id=by.account
    )


async def list_contested(tx: Connection, *, by: Actor) -> list[Contested]:
    """What candidates say is wrong with reports: of the own office or firm; for an auditor all."""
    return await store.list_contested(
        tx,
        office_id=by.office_id,
        employer_id=by.employer_id,
        is_of_all=by.role is Role.AUDITOR,
        limit=LISTED_AT_ONCE,
    )


async def list_month(tx: Connection, month: Month, *, by: Actor) -> list[SheetRow]:
    """Who was employed in a month: an employer's people, or those of a case officer's office."""
    return await store.list_month_of_party(
        tx,
        employer_id=by.employer_id,
        office_id=by.office_id,
        month=month,
        limit=LISTED_AT_ONCE,
    )


async def list_missing(
    tx: Connection, wanted: Wanted = OLDEST, *, on: date, by: Actor
) -> Found[Missing]:
    """A page of the months that are over and for which the employer owes a report."""
    return await store.list_missing_for_employer(tx, wanted, employer_id=by.employer, today=on)


async def list_waiting(
    tx: Connection,
    wanted: Wanted = OLDEST,
    *,
    month: Month | None = None,
    employer_name: str | None = None,
    by: Actor,
) -> Found[Waiting]:
    """A page of the reports that wait for the own office's confirmation; for an auditor all."""
    return await store.list_waiting(
        tx,
        wanted,
        office_id=None if by.role is Role.AUDITOR else by.office,
        month=month,
        employer_patterns=search_patterns(employer_name or "") or None,
    )


async def list_reports(
    tx: Connection,
    wanted: Wanted,
    *,
    month: Month | None,
    employer_name: str | None,
    standing: ReportStanding | None,
    by: Actor,
) -> Found[ListedReport]:
    """A page of every report that counts, for an auditor; NotAllowed for others."""
    rules.refuse_unless_auditor(by)
    return await store.list_reports(
        tx,
        wanted,
        month=month,
        employer_patterns=search_patterns(employer_name or "") or None,
        standing=standing,
    )


async def list_unreported(
    tx: Connection,
    wanted: Wanted,
    month: Month,
    *,
    employer_name: str | None,
    on: date,
    by: Actor,
) -> Found[Unreported]:
    """A page of whose month is over and not reported, for an auditor; NotAllowed for others."""
    rules.refuse_unless_auditor(by)
    return await store.list_unreported(
        tx,
        wanted,
        month=month,
        employer_patterns=search_patterns(employer_name or "") or None,
        today=on,
    )
