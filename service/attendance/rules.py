"""What a month's report must satisfy, and who may confirm it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from service.actor import Actor, Right, Role
from service.attendance.model import (
    STARTED,
    ConfirmedFor,
    Contest,
    Current,
    Held,
    HeldContest,
    Report,
    Reportable,
    Reported,
)
from service.i18n import N_, _
from service.ids import AgreementId
from service.period import Month, Period, month_of, month_period
from service.problems import InvalidFields, NotAllowed, Problem
from service.rights import refuse_without

WAGE_CENTS_MAX = 10_000_00
DAYS_MAX = 31
NOTE_LENGTH_MIN = 5
NOTE_LENGTH_MAX = 500
Complaint = tuple[str, str]


class MonthInFuture(Problem):
    """Nobody knows yet what will have been worked."""

    slug = "month-in-future"
    title = N_("This month has not come yet. Report a month after it has ended.")
    status = 422


class ReportedMeanwhile(Problem):
    """Somebody else reported the same month at the same moment."""

    slug = "reported-meanwhile"
    title = N_("Somebody reported this month at the same moment. Look at it again.")
    status = 409


class ReportSuperseded(Problem):
    """The employer corrected the report after it was read."""

    slug = "report-superseded"
    title = N_("This report was corrected in the meantime. Read the new one, then confirm it.")
    status = 409


class AlreadyConfirmed(Problem):
    """A report is confirmed once."""

    slug = "report-already-confirmed"
    title = N_("This report is confirmed already.")
    status = 409


class OwnReport(Problem):
    """Who reports cannot confirm."""

    slug = "own-report"
    title = N_("You reported this yourself, so another person has to confirm it.")
    status = 403


class ReportContested(Problem):
    """The candidate says that it is wrong."""

    slug = "report-contested"
    title = N_(
        "The candidate says that this report is wrong. Find out what is right: ask the employer to"
        " correct the report, or write down what you found."
    )
    status = 409


class AlreadyContested(Problem):
    """One contest of a report stands at a time."""

    slug = "report-already-contested"
    title = N_("You have already told us what is wrong with this report. The office will call you.")
    status = 409


class AlreadySettled(Problem):
    """A contest is settled once."""

    slug = "contest-already-settled"
    title = N_("What the candidate said was settled already. Reload the page.")
    status = 409


def check_month(month: Month, *, on: date) -> None:
    """MonthInFuture for a month of which no day has come."""
    if month > month_of(on):
        raise MonthInFuture


def check_reporter(by: Actor) -> None:
    """NotAllowed for anybody but the employer, or a case officer for what came on paper."""
    if by.role not in (Role.EMPLOYER, Role.CASE_OFFICER):
        raise NotAllowed
    refuse_without(Right.REPORTER, by)


def refuse_unless_auditor(by: Actor) -> None:
    """NotAllowed for anybody but an auditor, who reads the reports of every office."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed


def check_reports(
    reports: Sequence[Report],
    agreements: Mapping[AgreementId, Reportable],
    *,
    month: Month,
    on: date,
) -> None:
    """InvalidFields naming each wrong field of each row, such as `rows.2.days_worked`."""
    counts = Counter(report.agreement_id for report in reports)
    wrong: dict[str, str] = {}
    for row, report in enumerate(reports):
        agreement = agreements.get(report.agreement_id)
        if counts[report.agreement_id] > 1:
            found = [("agreement_id", _("This agreement stands in more than one row."))]
        elif agreement is None or agreement.state not in STARTED:
            found = [("agreement_id", _("There is no started agreement of yours with this id."))]
        else:
            found = list(complaints(report, agreement, month=month, on=on))
        wrong.update({f"rows.{row}.{field}": sentence for field, sentence in found})
    if wrong:
        raise InvalidFields(wrong)


def employed_part(employment: Period, month: Month) -> Period | None:
    """The days of a month on which there is employment."""
    return employment.overlap(month_period(month))


def complaints(
    report: Report, agreement: Reportable, *, month: Month, on: date
) -> Iterator[Complaint]:
    """What is wrong with one report: the field and a sentence, for each wrong field."""
    employed = employed_part(agreement.employment, month)
    if employed is None:
        yield "agreement_id", _("There was no employment in this month.")
        return
    if on < employed.end:
        yield "agreement_id", _("This month is not over yet. Report it after its last day.")
        return
    yield from _day_complaints(report, employed_days=employed.days)
    if not 0 <= report.gross_wage_cents <= WAGE_CENTS_MAX:
        yield "gross_wage_cents", _("The gross wage is between 0 and 10 000 euros.")


def _day_complaints(report: Report, *, employed_days: int) -> Iterator[Complaint]:
    if not 1 <= report.days_expected <= employed_days:
        yield (
            "days_expected",
            _("The expected days are between 1 and {days}, the days employed in the month.").format(
                days=employed_days
            ),
        )
    if not 0 <= report.days_worked <= DAYS_MAX:
        yield "days_worked", _("The days worked are between 0 and 31.")
    if not 0 <= report.days_paid_leave <= DAYS_MAX:
        yield "days_paid_leave", _("The days of paid leave are between 0 and 31.")
    elif report.days_worked + report.days_paid_leave > report.days_expected:
        yield "days_worked", _("Worked and paid-leave days are more than the expected days.")


def changed(
    reports: Sequence[Report], current: Mapping[AgreementId, Current]
) -> list[tuple[Report, Current | None]]:
    """The reports that say something new, each with what it corrects."""
    pairs = [(report, current.get(report.agreement_id)) for report in reports]
    return [(new, old) for new, old in pairs if old is None or old.worked() != new.worked()]


def check_confirmation(held: Held, confirmed_for: ConfirmedFor, by: Actor) -> None:
    """NotAllowed but for case officers, and for candidates on their own word.

    OwnReport, ReportSuperseded or AlreadyConfirmed.
    """
    own_word = by.role is Role.CANDIDATE and confirmed_for is ConfirmedFor.CANDIDATE
    if by.role is not Role.CASE_OFFICER and not own_word:
        raise NotAllowed
    if held.superseded_at is not None:
        raise ReportSuperseded
    if held.confirmed_at is not None:
        raise AlreadyConfirmed
    if held.reported_by == by.account_id:
        raise OwnReport


def check_contest(reported: Reported, contest: Contest) -> None:
    """ReportSuperseded, or InvalidFields for what says nothing, nothing else, or the impossible."""
    if reported.superseded_at is not None:
        raise ReportSuperseded
    days, wage = contest.days_worked, contest.wage_cents
    said_in_numbers = days is not None or wage is not None
    said_in_words = len(contest.note.strip()) >= NOTE_LENGTH_MIN
    same = _("This is what the employer reported. Write what was different.")
    checks = (
        ("days_worked", days != reported.days_worked, same),
        ("days_worked", 0 <= (days or 0) <= DAYS_MAX, _("The days worked are between 0 and 31.")),
        ("wage", wage != reported.gross_wage_cents, same),
        (
            "wage",
            0 <= (wage or 0) <= WAGE_CENTS_MAX,
            _("The gross wage is between 0 and 10 000 euros."),
        ),
        ("note", len(contest.note) <= NOTE_LENGTH_MAX, _("Write at most 500 characters.")),
        (
            "note",
            said_in_numbers or said_in_words,
            _("Write what was different: the days, the wage, or a few words."),
        ),
    )
    if wrong := {field: sentence for field, fits, sentence in checks if not fits}:
        raise InvalidFields(wrong)


def check_settlement(held: HeldContest, finding: str, by: Actor) -> None:
    """NotAllowed but for case officers; AlreadySettled, or InvalidFields without a finding."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed
    if held.settled_at is not None:
        raise AlreadySettled
    if not NOTE_LENGTH_MIN <= len(finding.strip()) <= NOTE_LENGTH_MAX:
        raise InvalidFields({"finding": _("Write in 5 to 500 characters what you found out.")})
