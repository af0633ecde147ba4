"""The days of an agreement: subsidised, employed, suspended, given back and cut off."""

from collections.abc import Sequence
from datetime import date, timedelta

from service.agreements.model import EARLY_CAUSES, EndCause, Suspension
from service.i18n import N_, _
from service.period import Period, add_months
from service.problems import Problem

EMPLOYMENT_MONTHS = 12
EMPLOYMENT_MONTHS_MAX = 60
SUSPENSION_MONTHS_MAX = 12
BACKDATED_DAYS_MAX = 30


class EmploymentTooShort(Problem):
    """The employment contract does not cover the subsidised months, or runs too long."""

    slug = "employment-does-not-fit"
    title = N_("The employment must last at least as long as the subsidy, and five years at most.")
    status = 422


class EmploymentUnchanged(Problem):
    """The last day that was given is the one that is known."""

    slug = "employment-unchanged"
    title = N_("The employment contract has this last day already.")
    status = 409


class SuspensionNotPossible(Problem):
    """The suspended days do not fit."""

    slug = "suspension-not-possible"
    title = N_("The suspension does not fit the agreement.")
    status = 422


class SuspensionOverlaps(Problem):
    """A day is suspended once."""

    slug = "suspension-overlaps"
    title = N_("Some of these days are suspended already.")
    status = 409


class ExtensionNotPossible(Problem):
    """More days than were suspended."""

    slug = "extension-not-possible"
    title = N_("An agreement is extended by the days it was suspended, and no more.")
    status = 422


class EndNotPossible(Problem):
    """The last day or the cause does not fit."""

    slug = "end-not-possible"
    title = N_("The last day must lie in the subsidised period and not in the future.")
    status = 422


def subsidised_period(starts_on: date, months: int) -> Period:
    """The days of a number of months from the first day on."""
    return Period(starts_on, add_months(starts_on, months))


def employment_period(subsidised: Period, employed_until: date | None) -> Period:
    """The employment contract's days: until a last day, or twelve months; EmploymentTooShort."""
    if employed_until is None:
        end = max(add_months(subsidised.start, EMPLOYMENT_MONTHS), subsidised.end)
        return Period(subsidised.start, end)
    longest = add_months(subsidised.start, EMPLOYMENT_MONTHS_MAX)
    if not subsidised.last_day <= employed_until < longest:
        raise EmploymentTooShort(subsidised_until=subsidised.last_day)
    return Period(subsidised.start, day_after(employed_until))


def changed_employment(employment: Period, subsidised: Period, *, last_day: date) -> Period:
    """The employment with another last day; EmploymentTooShort or EmploymentUnchanged."""
    changed = employment_period(subsidised, last_day)
    if changed == employment:
        raise EmploymentUnchanged
    return changed


def check_suspension(
    subsidised: Period, *, starts_on: date, last_day: date | None, on: date
) -> None:
    """SuspensionNotPossible outside the period, over 30 days late, or when an open one is ahead."""
    if starts_on not in subsidised:
        raise SuspensionNotPossible(_("The suspension must begin in the subsidised period."))
    longest = add_months(starts_on, SUSPENSION_MONTHS_MAX)
    if last_day is not None and not starts_on <= last_day < longest:
        raise SuspensionNotPossible(_("A suspension lasts from one day to twelve months."))
    if starts_on < on - timedelta(days=BACKDATED_DAYS_MAX):
        raise SuspensionNotPossible(_("A suspension is recorded within 30 days of its first day."))
    if last_day is None and starts_on > on:
        raise SuspensionNotPossible(
            _("A suspension that lies ahead needs a last day; record an open one when it begins.")
        )


def check_resumption(suspension: Suspension, *, resumes_on: date, on: date) -> None:
    """SuspensionNotPossible unless work resumes after the first suspended day, by today.

    It may be recorded 30 days late at most.
    """
    if not suspension.starts_on < resumes_on <= on:
        raise SuspensionNotPossible(
            _("The day of return must come after the first suspended day, and not after today.")
        )
    if resumes_on < on - timedelta(days=BACKDATED_DAYS_MAX):
        raise SuspensionNotPossible(_("A return is recorded within 30 days."))


def day_after(day: date) -> date:
    """The day after: the end of a half-open period whose last day it is."""
    return day + timedelta(days=1)


def open_suspension(suspensions: Sequence[Suspension]) -> Suspension:
    """The one suspension without an end, which every suspended agreement has."""
    return next(one for one in suspensions if one.ends_on is None)


def suspended_days(suspensions: Sequence[Suspension], *, within: Period, on: date) -> int:
    """How many days of a period are suspended; an open suspension counts up to today."""
    tomorrow = day_after(on)
    parts = (
        within.overlap(Period(one.starts_on, one.ends_on or max(one.starts_on, tomorrow)))
        for one in suspensions
    )
    return sum(part.days for part in parts if part)


def extended_period(subsidised: Period, *, months: int, suspended: int, days: int) -> Period:
    """The period with its end moved on by `days`; ExtensionNotPossible beyond those suspended.

    Days given back by an earlier extension count as used.
    """
    used = (subsidised.end - add_months(subsidised.start, months)).days
    if not 1 <= days <= suspended - used:
        raise ExtensionNotPossible(days_left=max(0, suspended - used))
    return Period(subsidised.start, subsidised.end + timedelta(days=days))


def employment_around(employment: Period, subsidised: Period) -> Period:
    """The employment, made longer where the subsidised period has outgrown it."""
    return Period(employment.start, max(employment.end, subsidised.end))


def cut_period(subsidised: Period, *, last_day: date, on: date) -> Period:
    """What is left of a period that ends early: its days up to the last one; EndNotPossible."""
    if last_day not in subsidised or last_day > on:
        raise EndNotPossible
    return Period(subsidised.start, day_after(last_day))


def check_cause(cause: EndCause) -> None:
    """EndNotPossible for a cause that is not one of an early end."""
    if cause not in EARLY_CAUSES:
        raise EndNotPossible(_("Choose the cause of the early end."))
