"""Unfolds a compact trace into lines: which step, in which row, came to what, and what bound it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec

from service.period import Period
from service.schemes.language.functions import FOREVER
from service.schemes.language.kinds import Kind
from service.schemes.language.program import Program, TypedStep


class Line(msgspec.Struct, frozen=True):
    """One step's value as it was computed; `rows` are the numbers of its rows, outermost first.

    A line without a step is a row that begins; `seen` is all that was known by then, by path, for
    the sentences that name it.
    """

    step: TypedStep | None
    table: str | None
    rows: tuple[int, ...]
    value: Any
    bound: str | None
    seen: Mapping[str, Any]


def unfold(program: Program, kind: str, trace: Sequence[Any]) -> list[Line]:
    """The lines of the trace of a payment of a kind, in the order in which they were computed."""
    return list(_Unfolding(program, kind, trace).lines())


class _Unfolding:
    def __init__(self, program: Program, kind: str, trace: Sequence[Any]) -> None:
        self.program = program
        self.root = next(pay.table for pay in program.pays if pay.kind == kind)
        head, *self.rows = trace
        self.selecting = date.fromisoformat(head[0])
        self.head = head[1:]
        self.seen: dict[str, Any] = {}

    def lines(self) -> Iterator[Line]:
        yield from self._head()
        steps = [
            step
            for block in self.program.blocks
            if block.table == self.root
            for step in block.steps
            if step.step.holds_on(self.selecting)
        ]
        for row in self.rows:
            assert self.root is not None, "only a payment for a table has rows"
            yield from self._row(self.root, row, steps, ())

    def _head(self) -> Iterator[Line]:
        steps = [
            step
            for block in self.program.blocks
            if block.table is None
            for step in block.steps
            if step.maker is None and step.step.holds_on(self.selecting)
        ]
        entries = iter(self.head)
        for step in steps:
            for value in entries:
                yield self._line(step, value, entries, (), {})
                break

    def _line(
        self,
        step: TypedStep,
        raw: Any,
        entries: Iterator[Any],
        rows: tuple[int, ...],
        seen: Mapping[str, Any],
    ) -> Line:
        bound = next(entries) if step.at_most or step.at_least else None
        value = raw if step.condition is not None or step.kind is None else decode(step.kind, raw)
        path = f"{step.table}.{step.name}" if step.table else step.name
        held = self.seen if not rows else seen
        if isinstance(held, dict):
            held[path] = value
        return Line(step, step.table, rows, value, bound, {**self.seen, **seen})

    def _row(
        self, table: str, row: Sequence[Any], steps: Sequence[TypedStep], above: tuple[int, ...]
    ) -> Iterator[Line]:
        columns = self.program.tables[table].columns
        seen: dict[str, Any] = {
            f"{table}.{name}": decode(kind, raw)
            for (name, kind), raw in zip(columns.items(), row, strict=False)
        }
        rows = (*above, int(seen.get(f"{table}.number", 0)))
        yield Line(None, table, rows, None, None, {**self.seen, **seen})
        opened = {table: [_Open(rows, seen, iter(row[len(columns) :]))]}
        for step in steps:
            for one in opened.get(step.table or "", []):
                raw = next(one.entries, msgspec.UNSET)
                if raw is msgspec.UNSET:
                    return
                if step.maker is None:
                    yield self._line(step, raw, one.entries, one.rows, one.seen)
                    continue
                made = list(self._children(step.name, raw, one.rows, one.seen))
                opened.setdefault(step.name, []).extend(made)
                for child in made:
                    known = {**self.seen, **child.seen}
                    yield Line(None, step.name, child.rows, None, None, known)

    def _children(
        self, table: str, made: Sequence[Any], above: tuple[int, ...], seen: Mapping[str, Any]
    ) -> Iterator["_Open"]:
        columns = self.program.tables[table].columns
        for position, row in enumerate(made, 1):
            own = {
                f"{table}.{name}": decode(kind, raw)
                for (name, kind), raw in zip(columns.items(), row, strict=False)
            }
            yield _Open((*above, position), {**seen, **own}, iter(row[len(columns) :]))


class _Open(NamedTuple):
    """A row whose values are being read: its numbers, what it knows, and what is left to read."""

    rows: tuple[int, ...]
    seen: dict[str, Any]
    entries: Iterator[Any]


def decode(kind: Kind, raw: Any) -> Any:
    """A value as it was before it was written into a trace."""
    if raw is None:
        return None
    if kind.is_quantity:
        return Fraction(raw)
    if kind.name == "date":
        return date.fromisoformat(raw)
    if kind.name == "period":
        first, last = (date.fromisoformat(one) for one in raw)
        return Period(first, FOREVER if last.year == FOREVER.year else after(last))
    return raw


def after(day: date) -> date:
    """The day after."""
    return date.fromordinal(day.toordinal() + 1)
