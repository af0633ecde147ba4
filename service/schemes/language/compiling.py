"""Writes a whole scheme as the text of one Python function: blocks as loops, guards as ways out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from service.schemes.language import typed
from service.schemes.language.emitting import Pair, Stored, Unsupported, constant
from service.schemes.language.engine import columns_of
from service.schemes.language.kinds import Kind
from service.schemes.language.program import Block, Maker, Program, TypedPay, TypedStep
from service.schemes.language.rowwise import Rows, RowWriter
from service.schemes.language.windows import all_nodes, is_monthly

HEAD = "def run(single, tables, first, last, opening):"


def text_of(program: Program) -> str:
    """The text of `run(single, tables, first, last, opening)`; Unsupported if it is not covered."""
    return _Compiling(program).text()


class _Compiling(RowWriter):
    """Goes through the blocks of a program and writes them one after the other."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.is_monthly = is_monthly(program)
        self.read_elsewhere = self._read_elsewhere()
        self.stops: list[str] = []
        self.done: set[str] = set()

    def text(self) -> str:
        if any(step.step.since or step.step.until for step in self.program.steps):
            raise Unsupported("dated steps")
        roots = [block.table for block in self.program.blocks if block.table is not None]
        if len(set(roots)) < len(roots):
            raise Unsupported("two goes over one table")
        self._facts()
        self.write(f"selecting = {self.single(self.program.selected_by)}")
        self.write("head = [iso(selecting)]")
        self.write("paid = []")
        for block in self.program.blocks:
            if block.table is None:
                self._once(block.steps)
            else:
                self._over(block)
        for pay in self.program.pays:
            if pay.table is None:
                self._pay(pay, "None", "[head]")
            elif pay.table not in self.done:
                self._over(Block(pay.table, ()))
        self.write("return finished(paid), None")
        return "\n".join([*self.stops, HEAD, *self.lines, ""])

    def _read_elsewhere(self) -> set[str]:
        """Root tables whose rows are read outside their own go."""
        nodes = all_nodes(self.program)
        read = {node.table for node in nodes if isinstance(node, typed.Column)}
        read |= {step.maker.of for step in self.program.steps if step.maker and step.maker.of}
        return {table for table in read if self.program.tables[table].parent is None}

    def _facts(self) -> None:
        for index, fact in enumerate(one for one in self.program.facts if one.fact.table is None):
            self.places[fact.fact.path] = Stored(f"f{index}")
            self.write(f"f{index} = single[{index}]")
        given = [about for about in self.program.tables.values() if about.is_fact]
        for index, about in enumerate(given):
            self._listed(about.name, f"tables[{index}]")
        for name, rows in self.program.listed.items():
            columns = list(self.program.tables[name].columns)[1:]
            written = [
                f"({number}, {', '.join(constant(row[one]) for one in columns)},)"
                for number, row in enumerate(rows, 1)
            ]
            self._listed(name, f"[{', '.join(written)}]")

    def _listed(self, name: str, code: str) -> None:
        """Keeps the rows of a table; as lists that grow where steps' columns are read elsewhere."""
        grows = name in self.read_elsewhere and self.program.tables[name].steps
        self.write(f"t_{name} = " + (f"[list(one) for one in {code}]" if grows else code))
        columns = {column: at for at, column in enumerate(self.program.tables[name].columns)}
        self.rows[name] = Rows(f"t_{name}", columns)

    # ----- steps outside tables

    def _once(self, steps: Sequence[TypedStep]) -> None:
        for step in steps:
            if step.maker is not None:
                self._listed(step.name, self._made(step.name, step.maker))
            elif step.condition is not None:
                holds = self.named(self.single(step.condition))
                self.write(f"head.append({holds})")
                with self.block(f"if not {holds}:"):
                    self.write(f"return [], {self._stop(step)}")
            else:
                name = f"s_{step.name}"
                self.places[step.name] = self._kept(step, name)
                self.write(f"head += [{', '.join(self._entries(step, name))}]")

    def _made(self, table: str, maker: Maker) -> str:
        """The rows that a maker makes for a table, as Python."""
        if maker.of is None:
            return f"M_{maker.function}({', '.join(self.single(one) for one in maker.arguments)})"
        return self._selected(table, maker)

    def _selected(self, table: str, maker: Maker) -> str:
        """Rows of another table with the columns that these had when they were chosen."""
        (column,) = maker.arguments
        assert isinstance(column, typed.Column)
        found = self.fresh("rows")
        if self.program.tables[column.table].parent is not None:
            raise Unsupported("rows chosen from an inner table")
        self.write(f"{found} = []")
        with self.each(column.table), self._where(column):
            names = [name for name in self.program.tables[table].columns if name != "number"]
            values = [self._boxed_column(column.table, name) for name in names]
            self.write(f"{found}.append(({self.single(column.value)}, {', '.join(values)},))")
        if maker.function != "select":
            order = "" if maker.function == "ordered" else ", reverse=True"
            self.write(f"{found} = sorted({found}, key=first_of{order})")
        return f"[(number, *row[1:]) for number, row in enumerate({found}, 1)]"

    def _boxed_column(self, table: str, name: str) -> str:
        kind = self.program.tables[table].kind_of(name)
        assert kind is not None
        return self.single(typed.ColumnRef(kind=kind, table=table, name=name))

    def _stop(self, step: TypedStep) -> str:
        name = f"stop_{step.place}"
        line = f"{name} = Stop({step.outcome!r}, {step.code!r})"
        if line not in self.stops:
            self.stops.append(line)
        return name

    # ----- values

    def _kept(self, step: TypedStep, name: str) -> Stored:
        """Computes a step's value into names: `name` or `name_n` and `name_d`, and `name_by`."""
        assert step.value is not None
        assert step.kind is not None
        if not step.kind.is_quantity or step.kind.optional:
            self.write(f"{name} = {self.single(step.value)}")
            return Stored(name)
        pair = self.pair(step.value)
        if step.rounding is not None:
            pair = self._rounded(step, pair)
        elif step.at_most or step.at_least:
            pair = self._limited(step, pair, name)
        if step.kind.whole:
            assert pair.d == "1", step.name
            self.write(f"{name}_n = {pair.n}")
        else:
            self.write(f"{name}_n, {name}_d = {pair.n}, {pair.d}")
        return Stored(name, "pair")

    def _rounded(self, step: TypedStep, pair: Pair) -> Pair:
        assert step.rounding is not None
        places = step.rounding.places - (2 if step.is_money else 0)
        scale, mode = 10 ** abs(places), f"R_{step.rounding.mode}"
        if places > 0:
            return Pair(self.named(f"{mode}({pair.n} * {scale}, {pair.d})"), str(scale))
        down = f" * {scale}" if places else ""
        return Pair(self.named(f"{mode}({pair.n}, {pair.d}{down}){down}"), "1")

    def _limited(self, step: TypedStep, pair: Pair, name: str) -> Pair:
        self.write(f"{name}_by = None")
        limits = [(limit, ">") for limit in step.at_most]
        limits += [(limit, "<") for limit in step.at_least]
        n, d = self.fresh("n"), self.fresh("d")
        self.write(f"{n}, {d} = {pair.n}, {pair.d}")
        whole = pair.d == "1"
        for limit, sign in limits:
            edge = self.handy(self.pair(limit.value))
            whole = whole and edge.d == "1"
            with self.block(f"if {n} * {edge.d} {sign} {edge.n} * {d}:"):
                differs = f"half_up({n}, {d}) != half_up({edge.n}, {edge.d})"
                self.write(f"if {differs}: {name}_by = {limit.name!r}")
                self.write(f"{n}, {d} = {edge.n}, {edge.d}")
        return Pair(n, "1" if whole else d)

    def _entries(self, step: TypedStep, name: str) -> list[str]:
        """What a step leaves in the trace, as Python."""
        assert step.kind is not None
        if step.kind.is_quantity and not step.kind.optional:
            entry = f"{name}_n" if step.kind.whole else f"ratio({name}_n, {name}_d)"
        else:
            entry = traced(name, step.kind)
        return [entry, f"{name}_by"] if step.at_most or step.at_least else [entry]

    # ----- a go over a table

    def _over(self, block: Block) -> None:
        table = block.table
        assert table is not None
        self.done.add(table)
        rows = self.rows[table]
        self._look_back(table)
        held = dict(self.places)
        with self.block(f"for row in {rows.name}:"):
            self._columns_in_hand(table, "row", rows.columns)
            pays = [pay for pay in self.program.pays if pay.table == table]
            if self.is_monthly and pays:
                month = self.named(self.single(pays[0].month))
                self.write(f"if not first <= {month} <= last: continue")
            _Row(self, table, pays).write_steps(block.steps)
        self.places = held
        if table in self.read_elsewhere:
            about = self.program.tables[table]
            start = len(about.columns)
            rows.columns |= {name: start + at for at, name in enumerate(about.steps)}

    def _columns_in_hand(self, table: str, row: str, columns: dict[str, int]) -> None:
        for column, at in columns.items():
            name = f"c_{table}_{column}"
            self.write(f"{name} = {row}[{at}]")
            self.places[f"{table}.{column}"] = Stored(name)

    def _look_back(self, table: str) -> None:
        for node in all_nodes(self.program):
            if not isinstance(node, typed.Before | typed.Previous):
                continue
            if self.program.tables[node.table].parent is not None:
                raise Unsupported("looking back inside a row")
            if isinstance(node, typed.Before) and node.table == table and node.where is None:
                name = f"b_{table}_{node.column}"
                self.sums[table, node.column] = name
                self.write(f"{name}_n, {name}_d = {self.opening_of(table, node.column)}, 1")
            elif isinstance(node, typed.Before) and node.table == table:
                about = self.program.tables[table]
                columns = [*about.columns, *about.steps]
                places = {column: at for at, column in enumerate(columns)}
                self.history[table] = (f"h_{table}", places)
                self.write(f"h_{table} = []")
            elif isinstance(node, typed.Previous) and node.table == table:
                self.last[table, node.column] = f"l_{table}_{node.column}"
                self.write(f"l_{table}_{node.column} = MISSING")

    def _pay(self, pay: TypedPay, stop: str, trace: str) -> None:
        with self._when(pay):
            month = self.named(self.single(pay.month))
            due_on = self.single(pay.due_on) if pay.due_on is not None else "None"
            name = f"s_{pay.amount}" if pay.table is None else f"c_{pay.table}_{pay.amount}"
            amount = f"{name}_n" if stop == "None" else "0"
            with self.block(f"if first <= {month} <= last:"):
                made = f"Paid({month}, {pay.kind!r}, {amount}, {due_on}, {stop}, {trace})"
                self.write(f"paid.append({made})")

    @contextmanager
    def _when(self, pay: TypedPay) -> Iterator[None]:
        if pay.when is None:
            yield
        else:
            with self.block(f"if {self.single(pay.when)}:"):
                yield


class _Row:
    """One row of a root table: its steps in order, and what is written where it ends."""

    def __init__(self, writer: _Compiling, table: str, pays: list[TypedPay]) -> None:
        self.writer, self.table, self.pays = writer, table, pays
        about = writer.program.tables[table]
        self.entries = [traced(f"c_{table}_{name}", kind) for name, kind in about.columns.items()]
        self.computed: list[TypedStep] = []
        self.inner: dict[str, list[str]] = {}

    def write_steps(self, steps: Sequence[TypedStep]) -> None:
        for table, group in groupby(steps, key=lambda step: step.table):
            if table == self.table:
                for step in group:
                    self._own(step)
            else:
                self._inner(table, list(group))
        self._end("None")

    def _own(self, step: TypedStep) -> None:
        writer = self.writer
        if step.maker is not None:
            name = f"k_{step.name}"
            writer.write(f"{name} = {writer._made(step.name, step.maker)}")
            about = writer.program.tables[step.name]
            columns = {column: at for at, column in enumerate(about.columns)}
            writer.rows[step.name] = Rows(name, columns)
            self.inner[step.name] = [
                traced(f"r[{at}]", about.columns[column]) for column, at in columns.items()
            ]
            self.entries.append(f"<{step.name}>")
        elif step.condition is not None:
            holds = writer.single(step.condition)
            with writer.block(f"if not {holds}:"):
                self.entries.append("False")
                self._end(writer._stop(step))
                self.entries[-1] = "True"
                writer.write("continue")
        else:
            name = f"c_{self.table}_{step.name}"
            writer.places[f"{self.table}.{step.name}"] = writer._kept(step, name)
            self.entries += writer._entries(step, name)
            self.computed.append(step)

    def _inner(self, table: str | None, steps: list[TypedStep]) -> None:
        """Steps for the rows that belong to this one, in one loop; their columns become lists."""
        writer = self.writer
        assert table is not None
        if writer.program.tables[table].parent != self.table or any(one.maker for one in steps):
            raise Unsupported("tables three deep")
        rows, held = writer.rows[table], dict(writer.places)
        for step in steps:
            writer.write(f"x_{table}_{step.name} = []")
            if step.at_most or step.at_least:
                writer.write(f"x_{table}_{step.name}_by = []")
        lists: dict[str, Stored] = {}
        with writer.each(table):
            for step in steps:
                assert step.kind is not None
                name = f"c_{table}_{step.name}"
                stored = writer._kept(step, name)
                writer.places[f"{table}.{step.name}"] = stored
                form = "boxed"
                value = name
                if stored.form == "pair":
                    form = "boxed" if step.kind.whole else "tuple"
                    value = f"{name}_n" if step.kind.whole else f"({name}_n, {name}_d)"
                writer.write(f"x_{table}_{step.name}.append({value})")
                lists[step.name] = Stored(f"x_{table}_{step.name}", form)
                self.inner[table].append(listed(f"x_{table}_{step.name}[i]", step.kind, form))
                if step.at_most or step.at_least:
                    writer.write(f"x_{table}_{step.name}_by.append({name}_by)")
                    self.inner[table].append(f"x_{table}_{step.name}_by[i]")
        writer.places = held
        writer.rows[table] = Rows(rows.name, rows.columns, {**rows.lists, **lists})

    # ----- where a row ends

    def _end(self, stop: str) -> None:
        writer, names = self.writer, {step.name for step in self.computed}
        about = writer.program.tables[self.table]
        self._remember(names)
        steps = ", ".join(self._boxed(one) if one in names else "MISSING" for one in about.steps)
        if self.table in writer.history:
            made = ", ".join(f"c_{self.table}_{column}" for column in about.columns)
            writer.write(f"h_{self.table}.append(({made}, {steps},))")
        if self.table in writer.read_elsewhere and steps:
            writer.write(f"row += [{steps}]")
        for pay in self.pays:
            if all(name in names or name in about.columns for name in columns_of(pay)):
                writer._pay(pay, stop, f"[head, {self._trace()}]")

    def _remember(self, names: set[str]) -> None:
        """What `before` and `previous` of the columns computed come to with this row."""
        writer = self.writer
        for (table, column), total in writer.sums.items():
            if table == self.table and column in names:
                pair = self._pair(column)
                writer.add_to(f"{total}_n", f"{total}_d", pair, whole=pair.d == "1")
        for (table, column), last in writer.last.items():
            if table == self.table and column in names:
                writer.write(f"{last} = {self._boxed(column)}")

    def _declared(self, column: str) -> Kind:
        kind = self.writer.program.tables[self.table].kind_of(column)
        assert kind is not None
        return kind

    def _reference(self, column: str) -> typed.ColumnRef:
        return typed.ColumnRef(kind=self._declared(column), table=self.table, name=column)

    def _pair(self, column: str) -> Pair:
        return self.writer.pair(self._reference(column))

    def _boxed(self, column: str) -> str:
        return self.writer.single(self._reference(column))

    def _trace(self) -> str:
        found = []
        for entry in self.entries:
            name = entry[1:-1] if entry.startswith("<") else None
            if name is None:
                found.append(entry)
                continue
            inner = ", ".join(self.inner[name])
            found.append(f"[[{inner}] for i, r in enumerate(k_{name})]")
        return f"[{', '.join(found)}]"


def traced(code: str, kind: Kind) -> str:
    """A boxed value as it stands in a trace, as Python."""
    match kind.name:
        case "date":
            return f"iso({code})"
        case "period":
            return (
                f"(None if {code} is None else days_of({code}))"
                if kind.optional
                else f"days_of({code})"
            )
        case "quantity" if kind.optional and not kind.whole:
            return f"boxed({code})"
        case "quantity" if not kind.whole:
            return f"ratio({code}.numerator, {code}.denominator)"
        case _:
            return code


def listed(code: str, kind: Kind, form: str) -> str:
    """An item of a list of an inner table's column as it stands in a trace, as Python."""
    return f"ratio(*{code})" if form == "tuple" else traced(code, kind)
