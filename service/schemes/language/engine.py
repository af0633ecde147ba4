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

from service.schemes.language.evaluation import CannotCompute, Evaluator, Row
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
from service.schemes.language.typed import Column, Node

CANNOT = "cannot_compute"

Limited: TypeAlias = tuple[Fraction, str | None]


class Run(msgspec.Struct, frozen=True):
    """What a scheme came to: instalments by month and kind, and every value on the way."""

    paid: list[Paid]
    stop: Stop | None
    values: Mapping[str, Any]
    tables: Mapping[str, list[Row]]


def run(program: Program, facts: Facts) -> Run:
    """Computes all blocks in order; a guard outside every table ends the whole."""
    selecting = Evaluator(program, facts, date.min).value(program.selected_by, {})
    going = _Run(program, facts, Evaluator(program, facts, selecting), selecting)
    stop = None
    for block in program.blocks:
        stop = going.block(block)
        if stop is not None:
            break
    return Run(going.paid(stop), stop, going.evaluator.values, going.evaluator.tables)


class _Run:
    """One computation under way."""

    def __init__(
        self, program: Program, facts: Facts, evaluator: Evaluator, selecting: date
    ) -> None:
        self.program, self.facts, self.evaluator = program, facts, evaluator
        self.selecting = selecting
        self.head: list[Any] = [selecting]

    def block(self, block: Block) -> Stop | None:
        steps = [step for step in block.steps if step.step.holds_on(self.selecting)]
        if block.table is None:
            return self._once(steps)
        for row in self.evaluator.tables[block.table]:
            self._row(block.table, row, steps)
        return None

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
        made = about.run(*(self.evaluator.value(one, rows) for one in maker.arguments))
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
        for pay in self.program.pays:
            if pay.table is None:
                if stop is None and self._wanted(pay.when, {}):
                    found.append(self._paid_once(pay, head))
                continue
            for row in self.evaluator.tables.get(pay.table, []) if stop is None else []:
                rows = row.in_hand()
                if self._wanted(pay.when, rows):
                    month = self.evaluator.value(pay.month, rows)
                    due_on = self.evaluator.value(pay.due_on, rows) if pay.due_on else None
                    amount = int(row.values.get(pay.amount, 0)) if row.stop is None else 0
                    found.append(
                        Paid(month, pay.kind, amount, due_on, row.stop, [head, row.encoded()])
                    )
        return add_up(found)

    def _wanted(self, when: Node | None, rows: Mapping[str, Row]) -> bool:
        return when is None or bool(self.evaluator.value(when, rows))

    def _paid_once(self, pay: TypedPay, head: list[Any]) -> Paid:
        month = self.evaluator.value(pay.month, {})
        due_on = self.evaluator.value(pay.due_on, {}) if pay.due_on else None
        return Paid(month, pay.kind, int(self.evaluator.values[pay.amount]), due_on, None, [head])


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
