"""Writes expressions of a compiled scheme as Python: statements into a text, operands as names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import msgspec

from service.schemes.language import typed
from service.schemes.language.functions import FUNCTIONS
from service.schemes.language.kinds import Kind
from service.schemes.language.program import Program
from service.schemes.language.typed import Node

SIMPLE = re.compile(r"\w+")
PYTHON = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Unsupported(Exception):
    """A form that only the plain engine computes."""


class Pair(msgspec.Struct, frozen=True):
    """A quantity that is there: its numerator and its positive denominator, as Python."""

    n: str
    d: str


class Single(msgspec.Struct, frozen=True):
    """Any other value: a day, a period, yes or no, or a quantity that may be missing (boxed)."""

    code: str


Operand: TypeAlias = Pair | Single


class Stored(msgspec.Struct, frozen=True):
    """Where a value is kept, and in which form; `may_lack` where a guard may have come before it.

    `pair` is two local names with `_n` and `_d` (only the first for whole quantities), `tuple` one
    value of both, `boxed` an int, a Fraction or None; other values are `boxed` as they are.
    """

    code: str
    form: str = "boxed"
    may_lack: bool = False


class Writer:
    """The text of a function as it grows, and where each value of the scheme is kept."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.places: dict[str, Stored] = {}

    def write(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """Statements inside an `if` or a `for`."""
        self.write(opening)
        self.depth += 1
        length = len(self.lines)
        yield
        if len(self.lines) == length:
            self.write("pass")
        self.depth -= 1

    def fresh(self, stem: str = "v") -> str:
        """A name that nothing else has."""
        self.count += 1
        return f"{stem}{self.count}"

    # ----- operands

    def pair(self, node: Node) -> Pair:
        """The numerator and denominator of a quantity."""
        operand = self.operand(node)
        assert isinstance(operand, Pair), node
        return operand

    def single(self, node: Node) -> str:
        """One Python value; a quantity is boxed as int or Fraction."""
        return self.box(self.operand(node), node.kind)

    def box(self, operand: Operand, kind: Kind) -> str:
        """One Python value for an operand."""
        if isinstance(operand, Single):
            return operand.code
        return operand.n if operand.d == "1" else f"Fraction({operand.n}, {operand.d})"

    def unbox(self, code: str, kind: Kind) -> Operand:
        """An operand for one Python value."""
        if not kind.is_quantity or kind.optional:
            return Single(code)
        if kind.whole:
            return Pair(code, "1")
        return Pair(f"{code}.numerator", f"{code}.denominator")

    def named(self, code: str) -> str:
        """A name for a value that is used more than once."""
        name = self.fresh()
        self.write(f"{name} = {code}")
        return name

    def operand(self, node: Node) -> Operand:
        """The value of an expression; what it needs first is written."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise Unsupported(type(node).__name__)
        found = method(node)
        assert isinstance(found, Pair | Single)
        return found

    def _const(self, node: typed.Const) -> Operand:
        if node.kind.is_quantity and isinstance(node.value, Fraction):
            return Pair(str(node.value.numerator), str(node.value.denominator))
        return Single(constant(node.value))

    def _factref(self, node: typed.FactRef) -> Operand:
        return self.unbox(self.places[node.path].code, node.kind)

    def _stepref(self, node: typed.StepRef) -> Operand:
        return self.stored(self.places[node.name], node.kind, self._declared(None, node.name))

    def _declared(self, table: str | None, name: str) -> Kind:
        """The kind under which a value was stored, which a guard may have narrowed since."""
        if table is not None:
            kind = self.program.tables[table].kind_of(name)
        else:
            kinds = [
                one.kind for one in self.program.steps if one.table is None and one.name == name
            ]
            kind = kinds[0]
        assert kind is not None
        return kind

    def stored(self, place: Stored, kind: Kind, declared: Kind) -> Operand:
        """The operand for a value where it is kept; a row that lacks it is passed over."""
        code = place.code
        if place.may_lack:
            code = self.named(code)
            self.write(f"if {code} is MISSING: continue")
        reckoned = declared.is_quantity and not declared.optional
        if place.form == "pair" and reckoned:
            return Pair(f"{code}_n", "1" if declared.whole else f"{code}_d")
        if place.form == "tuple" and reckoned and not declared.whole:
            return Pair(f"{code}[0]", f"{code}[1]")
        whole = declared.whole and kind.is_quantity
        return self.unbox(code, msgspec.structs.replace(kind, whole=True) if whole else kind)

    def _columnref(self, node: typed.ColumnRef) -> Operand:
        place = self.places[f"{node.table}.{node.name}"]
        return self.stored(place, node.kind, self._declared(node.table, node.name))

    def _earlierref(self, node: typed.EarlierRef) -> Operand:
        declared = self._declared(node.table, node.name)
        return self.stored(self.places[f"earlier.{node.name}"], node.kind, declared)

    def _parameterref(self, node: typed.ParameterRef) -> Operand:
        parameter = self.program.parameters[node.name]
        single = len(parameter.values) == 1 and parameter.key_kind is None
        if single and parameter.values[0].since is None:
            return self._const(typed.Const(kind=node.kind, value=parameter.values[0].value))
        key = self.single(node.key) if node.key is not None else "None"
        on = self.single(node.on) if node.on is not None else "selecting"
        found = self.named(f"P_{node.name}({key}, {on})")
        return self.unbox(f"{found}.numerator" if node.kind.whole else found, node.kind)

    # ----- arithmetic

    def _negated(self, node: typed.Negated) -> Operand:
        pair = self.pair(node.operand)
        return Pair(f"(-{pair.n})", pair.d)

    def _arithmetic(self, node: typed.Arithmetic) -> Operand:
        left, right = self.pair(node.left), self.pair(node.right)
        match node.operator:
            case "*":
                return Pair(_times(left.n, right.n), _times(left.d, right.d))
            case "/":
                return self._divided(left, right)
            case sign:
                return self.added(left, right, sign)

    def added(self, left: Pair, right: Pair, sign: str) -> Pair:
        """The sum or difference of two quantities."""
        if left.d == right.d == "1":
            return Pair(f"({left.n} {sign} {right.n})", "1")
        left, right = self.handy(left), self.handy(right)
        n = self.named(f"{_times(left.n, right.d)} {sign} {_times(right.n, left.d)}")
        return Pair(n, self.named(_times(left.d, right.d)))

    def handy(self, pair: Pair) -> Pair:
        """The same in names, so that it can be used more than once without computing it again."""
        n = pair.n if SIMPLE.fullmatch(pair.n) else self.named(pair.n)
        return Pair(n, pair.d if SIMPLE.fullmatch(pair.d) else self.named(pair.d))

    def _divided(self, left: Pair, right: Pair) -> Pair:
        if right.n.isdecimal() and int(right.n):
            return Pair(_times(left.n, right.d), _times(left.d, right.n))
        divisor = self.named(right.n)
        n, d = self.named(_times(left.n, right.d)), self.named(_times(left.d, divisor))
        with self.block(f"if {divisor} <= 0:"):
            self.write(f"if {divisor} == 0: raise Fallback()")
            self.write(f"{n}, {d} = -{n}, -{d}")
        return Pair(n, d)

    def _extreme(self, node: typed.Extreme) -> Operand:
        if not node.kind.is_quantity:
            arguments = ", ".join(self.single(one) for one in node.arguments)
            return Single(f"{node.function}([{arguments}])")
        pairs = [self.handy(self.pair(one)) for one in node.arguments]
        if all(pair.d == "1" for pair in pairs):
            return Pair(f"{node.function}([{', '.join(pair.n for pair in pairs)}])", "1")
        n, d = self.fresh("n"), self.fresh("d")
        self.write(f"{n}, {d} = {pairs[0].n}, {pairs[0].d}")
        sign = "<" if node.function == "min" else ">"
        for pair in pairs[1:]:
            self.write(f"if {compared(pair, sign, Pair(n, d))}: {n}, {d} = {pair.n}, {pair.d}")
        return Pair(n, d)

    # ----- conditions

    def _not(self, node: typed.Not) -> Operand:
        return Single(f"(not {self.single(node.operand)})")

    def _compared(self, node: typed.Compared) -> Operand:
        if node.left.kind.is_quantity:
            left, right = self.pair(node.left), self.pair(node.right)
            return Single(f"({compared(left, PYTHON[node.operator], right)})")
        left_code, right_code = self.single(node.left), self.single(node.right)
        return Single(f"({left_code} {PYTHON[node.operator]} {right_code})")

    def _logic(self, node: typed.Logic) -> Operand:
        found = self.named(self.single(node.left))
        with self.block(f"if {found}:" if node.operator == "and" else f"if not {found}:"):
            self.write(f"{found} = {self.single(node.right)}")
        return Single(found)

    def _oneof(self, node: typed.OneOf) -> Operand:
        items = ", ".join(constant(item) for item in node.items)
        return Single(f"({self.single(node.operand)} in [{items}])")

    def _inside(self, node: typed.Inside) -> Operand:
        day, period = self.named(self.single(node.day)), self.named(self.single(node.period))
        return Single(f"({period}.start <= {day} < {period}.end)")

    def _given(self, node: typed.Given) -> Operand:
        operand = self.operand(node.operand)
        return Single("True" if isinstance(operand, Pair) else f"({operand.code} is not None)")

    def _otherwise(self, node: typed.Otherwise) -> Operand:
        left = self.named(self.single(node.left))
        with self.block(f"if {left} is None:"):
            self.write(f"{left} = {self.single(node.right)}")
        return self.unbox(left, node.kind)

    def _if(self, node: typed.If) -> Operand:
        condition = self.single(node.condition)
        if node.kind.is_quantity and not node.kind.optional:
            n, d = self.fresh("n"), self.fresh("d")
            for opening, side in ((f"if {condition}:", node.then), ("else:", node.otherwise)):
                with self.block(opening):
                    pair = self.pair(side)
                    self.write(f"{n}, {d} = {pair.n}, {pair.d}")
            return Pair(n, "1" if node.kind.whole else d)
        found = self.fresh()
        for opening, side in ((f"if {condition}:", node.then), ("else:", node.otherwise)):
            with self.block(opening):
                self.write(f"{found} = {self.single(side)}")
        return Single(found)

    # ----- days and functions

    def _shifted(self, node: typed.Shifted) -> Operand:
        day, amount = self.single(node.day), self.pair(node.amount)
        return Single(f"shift({day}, {node.sign} * ({amount.n}), {node.unit!r})")

    def _daysbetween(self, node: typed.DaysBetween) -> Operand:
        return Pair(f"({self.single(node.left)} - {self.single(node.right)}).days", "1")

    def _applied(self, node: typed.Applied) -> Operand:
        arguments = [self.single(one) for one in node.arguments]
        function = FUNCTIONS[node.function]
        if node.function == "days_without" and function.takes[1].column:
            period, breaks = self.named(arguments[0]), self.named(arguments[1])
            code = f"(F_days_without({period}, {breaks}) if {breaks} else F_days({period}))"
        else:
            code = f"F_{node.function}({', '.join(arguments)})"
        return self.unbox(self.named(code) if node.kind.is_quantity else code, node.kind)


def constant(value: object) -> str:
    """A constant of a scheme as Python; only days, numbers, texts, yes and no come here."""
    match value:
        case Fraction() if value.denominator == 1:
            return str(value.numerator)
        case Fraction():
            return f"Fraction({value.numerator}, {value.denominator})"
        case date():
            return f"date({value.year}, {value.month}, {value.day})"
        case _:
            return repr(value)


def compared(left: Pair, sign: str, right: Pair) -> str:
    """The comparison of two quantities as Python."""
    return f"{_times(left.n, right.d)} {sign} {_times(right.n, left.d)}"


def _times(left: str, right: str) -> str:
    if left == "1":
        return right
    if right == "1":
        return left
    return f"({left} * {right})"
