"""The months of work in the demo country: interruptions, attendance, corrections and gaps."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from random import Random

import msgspec

from service.demo.chance import (
    count_working_days,
    make_id,
    moment,
    soon_after,
    stream,
    working_day,
    working_day_by,
)
from service.demo.hiring import Hire
from service.demo.model import (
    Attendance,
    Country,
    DemoOptions,
    Reference,
    Suspension,
)
from service.period import Month, Period, month_period, months_touched

INTERRUPTED = 0.09
SUSPENDED_NOW = 0.03
REASONS = ("Pushim mjekësor", "Pushim prindëror", "Ndërprerje me marrëveshje të palëve")
STAYS = 0.7
ABSENT = 0.07
CORRECTED = 0.03
KEEPS_OLD_WAGE = 0.012
# Shares of the months that are still missing or unconfirmed, by how many months ago they were.
MISSING = (0.04, 0.015, 0.003)
UNCONFIRMED = (0.05, 0.02, 0.0)


def plan_work(
    reference: Reference, options: DemoOptions, hires: list[Hire], country: Country
) -> None:
    """Adds every interruption and every month of evidence; marks who is suspended now."""
    chance, staying = stream(options.seed, "work"), stream(options.seed, "staying")
    for place, hire in enumerate(hires):
        if hire.agreement.started_at is None:
            continue
        interrupted = _interruption(chance, hire, options)
        country.suspensions += [interrupted] if interrupted else []
        if interrupted and interrupted.period[1] is None:
            suspended = msgspec.structs.replace(hire.agreement, state="suspended")
            hires[place] = hire = msgspec.structs.replace(hire, agreement=suspended)
        if hire.agreement.state == "completed" and staying.random() < STAYS:
            hires[place] = hire = msgspec.structs.replace(hire, stays=True)
        country.attendance += _evidence(chance, reference, options, hire, interrupted)
    country.agreements = [hire.agreement for hire in hires]


def _interruption(chance: Random, hire: Hire, options: DemoOptions) -> Suspension | None:
    """A break of one to three weeks within a month; or one that began lately and has no end yet."""
    agreement = hire.agreement
    drawn = chance.random()
    if agreement.state == "active" and drawn < SUSPENDED_NOW:
        start = options.as_of - timedelta(days=chance.randint(4, 14))
        end = None
    elif drawn < INTERRUPTED:
        month = chance.choice(months_touched(agreement.period)[1:] or [options.as_of])
        start = month + timedelta(days=chance.randint(1, 8))
        end = start + timedelta(days=chance.randint(5, 16))
    else:
        return None
    if start <= agreement.period.start or (end or options.as_of) > min(
        options.as_of, agreement.period.end
    ):
        return None
    recorded_at = moment(chance, start)
    return Suspension(
        id=make_id(chance, recorded_at),
        agreement_id=agreement.id,
        period=(start, end),
        reason=chance.choice(REASONS),
        recorded_at=recorded_at,
        recorded_by=hire.youth.officer.id,
    )


def _evidence(
    chance: Random,
    reference: Reference,
    options: DemoOptions,
    hire: Hire,
    interrupted: Suspension | None,
) -> list[Attendance]:
    keeps_old_wage = chance.random() < KEEPS_OLD_WAGE
    found: list[Attendance] = []
    for month in months_touched(_reported(hire)):
        if month > options.until:
            break
        wage = hire.agreement.gross_wage_cents
        if not keeps_old_wage:
            least = -(-reference.minimum_cents(month) * hire.agreement.weekly_hours // 40)
            wage = max(wage, least)
        found += _month(chance, options, hire, month, wage, interrupted)
    return found


def _reported(hire: Hire) -> Period:
    """The subsidised days; of who stays under a scheme that pays for it, all of the contract's."""
    pays_for_staying = hire.vacancy.scheme.final_max_cents > 0
    agreement = hire.agreement
    return agreement.employment if hire.stays and pays_for_staying else agreement.period


def _month(
    chance: Random,
    options: DemoOptions,
    hire: Hire,
    month: Month,
    wage_cents: int,
    interrupted: Suspension | None,
) -> list[Attendance]:
    age = min(2, (options.until.year - month.year) * 12 + options.until.month - month.month)
    missing = chance.random() < MISSING[age]
    confirmed = chance.random() >= UNCONFIRMED[age]
    reported_at = _reported_at(chance, options, month)
    report = _report(chance, hire, month, wage_cents, interrupted, reported_at)
    if missing:
        return []
    if chance.random() < CORRECTED:
        later = soon_after(chance, reported_at)
        return [
            _mistaken(chance, report, later),
            _confirm(
                chance,
                msgspec.structs.replace(
                    report, id=make_id(chance, later), version=2, reported_at=later
                ),
                hire,
                confirmed,
            ),
        ]
    return [_confirm(chance, report, hire, confirmed)]


def _reported_at(chance: Random, options: DemoOptions, month: Month) -> datetime:
    """In the first week after the month; for the last month on its last working day."""
    end = month_period(month).end
    if month == options.until:
        return moment(chance, working_day_by(end - timedelta(days=1)))
    return moment(chance, working_day(end + timedelta(days=chance.randint(0, 6))))


def _report(
    chance: Random,
    hire: Hire,
    month: Month,
    wage_cents: int,
    interrupted: Suspension | None,
    reported_at: datetime,
) -> Attendance:
    agreement, calendar = hire.agreement, month_period(month)
    employed = agreement.employment.overlap(calendar)
    assert employed
    expected = max(
        1, count_working_days(employed.start, employed.end) - _lost(interrupted, employed)
    )
    absent = min(expected - 1, chance.randint(1, 3)) if chance.random() < ABSENT else 0
    leave = min(expected - absent, chance.choice((0, 0, 0, 0, 1, 2)))
    paid = Fraction(wage_cents * employed.days, calendar.days) * Fraction(
        expected - absent, expected
    )
    return Attendance(
        id=make_id(chance, reported_at),
        agreement_id=agreement.id,
        month=month,
        version=1,
        days_expected=expected,
        days_worked=expected - absent - leave,
        days_paid_leave=leave,
        gross_wage_cents=ceil(paid),
        reported_at=reported_at,
        reported_by=hire.vacancy.firm.account.id,
    )


def _lost(interrupted: Suspension | None, employed: Period) -> int:
    """Working days of a month lost to the interruption; the employer pays them (sick leave)."""
    if interrupted is None:
        return 0
    start, end = interrupted.period
    lost = Period(start, end or employed.end).overlap(employed) if start < employed.end else None
    return count_working_days(lost.start, lost.end) if lost else 0


def _mistaken(chance: Random, report: Attendance, corrected_at: datetime) -> Attendance:
    """What was reported first, with a wage typed wrongly."""
    typed = report.gross_wage_cents + chance.choice((-5000, 1000, 9000))
    return msgspec.structs.replace(
        report, gross_wage_cents=max(0, typed), superseded_at=corrected_at
    )


def _confirm(chance: Random, report: Attendance, hire: Hire, confirmed: bool) -> Attendance:
    if not confirmed:
        return report
    return msgspec.structs.replace(
        report,
        confirmed_at=soon_after(chance, report.reported_at),
        confirmed_by=hire.youth.officer.id,
        confirmed_for="candidate" if chance.random() < 0.7 else "office",
    )
