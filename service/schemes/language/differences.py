"""Two schemes over the same facts: what each pays, month by month, and who gains or loses."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

import msgspec

from service.schemes.language import engine
from service.schemes.language.facts import FactFlaw, bind
from service.schemes.language.program import Program
from service.schemes.language.results import Paid, Stop

Change: TypeAlias = Literal["gains", "loses", "same"]


class CannotCompare(ValueError):
    """Two schemes that have nothing in common to compare, or facts that do not fit one of them."""


class Side(msgspec.Struct, frozen=True):
    """What one scheme pays in a month under a kind; a code where it pays nothing."""

    amount_cents: int
    reason: str | None


class Instalment(msgspec.Struct, frozen=True):
    """A month and kind with both sides; None where a scheme has no such instalment."""

    month: date
    kind: str
    a: Side | None
    b: Side | None

    @property
    def difference_cents(self) -> int:
        """What B pays more than A."""
        return _cents(self.b) - _cents(self.a)


class Case(msgspec.Struct, frozen=True):
    """One set of facts under both schemes; what ends a whole case early is its stop."""

    number: int
    instalments: list[Instalment]
    stop_a: str | None
    stop_b: str | None
    unused_a: list[str]
    unused_b: list[str]

    @property
    def total_a_cents(self) -> int:
        """All that A pays."""
        return sum(_cents(one.a) for one in self.instalments)

    @property
    def total_b_cents(self) -> int:
        """All that B pays."""
        return sum(_cents(one.b) for one in self.instalments)

    @property
    def difference_cents(self) -> int:
        """What B pays more than A in all."""
        return self.total_b_cents - self.total_a_cents

    @property
    def change(self) -> Change:
        """Whether the person gains or loses when B replaces A."""
        if self.difference_cents == 0:
            return "same"
        return "gains" if self.difference_cents > 0 else "loses"


def compare(a: Program, b: Program, cases: Sequence[Any]) -> list[Case]:
    """Each case under both schemes; CannotCompare for two currencies or facts that do not fit.

    A scheme is given only the facts it uses; what it leaves unused is told with the case.
    """
    if a.document.currency != b.document.currency:
        raise CannotCompare(
            f"{a.document.code} pays {a.document.currency} and {b.document.code} pays"
            f" {b.document.currency}; only amounts in one currency can be compared."
        )
    return [_case(a, b, raw, number) for number, raw in enumerate(cases, 1)]


def used(program: Program, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The facts of a case that a scheme uses, and the paths of those it does not."""
    known = {one.fact.path for one in program.facts}
    kept: dict[str, Any] = {}
    unused: set[str] = set()
    for name, said in raw.items():
        if not any(path == name or path.startswith(f"{name}.") for path in known):
            unused.add(name)
            continue
        kept[name] = _kept(name, said, known, unused)
    return kept, sorted(unused)


def _kept(name: str, said: Any, known: set[str], unused: set[str]) -> Any:
    if name in known:
        return said
    if isinstance(said, list):
        return [_kept(name, one, known, unused) for one in said]
    if not isinstance(said, Mapping):
        return said
    unused |= {f"{name}.{key}" for key in said if f"{name}.{key}" not in known}
    return {key: one for key, one in said.items() if f"{name}.{key}" in known}


def _case(a: Program, b: Program, raw: Any, number: int) -> Case:
    if not isinstance(raw, Mapping):
        raise CannotCompare(f"case {number}: expected an object with the facts of one case")
    paid_a, stop_a, unused_a = _paid(a, raw, number)
    paid_b, stop_b, unused_b = _paid(b, raw, number)
    instalments = [
        Instalment(month, kind, paid_a.get((month, kind)), paid_b.get((month, kind)))
        for month, kind in sorted({*paid_a, *paid_b})
    ]
    return Case(number, instalments, _code(stop_a), _code(stop_b), unused_a, unused_b)


def _paid(
    program: Program, raw: Mapping[str, Any], number: int
) -> tuple[dict[tuple[date, str], Side], Stop | None, list[str]]:
    kept, unused = used(program, raw)
    try:
        run = engine.run(program, bind(program, kept))
    except FactFlaw as error:
        raise CannotCompare(f"case {number}, {program.document.code}: {error}") from None
    sides = {(one.month, one.kind): _side(one) for one in run.paid}
    return sides, run.stop, unused


def _side(paid: Paid) -> Side:
    return Side(paid.amount_cents, _code(paid.stop))


def _code(stop: Stop | None) -> str | None:
    return stop.code if stop is not None else None


def _cents(side: Side | None) -> int:
    return side.amount_cents if side is not None else 0


def summary(cases: Sequence[Case]) -> dict[str, int]:
    """How many gain, lose or stay the same, and what all cases come to, in cents."""
    changes = [case.change for case in cases]
    return {
        "gains": changes.count("gains"),
        "loses": changes.count("loses"),
        "same": changes.count("same"),
        "total_a_cents": sum(case.total_a_cents for case in cases),
        "total_b_cents": sum(case.total_b_cents for case in cases),
        "difference_cents": sum(case.difference_cents for case in cases),
    }


def as_json(a: Program, b: Program, cases: Sequence[Case]) -> dict[str, Any]:
    """The comparison as JSON: amounts in whole cents."""
    return {
        "a": a.document.code,
        "b": b.document.code,
        "currency": a.document.currency,
        "cases": [_case_json(case) for case in cases],
        "summary": summary(cases),
    }


def _case_json(case: Case) -> dict[str, Any]:
    return {
        "case": case.number,
        "instalments": [
            {
                "month": f"{one.month:%Y-%m}",
                "kind": one.kind,
                "a": None if one.a is None else msgspec.structs.asdict(one.a),
                "b": None if one.b is None else msgspec.structs.asdict(one.b),
                "difference_cents": one.difference_cents,
            }
            for one in case.instalments
        ],
        "total_a_cents": case.total_a_cents,
        "total_b_cents": case.total_b_cents,
        "difference_cents": case.difference_cents,
        "change": case.change,
        "stop_a": case.stop_a,
        "stop_b": case.stop_b,
        "unused_by_a": case.unused_a,
        "unused_by_b": case.unused_b,
    }
