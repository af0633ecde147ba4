"""The plain engine: computes a scheme over facts, slowly and obviously; its answer is the meaning.

Everything is an exact fraction; rows of a table are computed one after the other, each from its
first step to its last, so `before` and `previous` can look back. A guard ends a row, and so does a
division by zero, as `cannot_compute`: what a row lacks then, nobody counts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import msgspec

from service.schemes.language.evaluation import CannotCompute, Evaluator, Row, in_calendar
from service.schemes.language.facts import Facts
from service.schemes.language.functions import MAKERS
from service.schemes.language.program import (
    Block,
    Maker,
    Program,
    TypedLimit,
    TypedPay,
    TypedStep,
)
from service.schemes.language.results import Paid, Stop, add_up, encode
from service.schemes.language.rounding import differ_to_the_cent
from service.schemes.language.typed import Column, ColumnRef, walk
from service.schemes.language.windows import ALWAYS, Window

CANNOT = "cannot_compute"

Limited: TypeAlias = tuple[Fraction, str | None]


class Run(msgspec.Struct, frozen=True):
    """What a scheme came to: instalments by month and kind, and every value on the way."""

    paid: list[Paid]
    stop: Stop | None
    values: Mapping[str, Any]
    tables: Mapping[str, list[Row]]


def run(
    program: Program,
    facts: Facts,
    window: Window = ALWAYS,
    opening: Mapping[str, int] | None = None,
) -> Run:
    """Computes all blocks in order; a guard outside every table ends the whole.

    Only payments of the months of a window are answered. With an `opening` (cents by kind of
    payment) rows before the window are not computed and count as that; see `windows`.
    """
    selecting = Evaluator(program, facts, date.min).value(program.selected_by, {})
    evaluator = Evaluator(program, facts, selecting)
    for pay in program.pays:
        came_to = (opening or {}).get(pay.kind, 0)
        evaluator.opening[pay.table, pay.amount] = Fraction(came_to)
    going = _Run(program, evaluator, selecting, window, is_partial=opening is not None)
    stop = None
    for block in program.blocks:
        stop = going.block(block)
        if stop is not None:
            break
    return Run(going.paid(stop), stop, going.evaluator.values, going.evaluator.tables)


class _Run:
    """One computation under way."""

    def __init__(
        self,
        program: Program,
        evaluator: Evaluator,
        selecting: date,
        window: Window,
        *,
        is_partial: bool,
    ) -> None:
        self.program, self.evaluator, self.selecting = program, evaluator, selecting
        self.window, self.is_partial = window, is_partial
        self.head: list[Any] = [selecting]

    def block(self, block: Block) -> Stop | None:
        steps = [step for step in block.steps if step.step.holds_on(self.selecting)]
        if block.table is None:
            return self._once(steps)
        for row in self.evaluator.tables[block.table]:
            if not self.is_partial or self._falls_in_window(block.table, row):
                self._row(block.table, row, steps)
        return None

    def _falls_in_window(self, table: str, row: Row) -> bool:
        months = [
            self.evaluator.value(pay.month, row.in_hand())
            for pay in self.program.pays
            if pay.table == table
        ]
        return not months or any(month in self.window for month in months)

    def _once(self, steps: Sequence[TypedStep]) -> Stop | None:
        try:
            for step in steps:
                if step.maker is not None:
                    self.evaluator.tables[step.name] = self._made(step, None, {})
                elif step.condition is not None:
                    holds = self.evaluator.value(step.condition, {})
                    self.head.append(holds)
                    if not holds:
                        return Stop(step.outcome, step.code)
                else:
                    value, bound = self._limited(step, {})
                    self.evaluator.values[step.name] = value
                    self.head.extend(_entries(step, value, bound))
        except CannotCompute:
            return Stop("blocked", CANNOT)
        return None

    def _row(self, table: str, row: Row, steps: Sequence[TypedStep]) -> None:
        if row.stop is not None:
            return
        try:
            for step in steps:
                if step.table == table:
                    self._own_step(row, step)
                else:
                    for inner in _descendants(row, self.program.chain_of(step.table)):
                        self._own_step(inner, step)
                if row.stop is not None:
                    return
        except CannotCompute:
            row.stop = Stop("blocked", CANNOT)

    def _own_step(self, row: Row, step: TypedStep) -> None:
        rows = row.in_hand()
        if step.maker is not None:
            row.children[step.name] = self._made(step, row, rows)
            self.evaluator.tables.setdefault(step.name, []).extend(row.children[step.name])
            row.trace.append(row.children[step.name])
        elif step.condition is not None:
            holds = self.evaluator.value(step.condition, rows)
            row.trace.append(holds)
            if not holds:
                row.stop = Stop(step.outcome, step.code)
        else:
            value, bound = self._limited(step, rows)
            row.values[step.name] = value
            row.trace.extend(_entries(step, value, bound))

    def _limited(self, step: TypedStep, rows: Mapping[str, Row]) -> tuple[Any, str | None]:
        """A step's value, rounded or limited as the step says, and the limit that bound."""
        assert step.value is not None
        value = self.evaluator.value(step.value, rows)
        if step.rounding is not None:
            return step.rounding.apply(value, is_money=step.is_money), None
        limited: Limited = (value, None)
        for limit in step.at_most:
            limited = self._limit(limited, limit, rows, sign=1)
        for limit in step.at_least:
            limited = self._limit(limited, limit, rows, sign=-1)
        return limited

    def _limit(
        self, limited: Limited, limit: TypedLimit, rows: Mapping[str, Row], *, sign: int
    ) -> Limited:
        """The value within a limit; one that is passed by less than shows does not bind."""
        edge = self.evaluator.value(limit.value, rows)
        value, bound = limited
        if sign * (value - edge) <= 0:
            return limited
        return edge, limit.name if differ_to_the_cent(value, edge) else bound

    def _made(self, step: TypedStep, parent: Row | None, rows: Mapping[str, Row]) -> list[Row]:
        maker = step.maker
        assert maker is not None
        if maker.of is not None:
            return self._selected(step.name, maker, parent, rows)
        about = MAKERS[maker.function]
        arguments = [self.evaluator.value(one, rows) for one in maker.arguments]
        made = in_calendar(about.run, arguments)
        return [
            Row(step.name, dict(zip(about.columns, _exact(one), strict=True)), parent)
            for one in made
        ]

    def _selected(
        self, table: str, maker: Maker, parent: Row | None, rows: Mapping[str, Row]
    ) -> list[Row]:
        (column,) = maker.arguments
        assert isinstance(column, Column)
        found = self.evaluator.rows_of(column, rows)
        if maker.function != "select":
            down = maker.function == "ordered_down"
            found = sorted(found, key=lambda pair: pair[1], reverse=down)
        return [
            Row(table, {**row.values, "number": Fraction(number)}, parent)
            for number, (row, _) in enumerate(found, 1)
        ]

    def paid(self, stop: Stop | None) -> list[Paid]:
        """One instalment for each month and kind that a payment falls into."""
        found: list[Paid] = []
        head = [encode(value) for value in self.head]
        for pay in self.program.pays if stop is None else []:
            if pay.table is None:
                found += self._payment(pay, {}, [head])
                continue
            for row in self.evaluator.tables.get(pay.table, []):
                if all(name in row.values for name in columns_of(pay)):
                    found += self._payment(pay, row.in_hand(), [head, row.encoded()], row)
        return add_up(found)

    def _payment(
        self, pay: TypedPay, rows: Mapping[str, Row], trace: list[Any], row: Row | None = None
    ) -> list[Paid]:
        value = self.evaluator.value
        if pay.when is not None and not value(pay.when, rows):
            return []
        month = value(pay.month, rows)
        if month not in self.window:
            return []
        stop = row.stop if row is not None else None
        values = row.values if row is not None else self.evaluator.values
        amount = int(values[pay.amount]) if stop is None else 0
        due_on = value(pay.due_on, rows) if pay.due_on is not None else None
        return [Paid(month, pay.kind, amount, due_on, stop, trace)]


def columns_of(pay: TypedPay) -> set[str]:
    """The columns of its own table that a payment's month, day and condition read."""
    nodes = [node for node in (pay.month, pay.due_on, pay.when) if node is not None]
    return {
        part.name
        for node in nodes
        for part in walk(node)
        if isinstance(part, ColumnRef) and part.table == pay.table
    }


def _exact(made: Sequence[Any]) -> list[Any]:
    return [Fraction(one) if type(one) is int else one for one in made]


def _descendants(row: Row, chain: Sequence[str]) -> list[Row]:
    """The rows below one, down a chain of tables that is given from the inside out."""
    rows = [row]
    for table in reversed(chain[:-1]):
        rows = [child for one in rows for child in one.children.get(table, [])]
    return rows


def _entries(step: TypedStep, value: Any, bound: str | None) -> list[Any]:
    """What a step leaves in the trace: its value, and for a limited one the limit that bound."""
    return [value, bound] if step.at_most or step.at_least else [value]
