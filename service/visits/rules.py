"""When a place of work may be visited, and what a report of a visit must say."""

from datetime import date, timedelta

from service.answers import read_day, refuse_if_wrong
from service.i18n import N_, _
from service.period import Period
from service.problems import Problem
from service.visits.model import MOVES, Event, Finding, PlanForm, Report, ReportForm, State

NOTE_LENGTH_MIN, NOTE_LENGTH_MAX = 10, 2000
PLANNED_AHEAD_DAYS_MAX = 366
ANNOUNCED = {"yes": True, "no": False}
RUNNING = frozenset({"active", "suspended"})


class VisitPlanned(Problem):
    """One planned visit of an agreement at a time."""

    slug = "visit-planned"
    title = N_("A visit of this agreement is planned already. Record or call off that one first.")
    status = 409


class VisitOver(Problem):
    """A visit is done or called off once."""

    slug = "visit-over"
    title = N_("This visit was recorded or called off before. Plan another.")
    status = 409


class NotRunning(Problem):
    """Nobody works under the agreement now."""

    slug = "agreement-not-running"
    title = N_("Nobody works under this agreement now, so there is nothing to visit.")
    status = 409


class CallOffReasonMissing(Problem):
    """A visit is called off for a reason."""

    slug = "call-off-reason-missing"
    title = N_("Say in 5 to 500 characters why the visit is called off.")


def move(state: State, event: Event) -> State:
    """Where an event leads, by MOVES; VisitOver when it cannot happen any more."""
    after = MOVES[state].get(event)
    if after is None:
        raise VisitOver
    return after


def check_running(state: str) -> None:
    """NotRunning unless somebody works under the agreement."""
    if state not in RUNNING:
        raise NotRunning


def read_plan(form: PlanForm, employment: Period, *, on: date) -> tuple[date, bool]:
    """The day of a visit, and whether the employer is told of it; InvalidFields."""
    day = read_day(form.planned_on)
    refuse_if_wrong(
        {
            "planned_on": _plan_complaint(day, employment, on),
            "is_announced": None
            if form.is_announced in ANNOUNCED
            else _("Choose whether the employer is told before."),
        }
    )
    assert day is not None
    return day, ANNOUNCED[form.is_announced]


def read_report(form: ReportForm, employment: Period, *, on: date) -> Report:
    """What was found; InvalidFields, a note being due unless all was as agreed."""
    day, note = read_day(form.visited_on), form.note.strip()
    as_agreed = form.finding == Finding.PRESENT
    refuse_if_wrong(
        {
            "visited_on": _report_complaint(day, employment, on),
            "finding": None if form.finding in set(Finding) else _("Choose what was found."),
            "note": _note_complaint(note, needed=not as_agreed),
        }
    )
    assert day is not None
    return Report(day, Finding(form.finding), note)


def read_call_off(text: str) -> str:
    """Why a visit is called off, tidied; CallOffReasonMissing."""
    reason = " ".join(text.split())
    if not 5 <= len(reason) <= 500 or not reason.isprintable():
        raise CallOffReasonMissing
    return reason


def _plan_complaint(day: date | None, employment: Period, on: date) -> str | None:
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2026-05-30.")
    if day < on:
        return _("This day has passed. Choose today or a later day.")
    if day not in employment or day > on + timedelta(days=PLANNED_AHEAD_DAYS_MAX):
        return _("On this day nobody is employed under the agreement. Choose a day within it.")
    return None


def _report_complaint(day: date | None, employment: Period, on: date) -> str | None:
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2026-05-30.")
    if day > on:
        return _("This day has not come. Record a visit after it was made.")
    if day not in employment:
        return _("On this day nobody is employed under the agreement. Choose a day within it.")
    return None


def _note_complaint(note: str, *, needed: bool) -> str | None:
    if len(note) > NOTE_LENGTH_MAX:
        return _("Write no more than 2000 letters.")
    if needed and len(note) < NOTE_LENGTH_MIN:
        return _("Say what you saw and whom you asked, in at least 10 letters.")
    return None
