"""What is due for one agreement and one calendar month: pure, exact, and traced line by line.

A programme month is a month counted from the agreement's first day. It is due in the calendar month
that holds its last day, so six of them are six whatever the day of the start: the entitlement
(months x monthly maximum) is never passed. Amounts are exact fractions of a cent until each
programme month is rounded once, half up.
"""

from datetime import date, timedelta
from fractions import Fraction
from math import floor

from service.i18n import N_
from service.instalments.model import (
    Case,
    Evidence,
    Kind,
    Line,
    Outcome,
    Piece,
    Reason,
    Result,
    Terms,
)
from service.money import ZERO, Cents, to_cents
from service.period import Month, Period, add_months, month_of, month_period, months_touched
from service.problems import Problem

FULL_TIME_HOURS = 40
BASIS_POINTS = 10_000
SATURDAY = 5


class MonthNotOver(Problem):
    """A month is computed in arrears."""

    slug = "month-not-over"
    title = N_("This month has not ended yet. It can be computed from the first day after it.")
    status = 422


class RunUnderWay(Problem):
    """One run of a month at a time."""

    slug = "run-under-way"
    title = N_("This month is being computed already. Follow that run, or cancel it first.")
    status = 409


class NoRunUnderWay(Problem):
    """Nothing to cancel."""

    slug = "no-run-under-way"
    title = N_("This month is not being computed now, so there is nothing to cancel.")
    status = 409


def refuse_unfinished(month: Month, today: date) -> None:
    """MonthNotOver for a month that still runs or is to come."""
    if month_period(month).end > today:
        raise MonthNotOver


def compute(case: Case, month: Month) -> Result:
    """The instalment of a calendar month that the agreement's period touches, with its trace."""
    pieces = pieces_due(case, month)
    if not pieces:
        return _nothing(Outcome.NOT_DUE, Reason.PROGRAMME_MONTH_RUNS, [])
    if not any(piece.covered_days for piece in pieces):
        return _nothing(Outcome.NOT_DUE, Reason.SUSPENDED, [_piece_line(p) for p in pieces])
    blocked = _blocked(case, pieces)
    if blocked is not None:
        return blocked
    trace: list[Line] = []
    amount = sum(_amount_of(case, piece, trace) for piece in pieces)
    return _within_entitlement(case, Cents(amount), trace)


def pieces_due(case: Case, month: Month) -> list[Piece]:
    """The programme months whose last day, as far as the agreement lasts, lies in the month."""
    distance = (month.year - case.starts_on.year) * 12 + month.month - case.starts_on.month
    found = []
    for index in range(max(0, distance - 1), distance + 1):
        whole = Period(add_months(case.starts_on, index), add_months(case.starts_on, index + 1))
        lasted = whole.overlap(case.period)
        if lasted is not None and month_of(lasted.last_day) == month:
            covered = _covered_days(lasted, case.suspensions)
            found.append(Piece(index + 1, lasted, whole.days, covered))
    return found


def _covered_days(period: Period, suspensions: tuple[Period, ...]) -> dict[Month, int]:
    covered = {}
    for month in months_touched(period):
        part = period.overlap(month_period(month))
        assert part is not None
        # Suspensions of an agreement never overlap each other: agreement_suspension_no_overlap.
        lost = sum(both.days for s in suspensions if (both := part.overlap(s)) is not None)
        if part.days > lost:
            covered[month] = part.days - lost
    return covered


def _blocked(case: Case, pieces: list[Piece]) -> Result | None:
    for month in sorted({month for piece in pieces for month in piece.covered}):
        evidence = case.evidence.get(month)
        about = Line({"step": "evidence", "month": month.isoformat()})
        if evidence is None:
            return _nothing(Outcome.BLOCKED, Reason.EVIDENCE_MISSING, [about])
        if not evidence.confirmed:
            return _nothing(Outcome.BLOCKED, Reason.EVIDENCE_UNCONFIRMED, [about])
        least_cents = least_wage_cents(case, evidence, month)
        if evidence.gross_wage_cents < least_cents:
            line = Line(
                {
                    "step": "minimum_wage",
                    "month": month.isoformat(),
                    "gross_wage_cents": evidence.gross_wage_cents,
                    "least_cents": least_cents,
                }
            )
            return _nothing(Outcome.BLOCKED, Reason.WAGE_BELOW_MINIMUM, [line])
    return None


def least_wage_cents(case: Case, evidence: Evidence, month: Month) -> Cents:
    """The minimum wage for the hours, days of employment and attendance of a month, rounded down.

    An employer divides a month by calendar days or by weekdays; the smaller share is the law here.
    """
    days = month_period(month)
    employed = case.employment.overlap(days)
    assert employed is not None, "evidence lies within the employment"
    monthly = max(
        (wage.monthly_cents for wage in case.minimum_wages if employed.start in wage.period),
        default=ZERO,
    )
    share = Fraction(case.weekly_hours, FULL_TIME_HOURS) * (1 - evidence.unpaid_share)
    if employed != days:
        calendar = Fraction(employed.days, days.days)
        share *= min(calendar, Fraction(_weekdays(employed), _weekdays(days)))
    return Cents(floor(monthly * share))


def _weekdays(period: Period) -> int:
    days = (period.start + timedelta(days=offset) for offset in range(period.days))
    return sum(day.weekday() < SATURDAY for day in days)


def _amount_of(case: Case, piece: Piece, trace: list[Line]) -> Cents:
    """A programme month's amount in whole cents: the rule, its cap, and the one rounding."""
    trace.append(_piece_line(piece))
    if not piece.covered_days:
        return ZERO
    covered = Fraction(piece.covered_days, piece.full_days)
    if case.terms.kind is Kind.WAGE_SHARE:
        exact = _wage_share(case, piece, covered, trace)
    else:
        exact = _flat(case, piece, covered, trace)
    rounded = to_cents(exact)
    trace.append(Line({"step": "rounded", "exact": str(exact), "cents": rounded}))
    return rounded


def _wage_share(case: Case, piece: Piece, covered: Fraction, trace: list[Line]) -> Fraction:
    wage = Fraction(0)
    for month, days in piece.covered.items():
        employed = case.employment.overlap(month_period(month))
        assert employed is not None
        gross_cents = case.evidence[month].gross_wage_cents
        part = Fraction(gross_cents * days, employed.days)
        wage += part
        trace.append(
            Line(
                {
                    "step": "wage",
                    "month": month.isoformat(),
                    "gross_wage_cents": gross_cents,
                    "days": days,
                    "employed_days": employed.days,
                    "exact": str(part),
                }
            )
        )
    rate_bp = _rate_bp(case.terms)
    share = wage * rate_bp / BASIS_POINTS
    trace.append(
        Line({"step": "share", "rate_bp": rate_bp, "wage": str(wage), "exact": str(share)})
    )
    most = case.terms.monthly_max_cents * covered
    trace.append(Line({"step": "monthly_max", "exact": str(most), "bound": share > most}))
    return min(share, most)


def _rate_bp(terms: Terms) -> int:
    assert terms.rate_bp is not None, "scheme_version_rate_by_kind"
    return terms.rate_bp


def _flat(case: Case, piece: Piece, covered: Fraction, trace: list[Line]) -> Fraction:
    amount = case.terms.monthly_max_cents * covered
    line = {"step": "flat", "monthly_cents": case.terms.monthly_max_cents, "exact": str(amount)}
    trace.append(Line(line))
    worked = Fraction(0)
    for month, days in piece.covered.items():
        evidence = case.evidence[month]
        worked += Fraction(days, piece.covered_days) * (1 - evidence.unpaid_share)
        trace.append(
            Line(
                {
                    "step": "attendance",
                    "month": month.isoformat(),
                    "days_expected": evidence.days_expected,
                    "days_worked": evidence.days_worked,
                    "days_paid_leave": evidence.days_paid_leave,
                    "days": days,
                }
            )
        )
    trace.append(Line({"step": "attended", "share": str(worked), "exact": str(amount * worked)}))
    return amount * worked


def _within_entitlement(case: Case, amount_cents: Cents, trace: list[Line]) -> Result:
    left_cents = Cents(max(0, case.terms.entitlement_cents - case.due_elsewhere_cents))
    bound = amount_cents > left_cents
    line = {"step": "entitlement", "cents": case.terms.entitlement_cents, "bound": bound}
    if bound:
        line["left_cents"] = left_cents
    trace.append(Line(line))
    due_cents = min(amount_cents, left_cents)
    if due_cents:
        return Result(Outcome.DUE, due_cents, None, trace)
    reason = Reason.ENTITLEMENT_USED if bound else Reason.NOTHING_EARNED
    return _nothing(Outcome.NOT_DUE, reason, trace)


def _piece_line(piece: Piece) -> Line:
    return Line(
        {
            "step": "programme_month",
            "number": piece.number,
            "first_day": piece.period.start.isoformat(),
            "last_day": piece.period.last_day.isoformat(),
            "covered_days": piece.covered_days,
            "full_days": piece.full_days,
        }
    )


def _nothing(outcome: Outcome, reason: Reason, trace: list[Line]) -> Result:
    return Result(outcome, ZERO, reason, trace)
