"""Hands an agreement's facts to a compiled scheme in the order in which it asks for them.

A scheme may use only facts that are kept here; what else it declares must have a default or may be
missing. `unsuppliable` says which do not, before a version is put into force.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from service.facts.model import AgreementFacts, Reported
from service.period import Month, Period, add_months, month_of
from service.schemes.language.compiler import Compiled, Given
from service.schemes.language.document import Document
from service.schemes.language.program import Program, TypedFact
from service.schemes.model import MinimumWage

SINGLE: Mapping[str, Callable[[AgreementFacts], Any]] = {
    "agreement.start": lambda facts: facts.starts_on,
    "agreement.period": lambda facts: facts.period,
    "agreement.employment": lambda facts: facts.employment,
    "agreement.weekly_hours": lambda facts: facts.weekly_hours,
    "agreement.months": lambda facts: facts.replacement_months,
}
# The columns that are kept of each list of facts, in the order of the rows made below.
LISTS: Mapping[str, tuple[str, ...]] = {
    "suspensions": ("number", "period"),
    "evidence": (
        *("number", "month", "gross", "days_expected", "days_worked", "days_paid_leave"),
        "confirmed",
    ),
    "minimum_wages": ("number", "period", "monthly"),
}

Row = tuple[Any, ...]


class Supply(msgspec.Struct, frozen=True):
    """How one scheme is served: its single facts in order, and which columns of which lists; and
    how long after an agreement's first day it may pay."""

    scheme: Compiled
    single: tuple[Callable[[AgreementFacts], Any], ...]
    lists: tuple[tuple[str, tuple[int | None, ...] | None], ...]
    paid_until_months: int

    def give(
        self,
        facts: AgreementFacts,
        reported: Sequence[Reported],
        minimum_wages: Sequence[Row],
    ) -> Given:
        """An agreement's facts as the scheme takes them."""
        kept: dict[str, Sequence[Row]] = {"minimum_wages": minimum_wages}
        kept["suspensions"] = suspensions_of(facts)
        kept["evidence"] = [
            (
                number,
                row.month,
                row.gross_wage_cents,
                row.days_expected,
                row.days_worked,
                row.days_paid_leave,
                row.confirmed,
            )
            for number, row in enumerate(reported, 1)
        ]
        return Given(
            [read(facts) for read in self.single],
            [_picked(kept.get(name, ()), columns) for name, columns in self.lists],
        )


def suspensions_of(facts: AgreementFacts) -> list[Row]:
    """The stretches on which an agreement is suspended, numbered; one that is open has no end."""
    stretches = zip(facts.suspended_from, facts.suspended_until, strict=True)
    return [
        (number, Period(start, end or date.max)) for number, (start, end) in enumerate(stretches, 1)
    ]


def wages_of(minimum_wages: Sequence[MinimumWage]) -> list[Row]:
    """Minimum wages, numbered."""
    return [
        (number, wage.period, wage.monthly_cents) for number, wage in enumerate(minimum_wages, 1)
    ]


def _picked(rows: Sequence[Row], columns: tuple[int | None, ...] | None) -> Sequence[Row]:
    if columns is None:
        return rows
    return [tuple(None if at is None else row[at] for at in columns) for row in rows]


def paid_until_months(document: Document) -> int:
    """How many months after an agreement's first day payments may follow: its months, unless said.

    None where a document has no settings, as the service does not pay by it.
    """
    said = document.settings
    return int(said.get("paid_until_months", said.get("months", 0)))


def last_paid_month(starts_on: date, months: int) -> Month:
    """The month in which the last of some months from an agreement's first day ends."""
    return month_of(add_months(starts_on, months) - timedelta(days=1))


def supply_of(scheme: Compiled) -> Supply:
    """How a scheme is served; what is not kept is served as its default."""
    program = scheme.program
    single = [_single(fact) for fact in program.facts if fact.fact.table is None]
    lists = []
    for name, about in program.tables.items():
        if about.is_fact:
            kept = LISTS.get(name, ())
            columns = tuple(kept.index(one) if one in kept else None for one in about.columns)
            lists.append((name, None if tuple(about.columns) == kept else columns))
    return Supply(scheme, tuple(single), tuple(lists), paid_until_months(program.document))


def _single(fact: TypedFact) -> Callable[[AgreementFacts], Any]:
    known = SINGLE.get(fact.fact.path)
    return known or (lambda facts: fact.default)


def unsuppliable(program: Program) -> list[str]:
    """The facts that a scheme needs and nobody keeps, by their paths."""
    return [
        fact.fact.path
        for fact in program.facts
        if not (fact.has_default or fact.fact.kind.optional or _is_kept(fact))
    ]


def _is_kept(fact: TypedFact) -> bool:
    table, _, column = fact.fact.path.partition(".")
    if fact.fact.table is None:
        return fact.fact.path in SINGLE
    return column in LISTS.get(table, ())
