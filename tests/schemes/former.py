"""Kosovo's schemes as Ura computed them before they were documents: a second, independent model.

One function for both kinds of scheme, written against the rules in words and without anything of
the scheme language; slow and obvious. What it says, the shipped documents must say, to the cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, NewType

import msgspec

from service.money import ZERO, Cents, to_cents
from service.period import Month, Period, add_months, month_of, month_period, months_touched
from service.schemes.model import MinimumWage

FULL_TIME_HOURS = 40
BASIS_POINTS = 10_000
DAYS_OF_WEEK, SATURDAY = 7, 5
Line = NewType("Line", dict[str, Any])


class Kind(StrEnum):
    """How a scheme's monthly amount follows from the facts."""

    WAGE_SHARE = "wage_share"
    FLAT = "flat"


class Terms(msgspec.Struct, frozen=True):
    """The money rules of a scheme version; `rate_bp` (1/10 000) only for a share of the wage."""

    kind: Kind
    rate_bp: int | None
    monthly_max_cents: Cents
    months: int

    @property
    def entitlement_cents(self) -> Cents:
        """What one agreement can cost at most, in cents: every month at its maximum."""
        return Cents(self.months * self.monthly_max_cents)


class Outcome(StrEnum):
    """Each active agreement has exactly one of these for each month."""

    DUE = "due"
    BLOCKED = "blocked"
    NOT_DUE = "not_due"


class Reason(StrEnum):
    """Why nothing is due: somebody has to act (blocked), or nothing is owed (not due)."""

    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_UNCONFIRMED = "evidence_unconfirmed"
    WAGE_BELOW_MINIMUM = "wage_below_minimum"
    PROGRAMME_MONTH_RUNS = "programme_month_runs"
    SUSPENDED = "suspended"
    NOTHING_EARNED = "nothing_earned"
    ENTITLEMENT_USED = "entitlement_used"
    OUTSIDE_PERIOD = "outside_period"


class Evidence(msgspec.Struct, frozen=True):
    """A calendar month's attendance in days and the gross wage paid for it, as last reported."""

    days_expected: int
    days_worked: int
    days_paid_leave: int
    gross_wage_cents: Cents
    confirmed: bool

    @property
    def unpaid_share(self) -> Fraction:
        """The part of the expected days that was neither worked nor paid leave."""
        unpaid = self.days_expected - self.days_worked - self.days_paid_leave
        return Fraction(unpaid, self.days_expected)


class Case(msgspec.Struct, frozen=True):
    """Everything one month's instalment of one agreement follows from."""

    starts_on: date
    period: Period
    employment: Period
    weekly_hours: int
    terms: Terms
    suspensions: Sequence[Period]
    evidence: Mapping[Month, Evidence]
    minimum_wages: Sequence[MinimumWage]
    due_elsewhere_cents: Cents


class Piece(msgspec.Struct, frozen=True):
    """One programme month of an agreement, as far as the agreement lasted."""

    number: int
    period: Period
    full_days: int
    covered: dict[Month, int]

    @property
    def covered_days(self) -> int:
        """Its days without suspension."""
        return sum(self.covered.values())


class Result(msgspec.Struct, frozen=True):
    """What one month comes to, and how, line by line."""

    outcome: Outcome
    amount_cents: Cents
    reason: Reason | None
    trace: list[Line]


def compute(case: Case, month: Month) -> Result:
    """The instalment of a calendar month with its trace; or the reason why there is none."""
    if case.period.overlap(month_period(month)) is None:
        return _nothing(Outcome.NOT_DUE, Reason.OUTSIDE_PERIOD, [_period_line(case)])
    pieces = pieces_due(case, month)
    if not pieces:
        return _nothing(Outcome.NOT_DUE, Reason.PROGRAMME_MONTH_RUNS, [_first_month_line(case)])
    if not any(piece.covered for piece in pieces):
        return _nothing(Outcome.NOT_DUE, Reason.SUSPENDED, [_piece_line(p) for p in pieces])
    needed = sorted({needed for piece in pieces for needed in piece.covered})
    gap = _gap(case, needed)
    if gap is not None:
        return gap
    trace = [line for needed_month in needed for line in _wage_lines(case, needed_month)]
    if any(line["step"] == "minimum_wage" and line["bound"] for line in trace):
        return _nothing(Outcome.BLOCKED, Reason.WAGE_BELOW_MINIMUM, trace)
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


def _covered_days(period: Period, breaks: Sequence[Period]) -> dict[Month, int]:
    """The days of each calendar month that no break takes; a month without any is left out."""
    covered = {}
    for month in months_touched(period):
        part = period.overlap(month_period(month))
        if part is not None and (left := sum(days.days for days in _without(part, breaks))):
            covered[month] = left
    return covered


def _without(period: Period, breaks: Sequence[Period]) -> Iterator[Period]:
    """The stretches of a period that no break takes; breaks that overlap take a day once."""
    free_from = period.start
    for one in sorted(breaks):
        if free_from < (until := min(one.start, period.end)):
            yield Period(free_from, until)
        free_from = max(free_from, one.end)
    if free_from < period.end:
        yield Period(free_from, period.end)


def _gap(case: Case, needed: Sequence[Month]) -> Result | None:
    """The months that nobody has reported, else those that nobody has confirmed."""
    missing = [month for month in needed if month not in case.evidence]
    unconfirmed = [
        month for month in needed if month in case.evidence and not case.evidence[month].confirmed
    ]
    months = missing or unconfirmed
    if not months:
        return None
    reason = Reason.EVIDENCE_MISSING if missing else Reason.EVIDENCE_UNCONFIRMED
    trace = [Line({"step": "evidence", "month": month.isoformat()}) for month in months]
    return _nothing(Outcome.BLOCKED, reason, trace)


def _wage_lines(case: Case, month: Month) -> Iterator[Line]:
    """What was reported for a month, and whether the wage reaches the minimum wage."""
    evidence = case.evidence[month]
    yield Line(
        {
            "step": "reported",
            "month": month.isoformat(),
            "gross_wage_cents": evidence.gross_wage_cents,
            "days_expected": evidence.days_expected,
            "days_worked": evidence.days_worked,
            "days_paid_leave": evidence.days_paid_leave,
        }
    )
    monthly_cents = next(
        (wage.monthly_cents for wage in case.minimum_wages if month in wage.period), ZERO
    )
    if monthly_cents:
        yield _minimum_wage_line(case, evidence, month, monthly_cents)


def _minimum_wage_line(case: Case, evidence: Evidence, month: Month, monthly_cents: Cents) -> Line:
    """The minimum wage for the hours, the days and the attendance of a month, rounded down."""
    employed_share, attended_share = _employed_share(case, month), 1 - evidence.unpaid_share
    full_month = Fraction(monthly_cents * case.weekly_hours, FULL_TIME_HOURS)
    least_cents = floor(full_month * employed_share * attended_share)
    return Line(
        {
            "step": "minimum_wage",
            "month": month.isoformat(),
            "monthly_cents": monthly_cents,
            "weekly_hours": case.weekly_hours,
            "employed_share": str(employed_share),
            "attended_share": str(attended_share),
            "least_cents": least_cents,
            "bound": evidence.gross_wage_cents < least_cents,
        }
    )


def _employed_share(case: Case, month: Month) -> Fraction:
    """The part of a month that was employed and not suspended.

    Employers divide a month by calendar days or by weekdays; the smaller part is asked of them.
    """
    whole = month_period(month)
    worked = list(_without(_employed(case, month), case.suspensions))
    days = sum(part.days for part in worked)
    if days == whole.days:
        return Fraction(1)
    weekdays = sum(_weekdays(part) for part in worked)
    return min(Fraction(days, whole.days), Fraction(weekdays, _weekdays(whole)))


def _employed(case: Case, month: Month) -> Period:
    employed = case.employment.overlap(month_period(month))
    assert employed is not None, "the employment holds every covered day"
    return employed


def _weekdays(period: Period) -> int:
    weeks, rest = divmod(period.days, DAYS_OF_WEEK)
    first = period.start.weekday()
    days_of_rest = ((first + offset) % DAYS_OF_WEEK for offset in range(rest))
    return weeks * SATURDAY + sum(day < SATURDAY for day in days_of_rest)


def _amount_of(case: Case, piece: Piece, trace: list[Line]) -> Cents:
    """A programme month's amount in whole cents: the rule, its cap, and the one rounding."""
    trace.append(_piece_line(piece))
    if not piece.covered:
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
        employed = _employed(case, month)
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
    trace.append(
        Line(
            {
                "step": "monthly_max",
                "monthly_cents": case.terms.monthly_max_cents,
                "exact": str(most),
                "bound": share > most,
            }
        )
    )
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
    trace.append(Line({"step": "due", "cents": due_cents}))
    if due_cents:
        return Result(Outcome.DUE, due_cents, None, trace)
    reason = Reason.ENTITLEMENT_USED if bound else Reason.NOTHING_EARNED
    return _nothing(Outcome.NOT_DUE, reason, trace)


def _period_line(case: Case) -> Line:
    first_day, last_day = case.period.start.isoformat(), case.period.last_day.isoformat()
    return Line({"step": "period", "first_day": first_day, "last_day": last_day})


def _first_month_line(case: Case) -> Line:
    last_day = add_months(case.starts_on, 1) - timedelta(days=1)
    return Line({"step": "first_month", "last_day": last_day.isoformat()})


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
