"""When an outcome may be recorded, and how the report's counts become shares, lines and a file."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO

from service.i18n import N_
from service.outcomes.model import (
    POINTS,
    Followed,
    Funnel,
    Line,
    Observation,
    PointShares,
    Report,
    Retention,
    Share,
)
from service.period import add_months
from service.problems import Problem

IN_FULL_BP = 10_000
# A spreadsheet takes a cell that starts with one of these for a formula (OWASP, CSV injection).
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COUNTS = ("registered", "matched", "placed", "at_risk", "completed")
COUNTS_AT_POINT = (
    "completers", "observed", "retained", "same_employer", "starts", "starts_retained",
)  # fmt: skip


class NotEnded(Problem):
    """The agreement never started, or its subsidy goes on."""

    slug = "agreement-not-ended"
    title = N_("An outcome is recorded once the agreement has started and ended.")
    status = 409


class PointNotReached(Problem):
    """It was observed before its time; `due_on` is the first day."""

    slug = "point-not-reached"
    title = N_("This was observed too early. Look the person up on the day of the point or later.")
    status = 422


class ObservedAhead(Problem):
    """It lies in the future."""

    slug = "observed-ahead"
    title = N_("What is observed on a day is recorded on that day or later.")
    status = 422


class AlreadyRecorded(Problem):
    """One observation for each point."""

    slug = "outcome-already-recorded"
    title = N_("The outcome of this point is recorded already.")
    status = 409


class SameEmployerWithoutWork(Problem):
    """Nobody works for the same employer without working."""

    slug = "same-employer-without-work"
    title = N_("Whoever is not employed is not employed by the same employer either.")
    status = 422


class DaysReversed(Problem):
    """The report's last day lies before its first."""

    slug = "days-reversed"
    title = N_("The last day must not lie before the first.")
    status = 422


def point_day(followed: Followed, months_after: int) -> date:
    """The first day on which a point has passed: that many months after the first unsubsidised."""
    return add_months(followed.period.end, months_after)


def check_observation(followed: Followed, observation: Observation, *, on: date) -> None:
    """NotEnded, SameEmployerWithoutWork, ObservedAhead or PointNotReached when it does not fit."""
    if followed.started_at is None or followed.state not in {"completed", "ended_early"}:
        raise NotEnded
    if observation.same_employer and not observation.employed:
        raise SameEmployerWithoutWork
    if observation.observed_on > on:
        raise ObservedAhead
    due_on = point_day(followed, observation.months_after)
    if observation.observed_on < due_on:
        raise PointNotReached(due_on=due_on.isoformat())


def check_days(from_day: date, to_day: date) -> None:
    """DaysReversed when there is no day from the one to the other."""
    if to_day < from_day:
        raise DaysReversed


def share(numerator: int, denominator: int) -> Share:
    """A count out of a count, with the rate in 1/10 000 rounded down; no rate out of nobody."""
    rate_bp = numerator * IN_FULL_BP // denominator if denominator else None
    return Share(numerator, denominator, rate_bp)


def make_report(
    from_day: date, to_day: date, funnels: Iterable[Funnel], retention: Iterable[Retention]
) -> Report:
    """The report of two days: each line with every count and what it is counted out of."""
    at_points: dict[tuple[str | None, str | None], dict[int, Retention]] = defaultdict(dict)
    for one in retention:
        at_points[one.municipality_code, one.sex][one.months_after] = one
    lines = [_line(one, at_points[one.municipality_code, one.sex]) for one in funnels]
    return Report(from_day, to_day, lines)


def _line(funnel: Funnel, at_points: dict[int, Retention]) -> Line:
    nobody = (0, 0, 0, 0, 0, 0)
    return Line(
        municipality_code=funnel.municipality_code,
        sex=funnel.sex,
        registered=funnel.registered,
        matched=share(funnel.matched, funnel.registered),
        placed=share(funnel.placed, funnel.registered),
        completed=share(funnel.completed, funnel.at_risk),
        retention=[
            _at_point(at_points.get(point) or Retention(None, None, point, *nobody))
            for point in POINTS
        ],
    )


def _at_point(counts: Retention) -> PointShares:
    return PointShares(
        months_after=counts.months_after,
        of_completers=share(counts.retained, counts.completers),
        same_employer=share(counts.same_employer, counts.completers),
        observed=share(counts.observed, counts.completers),
        of_starts=share(counts.starts_retained, counts.starts),
    )


def write_csv(report: Report) -> str:
    """The report as RFC 4180 text; no cell is taken for a formula by a spreadsheet."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    heads = [f"{count}_{point}m" for point in POINTS for count in COUNTS_AT_POINT]
    writer.writerow(["from", "to", "municipality", "sex", *COUNTS, *heads])
    days = (report.from_day.isoformat(), report.to_day.isoformat())
    for line in report.lines:
        cells: list[str | int] = [
            *days,
            line.municipality_code or "all",
            line.sex or "all",
            *_counts(line),
        ]
        writer.writerow([plain_cell(cell) for cell in cells])
    return text.getvalue()


def _counts(line: Line) -> Iterator[int]:
    yield from (line.registered, line.matched.numerator, line.placed.numerator)
    yield from (line.completed.denominator, line.completed.numerator)
    for point in line.retention:
        yield from (point.of_completers.denominator, point.observed.numerator)
        yield from (point.of_completers.numerator, point.same_employer.numerator)
        yield from (point.of_starts.denominator, point.of_starts.numerator)


def plain_cell(value: str | int) -> str | int:
    """The value with an apostrophe in front where a spreadsheet would run it as a formula."""
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return value


def totals(lines: Sequence[Line]) -> list[Line]:
    """The lines over all municipalities: everybody first, then each sex."""
    return [line for line in lines if line.municipality_code is None]
