"""A trace retold: rows rebuilt line by line, and expressions said with the values seen so far."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from service.schemes.language import typed
from service.schemes.language.evaluation import CannotCompute, Evaluator, Lacking, Row
from service.schemes.language.facts import Facts
from service.schemes.language.figures import figure
from service.schemes.language.names import Names
from service.schemes.language.program import Program, TypedStep
from service.schemes.language.traces import Line
from service.schemes.language.typed import Node
from service.schemes.language.wording import SUM, WORD, Said, Wording

Rows = Mapping[str, Row]
# Sums of more rows than this are said by their total alone.
ADDENDS_MAX = 4


class _Unknown:
    """What neither the trace nor the facts tell."""


UNKNOWN: Final = _Unknown()


class Unsayable(Exception):
    """A formula with a part whose value is not known; its result stands alone."""


class Retold:
    """What a trace has told so far, as rows, and all that can be computed from it."""

    def __init__(self, program: Program, selecting: date, facts: Facts | None) -> None:
        self.program, self.has_facts = program, facts is not None
        self.evaluator = Evaluator(program, facts or Facts({}, {}), selecting)
        self.rows: dict[tuple[str, tuple[int, ...]], Row] = {}
        self.heard: set[tuple[tuple[int, ...], int]] = set()

    def hear(self, line: Line) -> None:
        """Takes a line in: a row that begins, or a value."""
        if line.step is None:
            self._begin(line)
            return
        self.heard.add((line.rows, line.step.place))
        if line.step.condition is not None:
            return
        if line.table is None:
            self.evaluator.values[line.step.name] = line.value
        else:
            self.rows[line.table, line.rows].values[line.step.name] = line.value

    def _begin(self, line: Line) -> None:
        assert line.table is not None, "only rows of a table begin"
        about = self.program.tables[line.table]
        parent = self.rows[about.parent, line.rows[:-1]] if about.parent else None
        known = {name: line.seen.get(f"{line.table}.{name}") for name in about.columns}
        row = Row(line.table, known, parent)
        self.rows[line.table, line.rows] = row
        if parent is not None:
            parent.children.setdefault(line.table, []).append(row)

    def in_hand(self, line: Line) -> Rows:
        """The rows that a line stands in, by their tables."""
        return self.rows[line.table, line.rows].in_hand() if line.table is not None else {}

    def find(self, node: Node, rows: Rows) -> Any:
        """The value of an expression, or UNKNOWN."""
        if not self._told(node, rows, frozenset(rows)):
            return UNKNOWN
        try:
            return self.evaluator.value(node, rows)
        except (CannotCompute, Lacking, KeyError):
            return UNKNOWN

    def _told(self, node: Node, rows: Rows, tables: frozenset[str]) -> bool:
        match node:
            case typed.FactRef():
                return self.has_facts
            case typed.ColumnRef():
                return node.table in tables
            case typed.EarlierRef() | typed.Before() | typed.Previous() | typed.Shared():
                return False
            case typed.Column():
                if not self._has_rows(node, rows):
                    return False
                tables |= set(self.program.chain_of(node.table))
            case _:
                pass
        return all(self._told(one, rows, tables) for one in typed.children(node))

    def _has_rows(self, column: typed.Column, rows: Rows) -> bool:
        """Whether all rows of a table are known: those inside the row in hand, or as given."""
        about = self.program.tables[column.table]
        if about.parent is not None:
            return any(table in rows for table in self.program.chain_of(about.parent))
        given = (about.is_fact and self.has_facts) or column.table in self.program.listed
        named = [one for one in typed.walk(column) if isinstance(one, typed.ColumnRef)]
        own = [one.name for one in named if one.table == column.table]
        return given and all(name in about.columns for name in own)

    def is_cut(self, root: tuple[int, ...], steps: list[TypedStep]) -> bool:
        """Whether a row of the outermost table lacks a step that should have been computed."""
        inside = [key for key in self.rows if key[1][: len(root)] == root]
        return any(
            step.table == table and step.maker is None and (rows, step.place) not in self.heard
            for table, rows in inside
            for step in steps
        )


class Filled(Wording):
    """Says an expression with the values it was computed from; Unsayable where one is not known."""

    def __init__(self, names: Names, retold: Retold, rows: Rows) -> None:
        super().__init__(names.program, names)
        self.retold, self.rows_in_hand = retold, rows

    def say(self, node: Node) -> Said:
        """Reckoning step by step, all else by its value."""
        match node:
            case typed.Arithmetic() | typed.Negated() | typed.Shifted() | typed.Extreme():
                return self.reckoned(node)
            case typed.Const():
                return super().say(node)
            case typed.If():
                holds = self._known(node.condition)
                return self.say(node.then if holds else node.otherwise)
            case typed.Otherwise():
                missing = self._known(node.left) is None
                return self.say(node.right if missing else node.left)
            case typed.Aggregate(function="sum"):
                return self._sum(node)
            case _:
                return self._valued(node)

    def _valued(self, node: Node) -> Said:
        value = self.retold.find(node, self.rows_in_hand)
        if value is not UNKNOWN:
            return Said(self._figure(node, value), WORD)
        if isinstance(node, typed.FactRef | typed.StepRef | typed.ColumnRef):
            return Said(self.named(node).text, WORD)
        raise Unsayable

    def _known(self, node: Node) -> Any:
        value = self.retold.find(node, self.rows_in_hand)
        if value is UNKNOWN:
            raise Unsayable
        return value

    def _figure(self, node: Node, value: Any) -> str:
        return figure(node.kind, value, self.currency, self.names.unit(node))

    def _sum(self, node: typed.Aggregate) -> Said:
        """The rows that are added, one by one where they are few."""
        total = self._known(node)
        column = node.column
        found = [value for _row, value in self.retold.evaluator.rows_of(column, self.rows_in_hand)]
        assert isinstance(total, Fraction)
        if not 2 <= len(found) <= ADDENDS_MAX:
            return Said(self._figure(node, total), WORD)
        return Said(" + ".join(self._figure(column.value, one) for one in found), SUM)
