"""Evaluates typed expressions over facts and rows, exactly; the plain engine's arithmetic."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from service.period import add_months
from service.schemes.language import typed
from service.schemes.language.facts import Facts
from service.schemes.language.functions import FUNCTIONS, shared
from service.schemes.language.program import Program, TypedParameter
from service.schemes.language.results import Stop, encode
from service.schemes.language.typed import Node

COMPARING: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
MONTHS_IN = {"months": 1, "years": 12}
DAYS_IN = {"days": 1, "weeks": 7}


class CannotCompute(ArithmeticError):
    """A division by zero, or a parameter that has no value on the day."""


class Lacking(Exception):
    """A row that a guard ended has no such column."""


class Row:
    """One row of a table: its values so far, the row it belongs to, and those that belong to it."""

    def __init__(self, table: str, values: dict[str, Any], parent: "Row | None" = None) -> None:
        self.table, self.values, self.parent = table, values, parent
        self.children: dict[str, list[Row]] = {}
        self.stop: Stop | None = None
        self.trace: list[Any] = list(values.values())

    def in_hand(self) -> dict[str, "Row"]:
        """This row and those it belongs to, by their tables."""
        above = self.parent.in_hand() if self.parent is not None else {}
        return {**above, self.table: self}

    def encoded(self) -> list[Any]:
        """Its values and those of its children, in the order they were computed."""
        return [
            [child.encoded() for child in one] if isinstance(one, list) else encode(one)
            for one in self.trace
        ]


class Evaluator:
    """Values of expressions, given the facts and what was computed so far."""

    def __init__(self, program: Program, facts: Facts, selecting: date) -> None:
        self.program, self.facts, self.selecting = program, facts, selecting
        self.values: dict[str, Any] = {}
        self.opening: dict[tuple[str | None, str], Fraction] = {}
        self.tables: dict[str, list[Row]] = {}
        for name, rows in facts.tables.items():
            self.tables[name] = [Row(name, dict(row)) for row in rows]
        for name, listed in program.listed.items():
            self.tables[name] = [
                Row(name, {"number": Fraction(number), **row})
                for number, row in enumerate(listed, 1)
            ]

    def value(self, node: Node, rows: Mapping[str, Row]) -> Any:  # noqa: C901 # one case a node
        """The value of an expression with these rows in hand."""
        match node:
            case typed.Const():
                return node.value
            case typed.FactRef():
                return self.facts.single[node.path]
            case typed.StepRef():
                return self.values[node.name]
            case typed.ColumnRef():
                return _column(rows[node.table], node.name)
            case typed.EarlierRef():
                return _column(rows["earlier"], node.name)
            case typed.ParameterRef():
                return self._parameter(node, rows)
            case typed.Negated():
                return -self.value(node.operand, rows)
            case typed.Not():
                return not self.value(node.operand, rows)
            case typed.Arithmetic():
                return self._arithmetic(node, rows)
            case typed.Shifted():
                return self._shifted(node, rows)
            case typed.DaysBetween():
                gap = self.value(node.left, rows) - self.value(node.right, rows)
                return Fraction(gap.days)
            case typed.Compared():
                left, right = self.value(node.left, rows), self.value(node.right, rows)
                return COMPARING[node.operator](left, right)
            case typed.Logic():
                left = self.value(node.left, rows)
                decided = left if node.operator == "or" else not left
                return left if decided else self.value(node.right, rows)
            case typed.OneOf():
                return self.value(node.operand, rows) in node.items
            case typed.Inside():
                return self.value(node.day, rows) in self.value(node.period, rows)
            case typed.Otherwise():
                left = self.value(node.left, rows)
                return self.value(node.right, rows) if left is None else left
            case typed.Given():
                return self.value(node.operand, rows) is not None
            case typed.If():
                chosen = node.then if self.value(node.condition, rows) else node.otherwise
                return self.value(chosen, rows)
            case typed.Extreme():
                pick = min if node.function == "min" else max
                return pick(self.value(one, rows) for one in node.arguments)
            case typed.Applied():
                arguments = [self.value(one, rows) for one in node.arguments]
                answer = in_calendar(FUNCTIONS[node.function].run, map(_whole, arguments))
                return Fraction(answer) if type(answer) is int else answer
            case typed.Aggregate():
                return self._aggregate(node, rows)
            case typed.Before():
                return self._before(node, rows)
            case typed.Previous():
                return self._previous(node, rows)
            case typed.Shared():
                return self._shared(node, rows)
            case typed.Column():
                return [value for _, value in self.rows_of(node, rows)]

    def rows_of(self, column: typed.Column, rows: Mapping[str, Row]) -> list[tuple[Row, Any]]:
        """The rows that a column counts with its value in each; rows that lack it are left out."""
        found = []
        for row in self._among(column.table, rows):
            inside = {**rows, **row.in_hand()}
            try:
                if column.where is None or self.value(column.where, inside):
                    found.append((row, self.value(column.value, inside)))
            except Lacking:
                continue
        return found

    def _among(self, table: str, rows: Mapping[str, Row]) -> list[Row]:
        """All rows of a table, or those that belong to the row in hand above it."""
        parent = self.program.tables[table].parent
        if parent is None:
            return self.tables.get(table, [])
        above = [rows[parent]] if parent in rows else self._among(parent, rows)
        return [row for one in above for row in one.children.get(table, [])]

    def _parameter(self, node: typed.ParameterRef, rows: Mapping[str, Row]) -> Any:
        on = self.value(node.on, rows) if node.on is not None else self.selecting
        key = self.value(node.key, rows) if node.key is not None else None
        return parameter_on(self.program.parameters[node.name], key, on)

    def _arithmetic(self, node: typed.Arithmetic, rows: Mapping[str, Row]) -> Fraction:
        left: Fraction = self.value(node.left, rows)
        right: Fraction = self.value(node.right, rows)
        match node.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                if not right:
                    raise CannotCompute
                return left / right

    def _shifted(self, node: typed.Shifted, rows: Mapping[str, Row]) -> date:
        count = node.sign * int(self.value(node.amount, rows))
        return shift(self.value(node.day, rows), count, node.unit)

    def _aggregate(self, node: typed.Aggregate, rows: Mapping[str, Row]) -> Any:
        found = [value for _, value in self.rows_of(node.column, rows)]
        match node.function:
            case "sum":
                return sum(found, Fraction(0))
            case "count":
                return Fraction(len(found))
            case "any":
                return any(found)
            case "all":
                return all(found)
            case "first":
                return found[0] if found else None
            case "last":
                return found[-1] if found else None
            case "least":
                return min((one for one in found if one is not None), default=None)
            case _:
                return max((one for one in found if one is not None), default=None)

    def _above(self, table: str, rows: Mapping[str, Row]) -> list[Row]:
        mine = rows[table]
        siblings = mine.parent.children[table] if mine.parent else self.tables[table]
        return siblings[: siblings.index(mine)]

    def _before(self, node: typed.Before, rows: Mapping[str, Row]) -> Fraction:
        total = self.opening.get((node.table, node.column), Fraction(0))
        for earlier in self._above(node.table, rows):
            try:
                inside = {**rows, "earlier": earlier}
                if node.where is None or self.value(node.where, inside):
                    total += _column(earlier, node.column)
            except Lacking:
                continue
        return total

    def _previous(self, node: typed.Previous, rows: Mapping[str, Row]) -> Any:
        for earlier in reversed(self._above(node.table, rows)):
            if node.column in earlier.values:
                return earlier.values[node.column]
        return self.value(node.default, rows)

    def _shared(self, node: typed.Shared, rows: Mapping[str, Row]) -> Fraction:
        total, unit = self.value(node.total, rows), self.value(node.unit, rows)
        if not unit:
            raise CannotCompute
        found = self.rows_of(node.weights, rows)
        parts = shared(total, [weight for _, weight in found], method=node.method, unit=unit)
        mine = [row for row, _ in found].index(rows[node.weights.table])
        return parts[mine]


def _column(row: Row, name: str) -> Any:
    if name not in row.values:
        raise Lacking
    return row.values[name]


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


def in_calendar(function: Callable[..., Any], arguments: Iterable[Any]) -> Any:
    """What a calendar function answers; CannotCompute beyond the calendar, after the year 9999."""
    try:
        return function(*arguments)
    except (OverflowError, ValueError):
        raise CannotCompute from None


def shift(day: date, count: int, unit: str) -> date:
    """A day moved by days, weeks, months or years; CannotCompute beyond the calendar."""
    try:
        if unit in MONTHS_IN:
            return add_months(day, count * MONTHS_IN[unit])
        return day + timedelta(days=count * DAYS_IN[unit])
    except (OverflowError, ValueError):
        raise CannotCompute from None


def parameter_on(parameter: TypedParameter, key: Any, on: date) -> Any:
    """A parameter's value on a day, for a key or in a band; CannotCompute where it has none."""
    best = None
    for value in parameter.values:
        if value.since is not None and value.since > on:
            continue
        if parameter.key_kind is not None:
            if value.over is not None and not value.over <= key:
                continue
            if value.over is None and value.key != key:
                continue
        if best is None or (value.since or date.min, value.over or 0) >= (
            best.since or date.min,
            best.over or 0,
        ):
            best = value
    if best is None:
        raise CannotCompute
    return best.value
