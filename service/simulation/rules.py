"""What another document would have cost: pure sums over agreements, and which may be shown."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from heapq import nsmallest
from typing import Any

import msgspec

from service.actor import Actor, Role
from service.agreements.rules import age_on
from service.i18n import N_, _
from service.ids import CandidateId, SchemeVersionId
from service.instalments.model import (
    OUTSIDE_PERIOD,
    Case,
    Entry,
    Outcome,
    ReasonCode,
    Result,
)
from service.instalments.rules import compute_months
from service.money import ZERO, Cents
from service.period import Month, Period, add_months, month_of, months_touched, next_month
from service.problems import NotAllowed, Problem
from service.schemes.documents import CURRENCY
from service.schemes.rules import PLANNERS
from service.simulation.model import (
    MONTHS_MAX,
    Ages,
    Breakdown,
    Budget,
    Cell,
    Change,
    Changed,
    Cost,
    Hidden,
    MonthCost,
    OutcomeCount,
    Subject,
    Totals,
)

# Why nothing would be due to somebody whom the other document is not for.
OUTSIDE_AGES = ReasonCode("age_outside_scheme")
LARGEST = 10
CELL_MIN = 5  # a cell of fewer people is not shown
HIDDEN_MIN = 2  # nor is what is left when all others are subtracted from the whole
Side = tuple[Sequence[Entry], Sequence[Entry]]


class NeedsOtherFacts(Problem):
    """The document asks for what nobody keeps; `facts` are their paths."""

    slug = "scheme-needs-other-facts"
    title = N_("The document asks for facts of an agreement that Ura does not keep.")


class OtherCurrency(Problem):
    """Amounts in two currencies cannot be compared."""

    slug = "other-currency"
    title = N_("The document pays in another currency than the scheme, so they cannot be compared.")


class SimulationUnderWay(Problem):
    """One what-if at a time."""

    slug = "simulation-under-way"
    title = N_("Another what-if is being computed. Try again when it is done, in a minute or two.")
    status = 409


class NoSuchScheme(Problem):
    """There is nothing to compare with."""

    slug = "no-such-scheme"
    title = N_("There is no scheme of this code here. Name the one to compare with.")
    status = 404


class MonthsOutOfRange(Problem):
    """Too few months, or too many for one answer."""

    slug = "months-out-of-range"
    title = N_("Write a whole number of months, 1 to 24.")


def refuse_unless_planner(by: Actor) -> None:
    """NotAllowed unless somebody asks who drafts schemes, puts them in force or pays them."""
    if by.role not in PLANNERS | {Role.SYSTEM}:
        raise NotAllowed


def refuse_unkept(paths: Sequence[str]) -> None:
    """NeedsOtherFacts, naming them, when a document needs facts that nobody keeps."""
    if paths:
        sentence = _(
            "The document asks for facts of an agreement that Ura does not keep: {paths}. "
            "Give them a default, or do without them."
        )
        raise NeedsOtherFacts(sentence.format(paths=", ".join(paths)), facts=list(paths))


def refuse_other_currency(currency: str) -> None:
    """OtherCurrency unless the document pays in the one of the country."""
    if currency != CURRENCY:
        raise OtherCurrency(paid_in=currency, scheme_in=CURRENCY)


def last_months(count: int, *, today: date) -> list[Month]:
    """The last finished months, the earliest first; MonthsOutOfRange."""
    if not 1 <= count <= MONTHS_MAX:
        raise MonthsOutOfRange(at_least=1, at_most=MONTHS_MAX)
    current = month_of(today)
    return [Month(add_months(current, -back)) for back in range(count, 0, -1)]


def days_of(months: Sequence[Month]) -> Period:
    """The days from the first of some months to the end of the last."""
    return Period(months[0], next_month(months[-1]))


# ----- one agreement


def entries(case: Case, months: Sequence[Month]) -> list[Entry]:
    """What an agreement comes to in some months under a scheme, as if it had always held.

    The months before are computed with it, as a limit may look back on them. Months in which the
    agreement holds no day and nothing is paid are left out.
    """
    first = min(month_of(case.period.start), months[0])
    return [
        entry
        for entry in compute_months(case, _months_between(first, months[-1]), {})
        if entry.month >= months[0] and entry.result.reason != OUTSIDE_PERIOD
    ]


def unless_of_age(ages: Ages | None, subject: Subject, what_if: Sequence[Entry]) -> Sequence[Entry]:
    """The instalments of a document, or as many of nothing for a candidate it is not for."""
    age = age_on(subject.born_on, subject.starts_on)
    if ages is None or ages.youngest <= age <= ages.oldest:
        return what_if
    nothing = Result(Outcome.NOT_DUE, ZERO, OUTSIDE_AGES, [])
    return [Entry(entry.month, entry.kind, nothing) for entry in what_if]


def ages_of(settings: Mapping[str, Any]) -> Ages | None:
    """The ages that a document's settings name, if they name any."""
    youngest, oldest = settings.get("age_min"), settings.get("age_max")
    if not isinstance(youngest, int) or not isinstance(oldest, int):
        return None
    return Ages(youngest, oldest)


@lru_cache(maxsize=1_000)
def _months_between(first: Month, last: Month) -> tuple[Month, ...]:
    return tuple(months_touched(Period(first, next_month(last))))


# ----- all of them


class _Sum(msgspec.Struct):
    """Sums that grow; `last` is the candidate that was counted last."""

    candidates: int = 0
    agreements: int = 0
    now: int = 0
    what_if: int = 0
    last: CandidateId | None = None

    def add(self, candidate_id: CandidateId, now: int, what_if: int) -> None:
        """One agreement more; those of a candidate follow each other."""
        self.candidates += candidate_id != self.last
        self.last = candidate_id
        self.agreements += 1
        self.now += now
        self.what_if += what_if

    @property
    def cost(self) -> Cost:
        """What it comes to now and with the other document."""
        return _cost(self.now, self.what_if)


def _cost(now: int, what_if: int) -> Cost:
    return Cost(Cents(now), Cents(what_if), Cents(what_if - now))


class Tally:
    """Adds agreements up, one after the other, in memory that does not grow with them.

    They are given candidate by candidate: people are counted where the candidate changes.
    """

    def __init__(self, months: Iterable[Month]) -> None:
        self._months = {month: [0, 0] for month in months}
        self._whole = _Sum()
        self._cells: dict[tuple[str, str], _Sum] = {}
        self._sides = {"gains": _Sum(), "loses": _Sum(), "same": _Sum()}
        self._largest: dict[str, list[Change]] = {"gains": [], "loses": [], "same": []}
        self._outcomes: tuple[Counter[_Key], Counter[_Key]] = (Counter(), Counter())
        self.versions: Counter[SchemeVersionId] = Counter()

    def add(self, subject: Subject, version_id: SchemeVersionId, sides: Side) -> None:
        """Counts an agreement by its instalments now and with the other document."""
        if not any(sides):
            return
        now, what_if = (self._add_entries(number, side) for number, side in enumerate(sides))
        self.versions[version_id] += 1
        cell = self._cells.setdefault((subject.sex, subject.municipality_code), _Sum())
        side = "same" if now == what_if else "gains" if what_if > now else "loses"
        for one in (self._whole, cell, self._sides[side]):
            one.add(subject.candidate_id, now, what_if)
        if now != what_if:
            self._largest[side].append(Change(subject.reference, _cost(now, what_if)))
            if len(self._largest[side]) > 100 * LARGEST:
                self._largest[side] = _largest(self._largest[side])

    def _add_entries(self, number: int, side: Sequence[Entry]) -> int:
        total = 0
        for entry in side:
            result = entry.result
            self._months[entry.month][number] += result.amount_cents
            self._outcomes[number][result.outcome, result.reason] += 1
            total += result.amount_cents
        return total

    def totals(self) -> Totals:
        """What it comes to; each breakdown adds up to the whole."""
        return Totals(
            agreement_count=self._whole.agreements,
            candidate_count=self._whole.candidates,
            total=self._whole.cost,
            by_month=[MonthCost(month, _cost(*sums)) for month, sums in self._months.items()],
            by_sex=break_down(self._cells_by(lambda key: key[0])),
            by_municipality=break_down(self._cells_by(lambda key: key[1])),
            gains=self._changed("gains"),
            loses=self._changed("loses"),
            same_count=self._sides["same"].agreements,
        )

    def _cells_by(self, name_of: Callable[[tuple[str, str]], str]) -> list[Cell]:
        grouped: dict[str, list[_Sum]] = {}
        for key, one in self._cells.items():
            grouped.setdefault(name_of(key), []).append(one)
        return [
            Cell(
                name,
                candidate_count=sum(one.candidates for one in sums),
                agreement_count=sum(one.agreements for one in sums),
                cost=_cost(sum(one.now for one in sums), sum(one.what_if for one in sums)),
            )
            for name, sums in grouped.items()
        ]

    def _changed(self, side: str) -> Changed:
        one = self._sides[side]
        return Changed(
            agreement_count=one.agreements,
            candidate_count=one.candidates,
            difference_cents=one.cost.difference_cents,
            largest=_largest(self._largest[side]),
        )

    def outcomes(self, explain: Callable[[ReasonCode], str]) -> list[OutcomeCount]:
        """How often each outcome comes, and why, the most frequent first; `explain` puts a reason
        into words.
        """
        now, what_if = self._outcomes
        order = list(Outcome)
        keys = sorted(
            {*now, *what_if},
            key=lambda key: (order.index(key[0]), -now[key], -what_if[key], key[1] or ""),
        )
        return [
            OutcomeCount(
                outcome=outcome,
                reason=reason,
                words=explain(reason) if reason is not None else "",
                now_count=now[outcome, reason],
                what_if_count=what_if[outcome, reason],
            )
            for outcome, reason in keys
        ]


_Key = tuple[Outcome, ReasonCode | None]


def _largest(changes: Sequence[Change]) -> list[Change]:
    return nsmallest(
        LARGEST, changes, key=lambda one: (-abs(one.cost.difference_cents), one.reference)
    )


# ----- what may be shown


def break_down(cells: Iterable[Cell]) -> Breakdown:
    """The cells that may be shown, the costliest first, and the others together.

    A cell of fewer than five people is hidden, and so are the next smallest until what is left when
    all that is shown is subtracted from the whole is no single cell and no fewer than five people.
    """
    waiting = sorted(cells, key=lambda cell: (cell.candidate_count, cell.name))
    hidden = [cell for cell in waiting if cell.candidate_count < CELL_MIN]
    shown = waiting[len(hidden) :]
    while hidden and shown and not _is_safe(hidden):
        hidden.append(shown.pop(0))
    shown.sort(key=lambda cell: (-cell.cost.now_cents, -cell.cost.what_if_cents, cell.name))
    return Breakdown(shown, _together(hidden) if hidden else None)


def _is_safe(hidden: Sequence[Cell]) -> bool:
    people = sum(cell.candidate_count for cell in hidden)
    return len(hidden) >= HIDDEN_MIN and people >= CELL_MIN


def _together(hidden: Sequence[Cell]) -> Hidden:
    return Hidden(
        names=sorted(cell.name for cell in hidden),
        candidate_count=sum(cell.candidate_count for cell in hidden),
        agreement_count=sum(cell.agreement_count for cell in hidden),
        cost=_cost(
            sum(cell.cost.now_cents for cell in hidden),
            sum(cell.cost.what_if_cents for cell in hidden),
        ),
    )


def budget_after(*, appropriated_cents: Cents, left_cents: Cents, total: Cost) -> Budget:
    """What would be left of a budget line; less than nothing where it would not have sufficed."""
    left_what_if = Cents(left_cents - total.difference_cents)
    return Budget(appropriated_cents, left_cents, left_what_if)


def remarks(months: object, months_now: Iterable[int]) -> list[str]:
    """What the figures leave out, in the language in use: `months` is what the document says that
    it grants, `months_now` what the versions in force do.
    """
    other = sorted({now for now in months_now if now != months})
    if not isinstance(months, int) or not other:
        return []
    sentence = _(
        "Months that the document grants: {months}; that the scheme grants: {others}. The figures "
        "keep the days that were agreed."
    )
    return [sentence.format(months=months, others=", ".join(map(str, other)))]
