"""Writes what runs over rows: aggregates, columns as arguments, looking back on earlier rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from service.schemes.language import typed
from service.schemes.language.emitting import (
    Operand,
    Pair,
    Single,
    Stored,
    Unsupported,
    Writer,
)
from service.schemes.language.program import Program


class Rows(msgspec.Struct):
    """Where the rows of a table are: a list, the place of each column in a row, and `lists` of
    columns beside it that steps have added, each in the form that its name says."""

    name: str
    columns: dict[str, int]
    lists: dict[str, Stored] = {}


class RowWriter(Writer):
    """A writer that knows where the rows of each table are kept.

    `sums` and `last` name what `before` and `previous` of a column have come to; `history` the list
    of earlier rows that `before … where` looks through, and the place of each column in one.
    """

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.rows: dict[str, Rows] = {}
        self.sums: dict[tuple[str, str], str] = {}
        self.last: dict[tuple[str, str], str] = {}
        self.history: dict[str, tuple[str, dict[str, int]]] = {}

    @contextmanager
    def each(self, table: str) -> Iterator[None]:
        """Statements for each row of a table, its columns in hand."""
        if table not in self.rows:
            raise Unsupported(f"rows of {table} from outside")
        held, rows = dict(self.places), self.rows[table]
        row, index = self.fresh("row"), self.fresh("i")
        steps = self.program.tables[table].steps
        opening = f"for {index}, {row} in enumerate({rows.name}):"
        with self.block(opening if rows.lists else f"for {row} in {rows.name}:"):
            for column, place in rows.columns.items():
                may_lack = column in steps
                self.places[f"{table}.{column}"] = Stored(f"{row}[{place}]", may_lack=may_lack)
            for column, stored in rows.lists.items():
                self.places[f"{table}.{column}"] = Stored(f"{stored.code}[{index}]", stored.form)
            yield
        self.places = held

    # ----- columns and aggregates

    def _column(self, node: typed.Column) -> Operand:
        found = self.fresh("column")
        self.write(f"{found} = []")
        with self.each(node.table), self._where(node):
            self.write(f"{found}.append({self.single(node.value)})")
        return Single(found)

    @contextmanager
    def _where(self, node: typed.Column) -> Iterator[None]:
        if node.where is None:
            yield
        else:
            with self.block(f"if {self.single(node.where)}:"):
                yield

    def _aggregate(self, node: typed.Aggregate) -> Operand:
        match node.function:
            case "sum":
                return self._sum(node)
            case "count":
                return self._count(node)
            case "any" | "all":
                return self._any(node)
            case "first" | "last":
                return self._first(node)
            case _:
                return self._least(node)

    def _sum(self, node: typed.Aggregate) -> Operand:
        n, d = self.fresh("n"), self.fresh("d")
        whole = node.column.value.kind.whole
        self.write(f"{n} = 0" if whole else f"{n}, {d} = 0, 1")
        with self.each(node.column.table), self._where(node.column):
            pair = self.pair(node.column.value)
            self.add_to(n, d, pair, whole=whole)
        return Pair(n, "1" if whole else d)

    def add_to(self, n: str, d: str, pair: Pair, *, whole: bool) -> None:
        """Adds a quantity to a running sum."""
        if whole:
            self.write(f"{n} += {pair.n}")
        elif pair.d == "1":
            self.write(f"{n} += {pair.n} * {d}")
        else:
            pair = self.handy(pair)
            self.write(f"{n}, {d} = {n} * {pair.d} + {pair.n} * {d}, {d} * {pair.d}")

    def _count(self, node: typed.Aggregate) -> Operand:
        count = self.fresh("n")
        self.write(f"{count} = 0")
        with self.each(node.column.table), self._where(node.column):
            self.single(node.column.value)
            self.write(f"{count} += 1")
        return Pair(count, "1")

    def _any(self, node: typed.Aggregate) -> Operand:
        found = self.fresh()
        wanted = node.function == "any"
        self.write(f"{found} = {not wanted}")
        with self.each(node.column.table), self._where(node.column):
            value = self.single(node.column.value)
            with self.block(f"if {value}:" if wanted else f"if not {value}:"):
                self.write(f"{found} = {wanted}")
        return Single(found)

    def _first(self, node: typed.Aggregate) -> Operand:
        found = self.fresh()
        self.write(f"{found} = None")
        with self.each(node.column.table), self._where(node.column):
            self.write(f"{found} = {self.single(node.column.value)}")
            if node.function == "first":
                self.write("break")
        return Single(found)

    def _least(self, node: typed.Aggregate) -> Operand:
        found, sign = self.fresh(), "<" if node.function == "least" else ">"
        self.write(f"{found} = None")
        with self.each(node.column.table), self._where(node.column):
            value = self.named(self.single(node.column.value))
            there = f"{value} is not None and " if node.column.value.kind.optional else ""
            self.write(f"if {there}({found} is None or {value} {sign} {found}): {found} = {value}")
        return Single(found)

    # ----- looking back

    def _before(self, node: typed.Before) -> Operand:
        if node.where is None:
            name = self.sums[node.table, node.column]
            whole = self._declared(node.table, node.column).whole
            return Pair(f"{name}_n", "1" if whole else f"{name}_d")
        return self._sum_of_history(node)

    def _sum_of_history(self, node: typed.Before) -> Operand:
        assert node.where is not None
        name, columns = self.history[node.table]
        n, d, earlier = self.fresh("n"), self.fresh("d"), self.fresh("earlier")
        whole = self._declared(node.table, node.column).whole
        opening = self.opening_of(node.table, node.column)
        self.write(f"{n} = {opening}" if whole else f"{n}, {d} = {opening}, 1")
        held = dict(self.places)
        with self.block(f"for {earlier} in {name}:"):
            for column, index in columns.items():
                place = f"{earlier}[{index}]"
                self.places[f"earlier.{column}"] = Stored(place, may_lack=True)
            with self.block(f"if {self.single(node.where)}:"):
                reference = typed.EarlierRef(
                    kind=self._declared(node.table, node.column),
                    table=node.table,
                    name=node.column,
                )
                self.add_to(n, d, self.pair(reference), whole=whole)
        self.places = held
        return Pair(n, "1" if whole else d)

    def opening_of(self, table: str, column: str) -> str:
        """What the rows before the window came to, as Python."""
        for pay in self.program.pays:
            if (pay.table, pay.amount) == (table, column):
                return f"opening.get({pay.kind!r}, 0)"
        return "0"

    def _previous(self, node: typed.Previous) -> Operand:
        name = self.last[node.table, node.column]
        found = self.named(name)
        with self.block(f"if {found} is MISSING:"):
            self.write(f"{found} = {self.single(node.default)}")
        return self.unbox(found, node.kind)

    def _shared(self, node: typed.Shared) -> Operand:
        raise Unsupported("share_of")
