"""A typed expression in words, in the language in use: what a programme manager reads of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple, TypeAlias, assert_never

from service.i18n import _
from service.schemes.language import phrases, typed
from service.schemes.language.figures import figure, listed, percent
from service.schemes.language.names import Names, quoted
from service.schemes.language.program import Program
from service.schemes.language.typed import Node

# How tightly words hold together: what is looser than its place allows stands in brackets.
OPEN, SUM, PRODUCT, PHRASE, WORD = range(5)
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
SHARE_DECIMALS = 10_000


class Said(NamedTuple):
    """Words and how tightly they hold together."""

    text: str
    binds: int


Named: TypeAlias = (
    typed.Const
    | typed.FactRef
    | typed.StepRef
    | typed.ColumnRef
    | typed.EarlierRef
    | typed.ParameterRef
)
Reckoned: TypeAlias = (
    typed.Arithmetic | typed.Negated | typed.Shifted | typed.DaysBetween | typed.Extreme
)
Clause: TypeAlias = (
    typed.Compared | typed.Logic | typed.Not | typed.Given | typed.Inside | typed.OneOf
)


class Wording:
    """Says the expressions of one program."""

    def __init__(self, program: Program, names: Names | None = None) -> None:
        self.program = program
        self.names = names or Names(program)
        self.currency = program.document.currency
        self._near: list[str] = []

    @contextmanager
    def near(self, table: str | None) -> Iterator[None]:
        """Says columns of a table by their bare names, inside the block."""
        self._near.append(table or "")
        try:
            yield
        finally:
            self._near.pop()

    def _column(self, table: str, name: str) -> str:
        return self.names.column(table, name, self._near[-1] if self._near else None)

    def value(self, node: Node, least: int = OPEN) -> str:
        """A value as a noun; in brackets where it is looser than its place allows."""
        said = self.say(node)
        return said.text if said.binds >= least else f"({said.text})"

    def clause(self, node: Node, least: int = OPEN) -> str:
        """A condition as a clause: `«wage» is less than €500.00`."""
        match node:
            case typed.FactRef() | typed.StepRef() | typed.ColumnRef() | typed.EarlierRef():
                said = Said(_("{0} holds").format(self.value(node)), PHRASE)
            case typed.Const():
                said = Said(_("always") if node.value else _("never"), WORD)
            case _:
                said = self.say(node)
        return said.text if said.binds >= least else f"({said.text})"

    def say(self, node: Node) -> Said:
        """The words of any node."""
        if isinstance(node, Named):
            return self.named(node)
        if isinstance(node, Reckoned):
            return self.reckoned(node)
        if isinstance(node, Clause):
            return self.condition(node)
        match node:
            case typed.If() | typed.Otherwise():
                return self.chosen(node)
            case typed.Applied():
                return self.applied(node.function, node.arguments)
            case typed.Aggregate() | typed.Column():
                return self.over_rows(node)
            case typed.Before() | typed.Previous() | typed.Shared():
                return self.looking_aside(node)
            case _:
                assert_never(node)

    def constant(self, node: typed.Const) -> str:
        """A constant; a plain fraction up to 1 reads as a share."""
        value = node.value
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, Fraction) and not node.kind.units:
            is_share = value.denominator != 1 and 0 < value < 1
            if is_share and (value * SHARE_DECIMALS).denominator == 1:
                return percent(value)
        return figure(node.kind, value, self.currency)

    def named(self, node: Named) -> Said:
        """What a name stands for, by its label, or a constant."""
        match node:
            case typed.Const():
                return Said(self.constant(node), WORD)
            case typed.FactRef():
                return Said(quoted(self.names.fact(node.path)), WORD)
            case typed.StepRef():
                return Said(quoted(self.names.step(self.names.steps[None, node.name])), WORD)
            case typed.ColumnRef():
                return Said(self._column(node.table, node.name), PHRASE)
            case typed.EarlierRef():
                column = self._column(node.table, node.name)
                return Said(_("the earlier {column}").format(column=column), PHRASE)
            case typed.ParameterRef():
                return self._parameter(node)

    def _parameter(self, node: typed.ParameterRef) -> Said:
        said = quoted(self.names.parameter(node.name))
        binds = WORD
        if node.key is not None:
            key = self.value(node.key, PHRASE)
            said, binds = _("{parameter} for {key}").format(parameter=said, key=key), PHRASE
        if node.on is not None:
            day = self.value(node.on, PHRASE)
            said, binds = _("{parameter} as of {day}").format(parameter=said, day=day), PHRASE
        return Said(said, binds)

    def reckoned(self, node: Reckoned) -> Said:
        """Sums, products, differences, moved days, the lowest and the highest."""
        match node:
            case typed.Arithmetic():
                return self._arithmetic(node)
            case typed.Negated():
                return Said(f"−{self._operand(node.operand, WORD)}", SUM)
            case typed.Shifted():
                sign = SIGNS["+" if node.sign > 0 else "-"]
                day, amount = self.value(node.day, PHRASE), self.value(node.amount, PHRASE)
                return Said(f"{day} {sign} {amount}", SUM)
            case typed.DaysBetween():
                first, last = self.value(node.right, PHRASE), self.value(node.left, PHRASE)
                said = _("the number of days from {0} to {1}").format(first, last)
                return Said(said, PHRASE)
            case typed.Extreme():
                return self._extreme(node)

    def _extreme(self, node: typed.Extreme) -> Said:
        first, *others = node.arguments
        if others == [typed.Negated(kind=first.kind, operand=first)]:  # what `abs` is checked to
            value = self.value(first, PHRASE)
            return Said(_("{value} without its sign").format(value=value), PHRASE)
        found = [self.value(one, SUM) for one in node.arguments]
        said = _(phrases.EXTREMES[node.function])
        return Said(said.format(values=listed(found, last=_("and"))), OPEN)

    def _arithmetic(self, node: typed.Arithmetic) -> Said:
        binds = SUM if node.operator in {"+", "-"} else PRODUCT
        # What is subtracted or divided by holds together more tightly than what stands before it.
        tight = WORD if node.operator in {"-", "/"} else binds
        left, right = self._operand(node.left, binds), self._operand(node.right, tight)
        return Said(f"{left} {SIGNS[node.operator]} {right}", binds)

    def _operand(self, node: Node, least: int) -> str:
        """An operand; a phrase of many words stands in brackets, a column does not."""
        said = self.say(node)
        is_bare = said.binds >= least and said.binds != PHRASE
        return said.text if is_bare or isinstance(node, typed.ColumnRef) else f"({said.text})"

    def condition(self, node: Clause) -> Said:
        """What can be true or false, as a clause."""
        match node:
            case typed.Not():
                return self._denied(node.operand)
            case typed.Compared():
                return self._compared(node, node.operator)
            case typed.Logic():
                said = _(phrases.LOGIC[node.operator])
                least = [self._joins(one, node.operator) for one in (node.left, node.right)]
                left, right = self.clause(node.left, least[0]), self.clause(node.right, least[1])
                return Said(said.format(left, right), OPEN)
            case typed.Given():
                return self._said(_("{0} is given"), node.operand)
            case typed.Inside():
                return self._said(_("{0} lies in {1}"), node.day, node.period)
            case typed.OneOf():
                items = self._items(node)
                return self._said(_("{0} is one of: {items}"), node.operand, items=items)

    def _joins(self, part: Node, operator: str) -> int:
        """`a and b and c` needs no brackets; `a and (b or c)` does, and so does a long clause."""
        same = isinstance(part, typed.Logic) and part.operator == operator
        return OPEN if same else PHRASE

    def _compared(self, node: typed.Compared, operator: str) -> Said:
        words = phrases.DAYS_COMPARED if node.left.kind.name == "date" else phrases.COMPARED
        left, right = self.value(node.left, SUM), self.value(node.right, SUM)
        return Said(_(words[operator]).format(left, right), PHRASE)

    def _denied(self, node: Node) -> Said:
        match node:
            case typed.Compared():
                return self._compared(node, phrases.OPPOSITE[node.operator])
            case typed.Given():
                return self._said(_("{0} is missing"), node.operand)
            case typed.Inside():
                return self._said(_("{0} does not lie in {1}"), node.day, node.period)
            case typed.OneOf():
                items = self._items(node)
                return self._said(_("{0} is none of: {items}"), node.operand, items=items)
            case typed.FactRef() | typed.StepRef() | typed.ColumnRef() | typed.EarlierRef():
                return self._said(_("{0} does not hold"), node)
            case typed.Not():
                return Said(self.clause(node.operand), OPEN)
            case _:
                return Said(_("it is not so that {0}").format(self.clause(node, PHRASE)), OPEN)

    def _items(self, node: typed.OneOf) -> str:
        kind = node.operand.kind
        found = [self.constant(typed.Const(kind=kind, value=item)) for item in node.items]
        return listed(found, last=_("or"))

    def _said(self, words: str, *nodes: Node, items: str = "") -> Said:
        return Said(words.format(*(self.value(one, PHRASE) for one in nodes), items=items), PHRASE)

    def chosen(self, node: typed.If | typed.Otherwise) -> Said:
        """One value or another."""
        if isinstance(node, typed.Otherwise):
            left, right = self.value(node.left, PHRASE), self.value(node.right, PRODUCT)
            return Said(_("{0}, or where it is missing {1}").format(left, right), OPEN)
        then, condition = self.value(node.then, SUM), self.clause(node.condition)
        otherwise = self.value(node.otherwise)
        said = _("{then} if {condition}, otherwise {otherwise}")
        return Said(said.format(then=then, condition=condition, otherwise=otherwise), OPEN)

    def applied(self, function: str, arguments: Sequence[Node]) -> Said:
        """A function of the calendar."""
        found = [self.value(one, PHRASE) for one in arguments]
        return Said(_(phrases.FUNCTIONS[function]).format(*found), PHRASE)

    def over_rows(self, node: typed.Aggregate | typed.Column) -> Said:
        """What is taken from the rows of a table."""
        if isinstance(node, typed.Column):
            said = _("{value} of {rows}").format(value=self.each(node), rows=self.rows(node))
            return Said(said, PHRASE if node.where is None else OPEN)
        column, words = node.column, _(phrases.AGGREGATES[node.function])
        value = self.each(column, is_clause=node.function in {"any", "all"})
        said = words.format(value=value, rows=self.rows(column))
        return Said(said, PHRASE if column.where is None else OPEN)

    def each(self, column: typed.Column, *, is_clause: bool = False) -> str:
        """What is taken from each row of a table."""
        with self.near(column.table):
            say = self.clause if is_clause else self.value
            return say(column.value, PHRASE)

    def rows(self, column: typed.Column) -> str:
        """The rows that are counted."""
        table = quoted(self.names.table(column.table))
        if column.where is None:
            return _("all rows of {table}").format(table=table)
        with self.near(column.table):
            where = self.clause(column.where)
        return _("the rows of {table} for which {where}").format(table=table, where=where)

    def looking_aside(self, node: typed.Before | typed.Previous | typed.Shared) -> Said:
        """What a row takes from the rows beside it."""
        match node:
            case typed.Before():
                column = self._column(node.table, node.column)
                if node.where is None:
                    said = _("the sum of {column} over the rows before")
                    return Said(said.format(column=column), PHRASE)
                said = _("the sum of {column} over the rows before for which {where}")
                return Said(said.format(column=column, where=self.clause(node.where)), OPEN)
            case typed.Previous():
                column, default = self._column(node.table, node.column), self.value(node.default)
                said = _("{column} of the row before, in the first row {default}")
                return Said(said.format(column=column, default=default), OPEN)
            case typed.Shared():
                said = _(phrases.SHARING[node.method]).format(
                    total=self.value(node.total, PHRASE),
                    weights=self.each(node.weights),
                    unit=self.value(node.unit, PHRASE),
                )
                return Said(said, OPEN)
