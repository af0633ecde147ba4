"""Checks a whole document before anything runs: names, kinds, units, rounding, payments, texts."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import takewhile

import msgspec

from service.schemes.language import functions, tree, typed
from service.schemes.language.calls import arguments_of, column_of
from service.schemes.language.document import Document, Fact, Flaw, Limit, Parameter, Pay, Step
from service.schemes.language.expressions import check, given_by
from service.schemes.language.kinds import COUNT, DATE, TRUTH, Kind
from service.schemes.language.program import (
    Block,
    Maker,
    Program,
    TableInfo,
    TypedFact,
    TypedLimit,
    TypedParameter,
    TypedPay,
    TypedStep,
    TypedValue,
)
from service.schemes.language.reading import read
from service.schemes.language.scope import KindFlaw, Scope
from service.schemes.language.tree import Value
from service.schemes.language.typed import Node

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NOTHING = typed.Const(kind=TRUTH, value=None)


def check_text(text: str) -> tuple[Program | None, list[Flaw]]:
    """The program that a document's text makes, or None and all that is wrong with it, by line."""
    document, flaws = read(text)
    if document is None:
        return None, flaws
    checker = _Checker(document)
    program = checker.program()
    return (None, sorted(set(checker.flaws))) if checker.flaws else (program, [])


class _Checker:
    """Goes through a document once, from the facts to the payments, and collects its flaws."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.flaws: list[Flaw] = []
        self.facts: dict[str, TypedFact] = {}
        self.parameters: dict[str, TypedParameter] = {}
        self.tables: dict[str, TableInfo] = {}
        self.listed: dict[str, tuple[dict[str, Value], ...]] = {}
        self.steps: dict[str, Kind] = {}
        self.known: frozenset[str] = frozenset()
        self.typed: list[TypedStep] = []
        self.block_start = 0
        self.block_table: str | None = None
        self.coming: dict[tuple[str, str], Kind] = {}

    def program(self) -> Program:
        for fact in self.document.facts:
            self._fact(fact)
        for parameter in self.document.parameters:
            self._parameter(parameter)
        self._tables()
        selected_by = self._date(self.document.selected_by, 1, "selected_by")
        for place, step in enumerate(self.document.steps):
            self.coming = self._coming(place)
            self._step(step)
        pays = [pay for one in self.document.pays if (pay := self._pay(one))]
        if not self.document.pays:
            self.flaw(1, "", "expected at least one [[pay]], or nothing becomes an instalment")
        self._names_are_unique()
        return Program(
            document=self.document,
            selected_by=selected_by,
            facts=tuple(self.facts[fact.path] for fact in self.document.facts),
            parameters=self.parameters,
            tables=self.tables,
            listed=self.listed,
            blocks=tuple(_blocks(self.typed, self._root)),
            pays=tuple(pays),
        )

    def flaw(self, line: int, part: str, message: str) -> None:
        self.flaws.append(Flaw(line, part, message))

    # ----- what is given

    def _fact(self, fact: Fact) -> None:
        default, part = None, f"fact {fact.path}"
        if fact.path in self.facts:
            self.flaw(fact.line, part, "this fact is there twice")
        if fact.default is not None:
            default = self._constant(fact.default, fact.kind, fact.line, part)
        self.facts[fact.path] = TypedFact(fact, default, fact.default is not None)
        if fact.table is not None:
            about = self.tables.setdefault(
                fact.table, TableInfo(fact.table, None, {"number": COUNT}, is_fact=True)
            )
            about.columns[fact.path.split(".")[1]] = fact.kind

    def _constant(self, node: tree.Expression, kind: Kind, line: int, part: str) -> Value:
        """A constant of a kind; whole amounts stand in for exact ones."""
        negated = isinstance(node, tree.Unary) and node.operator == "-"
        inner = node.operand if isinstance(node, tree.Unary) else node
        if not isinstance(inner, tree.Literal):
            self.flaw(line, part, "expected a constant")
            return None
        found = check(inner, self._scope(None))
        if inner.value is None and kind.optional:
            return None
        fits = (found.kind.name, found.kind.units) == (kind.name, kind.units)
        plain = kind.is_quantity and found.kind.is_quantity and not found.kind.units
        if not (fits or (plain and "money" not in dict(kind.units))):
            self.flaw(line, part, f"expected {kind}, found {found.kind}")
            return None
        assert isinstance(found, typed.Const)
        value = found.value
        if kind.is_quantity and kind.whole and not found.kind.whole:
            self.flaw(line, part, f"expected {kind}, found a fraction")
        return -value if negated and isinstance(value, Fraction) else value

    def _parameter(self, parameter: Parameter) -> None:
        part, scope = f"parameter {parameter.name}", self._scope(None)
        if parameter.name in self.parameters:
            self.flaw(parameter.line, part, "this parameter is there twice")
        keys = [key for one in parameter.values for key in (one.key, one.over) if key is not None]
        key_kind = check(keys[0], scope).kind if keys else None
        if key_kind is not None and key_kind.is_quantity:
            key_kind = key_kind.fraction()
        values = []
        for one in parameter.values:
            if (one.key is None and one.over is None) != (key_kind is None):
                self.flaw(parameter.line, part, "either every value has a key or a band, or none")
                continue
            key = self._constant(one.key, key_kind, parameter.line, part) if one.key and key_kind else None
            over = self._constant(one.over, key_kind, parameter.line, part) if one.over and key_kind else None
            value = self._constant(one.value, parameter.kind, parameter.line, part)
            values.append(TypedValue(one.since, key, over, value, one.source))
        values.sort(key=lambda value: value.since or date.min)
        self.parameters[parameter.name] = TypedParameter(
            parameter.name, parameter.kind, tuple(values), key_kind, parameter.label
        )

    def _tables(self) -> None:
        for table in self.document.tables:
            part = f"table {table.name}"
            if table.name in self.tables:
                self.flaw(table.line, part, "a list of facts or another table has this name")
            self.tables[table.name] = TableInfo(table.name, None, {"number": COUNT, **table.columns})
            self.listed[table.name] = tuple(
                {
                    name: self._constant(row[name], kind, table.line, part)
                    for name, kind in table.columns.items()
                }
                for row in table.rows
            )

    # ----- steps

    def _scope(self, table: str | None) -> Scope:
        chain = []
        while table is not None:
            chain.append(table)
            table = self.tables[table].parent
        return Scope(
            facts={path: fact for path, fact in self.facts.items() if fact.fact.table is None},
            parameters=self.parameters,
            tables=self.tables,
            steps=self.steps,
            chain=chain,
            place=len(self.typed),
            block_start=self.block_start,
            known=self.known,
            coming=self.coming,
        )

    def _coming(self, place: int) -> dict[tuple[str, str], Kind]:
        """The columns that later steps of the same go over the rows add, by table and name."""
        made_for = {step.name: step.table for step in self.document.steps if step.rows is not None}

        def root(table: str | None) -> str | None:
            above = made_for.get(table) if table is not None else None
            return table if above is None else root(above)

        here = root(self.document.steps[place].table)
        together = takewhile(lambda step: root(step.table) == here, self.document.steps[place:])
        return {
            (step.table, step.name): step.kind
            for step in together
            if step.table is not None and step.kind is not None
        }

    def _root(self, table: str | None) -> str | None:
        while table is not None and self.tables[table].parent is not None:
            table = self.tables[table].parent
        return table

    def _step(self, step: Step) -> None:
        if step.table is not None and step.table not in self.tables:
            known = ", ".join(self.tables) or "none yet"
            self.flaw(step.line, f"step {step.name}", f"'for' names no table; tables: {known}")
            return
        root = self._root(step.table)
        if root != self.block_table:
            self.block_table, self.block_start = root, len(self.typed)
        try:
            self._typed_step(step, self._scope(step.table))
        except KindFlaw as error:
            self.flaw(step.line, f"step {step.name}", str(error))
            about = self.tables.get(step.table or "")
            if about is None or step.name not in about.columns:
                self._declare(step, step.kind)

    def _typed_step(self, step: Step, scope: Scope) -> None:
        place = len(self.typed)
        if step.rows is not None:
            self._makes_rows(step, scope, place)
        elif step.guard is not None:
            condition = check(step.guard.condition, scope)
            if condition.kind != TRUTH:
                raise KindFlaw(f"'guard' expects a condition, found {condition.kind}")
            if step.table is not None and self.tables[step.table].parent is not None:
                raise KindFlaw("a guard stands in an outer table or outside; use 'all' over these rows")
            self.known |= given_by(condition)
            found = TypedStep(
                name=step.name, table=step.table, place=place, step=step, condition=condition
            )
            self.typed.append(found)
        else:
            self._value(step, scope, place)

    def _makes_rows(self, step: Step, scope: Scope, place: int) -> None:
        if step.name in self.tables:
            raise KindFlaw(f"there is a table {step.name!r} already")
        assert step.rows is not None
        maker, columns = self._maker(step.rows, scope)
        self.tables[step.name] = TableInfo(step.name, step.table, columns)
        found = TypedStep(name=step.name, table=step.table, place=place, step=step, maker=maker)
        self.typed.append(found)
        if step.table is None:
            self.block_table, self.block_start = None, len(self.typed)

    def _maker(self, node: tree.Expression, scope: Scope) -> tuple[Maker, dict[str, Kind]]:
        if not isinstance(node, tree.Call):
            raise KindFlaw(f"'rows' expects one of {', '.join(functions.MAKERS)}")
        if node.function in functions.SELECTIONS and len(node.arguments) == 1:
            column = column_of(node.arguments[0], node.where, scope, check)
            if node.function != "select" and column.kind.name not in {"quantity", "date"}:
                raise KindFlaw(f"{node.function!r} expects a column of dates or quantities")
            about = self.tables[column.table]
            columns = {**about.columns, **about.steps}
            return Maker(node.function, (column,), column.table, column.where), columns
        if node.function not in functions.MAKERS:
            known = ", ".join([*functions.MAKERS, *functions.SELECTIONS])
            raise KindFlaw(f"{node.function!r} makes no rows; these do: {known}")
        maker = functions.MAKERS[node.function]
        arguments = arguments_of(node, maker.takes, scope, check, more=maker.more)
        return Maker(node.function, arguments), dict(maker.columns)

    def _value(self, step: Step, scope: Scope, place: int) -> None:
        self._declare(step, step.kind)  # `before` and `previous` may look back on this very step
        assert step.value is not None
        value = check(step.value, scope)
        kind = value.kind
        if step.rounding is not None:
            if not kind.is_quantity:
                raise KindFlaw(f"'round' expects a quantity, found {kind}")
            is_money = dict(kind.units).get("money", 0) == 1
            kind = msgspec.structs.replace(kind, whole=step.rounding.makes_whole(is_money=is_money))
        limits = {}
        for name in ("at_most", "at_least"):
            found = tuple(self._limit(limit, kind, scope) for limit in getattr(step, name))
            kind = kind.fraction() if any(not one.value.kind.whole for one in found) else kind
            limits[name] = found
        if step.kind is None:
            raise KindFlaw("'unit' is missing; expected such as 'cents', 'days', 'share', 'date'")
        if not kind.fits(step.kind):
            raise KindFlaw(_does_not_fit(step.kind, kind))
        known = msgspec.structs.replace(step.kind, whole=step.kind.whole or kind.whole)
        self._declare(step, known)
        self.typed.append(
            TypedStep(
                name=step.name,
                table=step.table,
                place=place,
                step=step,
                kind=known,
                value=value,
                rounding=step.rounding,
                **limits,
            )
        )

    def _limit(self, limit: Limit, kind: Kind, scope: Scope) -> TypedLimit:
        value = check(limit.value, scope)
        if (value.kind.name, value.kind.units, value.kind.optional) != (kind.name, kind.units, False):
            raise KindFlaw(f"the limit {limit.name!r} is {value.kind}, the value {kind}")
        return TypedLimit(limit.name, value, limit.label)

    def _declare(self, step: Step, kind: Kind | None) -> None:
        if kind is None or step.value is None:
            return
        if step.table is None:
            self.steps[step.name] = kind
        elif step.table in self.tables:
            about = self.tables[step.table]
            if step.name in about.columns:
                raise KindFlaw(f"the table {step.table!r} has a column {step.name!r} already")
            about.steps[step.name] = kind
            about.places.setdefault(step.name, len(self.typed))

    # ----- payments and the whole

    def _date(self, node: tree.Expression, line: int, part: str) -> Node:
        try:
            found = check(node, self._scope(None))
        except KindFlaw as error:
            self.flaw(line, part, str(error))
            return NOTHING
        if found.kind != DATE:
            self.flaw(line, part, f"expected a date, found {found.kind}")
        return found

    def _pay(self, pay: Pay) -> TypedPay | None:
        part = f"pay {pay.kind}"
        if pay.table is not None and pay.table not in self.tables:
            self.flaw(pay.line, part, f"'for' names no table: {pay.table!r}")
            return None
        if pay.table is not None and self.tables[pay.table].parent is not None:
            self.flaw(pay.line, part, "a payment is made for an outermost table, or outside tables")
        scope = self._scope(pay.table)
        kind = self.tables[pay.table].steps.get(pay.amount) if pay.table else self.steps.get(pay.amount)
        if kind is None:
            self.flaw(pay.line, part, f"amount {pay.amount!r} is no step of this scope")
        elif not kind.fits(Kind("quantity", (("money", 1),), whole=True)):
            self.flaw(pay.line, part, f"amount {pay.amount!r} is {kind}; only whole cents are paid")
        try:
            found = TypedPay(
                table=pay.table,
                kind=pay.kind,
                month=_expect(check(pay.month, scope), DATE, "month"),
                amount=pay.amount,
                due_on=_expect(check(pay.due_on, scope), DATE, "due_on") if pay.due_on else None,
                when=_expect(check(pay.when, scope), TRUTH, "when") if pay.when else None,
                label=pay.label,
            )
        except KindFlaw as error:
            self.flaw(pay.line, part, str(error))
            return None
        return found

    def _names_are_unique(self) -> None:
        seen: dict[tuple[str | None, str], Step] = {}
        kinds = {pay.kind: pay for pay in self.document.pays}
        if len(kinds) < len(self.document.pays):
            self.flaw(1, "pay", "two payments have one kind")
        for step in self.document.steps:
            for text in _texts(step):
                self._placeholders(step, text)
            earlier = seen.get((step.table, step.name))
            seen[step.table, step.name] = step
            if earlier is None:
                continue
            after = earlier.until is not None and step.since is not None
            if not (after and earlier.until <= step.since):  # type: ignore[operator] # both given
                message = f"line {earlier.line} has this name too; give both 'from' and 'until'"
                self.flaw(step.line, f"step {step.name}", message)

    def _placeholders(self, step: Step, text: str) -> None:
        scope = msgspec.structs.replace(self._scope(step.table), place=len(self.typed) + 1)
        for name in PLACEHOLDER.findall(text):
            if name == "limit":
                continue
            try:
                check(tree.Name(at=0, path=name), scope)
            except KindFlaw as error:
                self.flaw(step.line, f"step {step.name}", f"text: {error}")


def _expect(node: Node, kind: Kind, what: str) -> Node:
    if node.kind != kind:
        raise KindFlaw(f"{what} expects {kind}, found {node.kind}")
    return node


def _does_not_fit(wanted: Kind, found: Kind) -> str:
    same = (wanted.name, wanted.units) == (found.name, found.units)
    if same and wanted.whole and not found.whole:
        return f"declared as {wanted}, but nothing rounds it: add such as round = \"half_up 2\""
    if same:
        return f"declared as {wanted}, but the value may be missing: use 'otherwise', or '?'"
    return f"declared as {wanted}, found {found}"


def _texts(step: Step) -> list[str]:
    guard = list(step.guard.text.values()) if step.guard is not None else []
    return [*step.text.values(), *guard]


def _blocks(steps: list[TypedStep], root: object) -> Iterator[Block]:
    """Runs of steps over one outer table, with the tables inside it, or over none."""
    assert callable(root)
    held: list[TypedStep] = []
    current: str | None = None
    for step in steps:
        mine = root(step.table)
        if held and mine != current:
            yield Block(current, tuple(held))
            held = []
        held.append(step)
        current = mine
    if held:
        yield Block(current, tuple(held))
