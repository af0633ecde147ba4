"""The report counted a second time, in Python, from the rows that were written."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.demo.model import Agreement, Candidate, Country
from service.outcomes.model import POINTS, Report
from service.period import add_months

PROGRAMME_MONTHS = 6
Key = tuple[str | None, str | None]


def day_of(moment: datetime) -> date:
    """The day in Kosovo."""
    return moment.astimezone(ZoneInfo("Europe/Belgrade")).date()


def keys_of(candidate: Candidate) -> Iterator[Key]:
    """The lines a person is counted on."""
    yield from ((None, None), (None, candidate.sex), (candidate.municipality_code, candidate.sex))


def count(country: Country, from_day: date, to_day: date) -> Counter[tuple[Key, str]]:
    """Every count of the report, by line and by the name of the count."""
    matched = {m.candidate_id for m in country.matches if day_of(m.proposed_at) <= to_day}
    starts: dict[object, Agreement] = {}
    for agreement in sorted(country.agreements, key=lambda one: one.starts_on, reverse=True):
        if agreement.started_at and agreement.starts_on <= to_day:
            starts[agreement.candidate_id] = agreement
    found: Counter[tuple[Key, str]] = Counter()
    for candidate in country.candidates:
        if not from_day <= day_of(candidate.registered_at) <= to_day:
            continue
        names = ["registered"] + ["matched"] * (candidate.id in matched)
        start = starts.get(candidate.id)
        if start:
            names += _names_of_start(country, start, to_day)
        found.update((key, name) for key in keys_of(candidate) for name in names)
    return found


def _names_of_start(country: Country, start: Agreement, to_day: date) -> list[str]:
    completed = start.state == "completed"
    names = ["placed"]
    if max(start.period.end, add_months(start.starts_on, PROGRAMME_MONTHS)) <= to_day:
        names += ["at_risk"] + ["completed"] * completed
    for point in POINTS:
        if add_months(start.period.end, point) > to_day:
            continue
        seen = [
            one
            for one in country.outcomes
            if (one.agreement_id, one.months_after) == (start.id, point)
            and one.observed_on <= to_day
        ]
        employed = any(one.employed for one in seen)
        names += [f"starts_{point}"] + [f"starts_retained_{point}"] * employed
        if completed:
            names += [f"completers_{point}"] + [f"observed_{point}"] * bool(seen)
            names += [f"retained_{point}"] * employed
            names += [f"same_employer_{point}"] * any(one.same_employer for one in seen)
    return names


def counts_of(report: Report) -> Counter[tuple[Key, str]]:
    """The counts that a report shows, those of nobody left out."""
    found: Counter[tuple[Key, str]] = Counter()
    for line in report.lines:
        counts = {
            "registered": line.registered,
            "matched": line.matched.numerator,
            "placed": line.placed.numerator,
            "at_risk": line.completed.denominator,
            "completed": line.completed.numerator,
        }
        for point in line.retention:
            counts |= {
                f"completers_{point.months_after}": point.of_completers.denominator,
                f"observed_{point.months_after}": point.observed.numerator,
                f"retained_{point.months_after}": point.of_completers.numerator,
                f"same_employer_{point.months_after}": point.same_employer.numerator,
                f"starts_{point.months_after}": point.of_starts.denominator,
                f"starts_retained_{point.months_after}": point.of_starts.numerator,
            }
        key = (line.municipality_code, line.sex)
        found.update({(key, name): number for name, number in counts.items()})
    return +found
