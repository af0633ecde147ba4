"""Agreements added up, one after the other, in memory that does not grow with them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest

import msgspec

from service.ids import CandidateId, SchemeVersionId
from service.instalments.model import Entry, Outcome, ReasonCode
from service.period import Month
from service.simulation.model import (
    Cell,
    Change,
    Changed,
    Cost,
    MonthCost,
    OutcomeCount,
    Subject,
    Totals,
    cost_of,
)
from service.simulation.suppression import break_down

LARGEST = 10
Side = tuple[Sequence[Entry], Sequence[Entry]]
_Key = tuple[Outcome, ReasonCode | None]


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
        return cost_of(self.now, self.what_if)


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
            self._largest[side].append(Change(subject.reference, cost_of(now, what_if)))
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
            by_month=[MonthCost(month, cost_of(*sums)) for month, sums in self._months.items()],
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
                cost=cost_of(sum(one.now for one in sums), sum(one.what_if for one in sums)),
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


def _largest(changes: Sequence[Change]) -> list[Change]:
    return nsmallest(
        LARGEST, changes, key=lambda one: (-abs(one.cost.difference_cents), one.reference)
    )
