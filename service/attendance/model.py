"""The nouns of attendance: a month's report, its versions, and who confirmed it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

import msgspec

from service.agreements.model import State
from service.ids import AccountId, AgreementId, AttendanceId, ContestId
from service.money import Cents
from service.period import Period

STARTED = frozenset({State.ACTIVE, State.SUSPENDED, State.COMPLETED, State.ENDED_EARLY})


class ConfirmedFor(StrEnum):
    """On whose word a case officer confirms a report: the candidate's, or what the office saw."""

    CANDIDATE = "candidate"
    OFFICE = "office"


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What was worked and paid in a calendar month: days, and the gross wage in cents."""

    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents


class Report(Worked, frozen=True, kw_only=True):
    """What an employer says of one agreement's month."""

    agreement_id: AgreementId

    def worked(self) -> Worked:
        """The facts, without whose they are."""
        return Worked(
            days_expected=self.days_expected,
            days_worked=self.days_worked,
            days_paid_leave=self.days_paid_leave,
            gross_wage_cents=self.gross_wage_cents,
        )


class Reportable(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement that a report can be about; `employment` is half-open."""

    id: AgreementId
    state: State
    employment: Period


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """The report of an agreement's month that counts now."""

    id: AttendanceId
    agreement_id: AgreementId
    version: int
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents

    def worked(self) -> Worked:
        """The facts, to compare them with new ones."""
        return Worked(
            days_expected=self.days_expected,
            days_worked=self.days_worked,
            days_paid_leave=self.days_paid_leave,
            gross_wage_cents=self.gross_wage_cents,
        )


class NewVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A report to write down, and the number of its version."""

    id: AttendanceId
    report: Report
    version: int

    @classmethod
    def after(cls, report: Report, current: Current | None, attendance_id: AttendanceId) -> Self:
        """The first version of a month, or the one after the current."""
        return cls(id=attendance_id, report=report, version=current.version + 1 if current else 1)


class Saved(msgspec.Struct, frozen=True):
    """What became of a month's reports: new ones, corrections, and those that said the same."""

    reported: int
    corrected: int
    unchanged: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A report that somebody wants to confirm."""

    id: AttendanceId
    reported_by: AccountId
    confirmed_at: datetime | None
    superseded_at: datetime | None


class HeldAgreement(msgspec.Struct, frozen=True):
    """The agreement of a report that somebody wants to confirm."""

    id: AgreementId


class SheetRow(msgspec.Struct, frozen=True, kw_only=True):
    """One agreement in the sheet of a month, with its current report if there is one."""

    agreement_id: AgreementId
    reference: str
    candidate_name: str
    title: str
    employed_from: date
    employed_until: date
    agreed_wage_cents: Cents
    attendance_id: AttendanceId | None
    version: int | None
    days_expected: int | None
    days_worked: int | None
    days_paid_leave: int | None
    gross_wage_cents: Cents | None
    confirmed_at: datetime | None
    confirmed_for: ConfirmedFor | None


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A month of an agreement for which the employer owes a report."""

    month: date
    agreement_id: AgreementId
    reference: str
    candidate_name: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A report that waits for its confirmation."""

    id: AttendanceId
    month: date
    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    version: int
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents
    reported_at: datetime
    reported_by: AccountId


class ReportStanding(StrEnum):
    """Where a report that counts stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"


class ListedReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report that counts, as an auditor's list shows it."""

    id: AttendanceId
    month: date
    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    version: int
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents
    reported_at: datetime
    standing: ReportStanding


class Unreported(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement whose employer owes the report of a month, as an auditor's list shows it."""

    month: date
    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A report as its candidate reads it."""

    id: AttendanceId
    month: date
    agreement_id: AgreementId
    employer_name: str
    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents
    confirmed_at: datetime | None
    superseded_at: datetime | None


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """What a candidate says instead of a report: the days, the gross wage in cents, and in words.

    What is right in the report is left out.
    """

    days_worked: int | None
    wage_cents: Cents | None
    note: str


class HeldContest(msgspec.Struct, frozen=True, kw_only=True):
    """A contest that somebody wants to settle."""

    id: ContestId
    attendance_id: AttendanceId
    settled_at: datetime | None


class Contested(msgspec.Struct, frozen=True, kw_only=True):
    """A report and what its candidate says is wrong with it, not settled yet."""

    id: ContestId
    attendance_id: AttendanceId
    month: date
    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    reported_days: int
    reported_cents: Cents
    is_confirmed: bool
    contested_at: datetime
    days_worked: int | None
    wage_cents: Cents | None
    note: str
