"""A checked expression: every name is resolved and every part knows its kind.

What `check` makes of a tree. Both the plain engine and the compiler read only this.
"""

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from service.schemes.language.kinds import Kind
from service.schemes.language.tree import Value


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an expression with the kind of its value."""

    kind: Kind


class Const(Typed, frozen=True, kw_only=True):
    """A constant; quantities in their smallest part (cents, days)."""

    value: Value


class FactRef(Typed, frozen=True, kw_only=True):
    """A fact by its path."""

    path: str


class StepRef(Typed, frozen=True, kw_only=True):
    """An earlier step outside every table."""

    name: str


class ColumnRef(Typed, frozen=True, kw_only=True):
    """A column of the row in hand of a table."""

    table: str
    name: str


class EarlierRef(Typed, frozen=True, kw_only=True):
    """Inside `before(… where …)`: a column of the earlier row."""

    table: str
    name: str


class ParameterRef(Typed, frozen=True, kw_only=True):
    """A parameter's value on a day (None: the day that selects the version), for a key if keyed."""

    name: str
    key: "Node | None"
    on: "Node | None"


class Negated(Typed, frozen=True, kw_only=True):
    """The same quantity below zero."""

    operand: "Node"


class Not(Typed, frozen=True, kw_only=True):
    """Yes for no."""

    operand: "Node"


class Arithmetic(Typed, frozen=True, kw_only=True):
    """`+ - * /` of two quantities."""

    operator: str
    left: "Node"
    right: "Node"


class Shifted(Typed, frozen=True, kw_only=True):
    """A day moved by whole days, weeks, months or years; months and years stop at a month's end."""

    day: "Node"
    amount: "Node"
    unit: str
    sign: int


class DaysBetween(Typed, frozen=True, kw_only=True):
    """The days from the right to the left of two days."""

    left: "Node"
    right: "Node"


class Compared(Typed, frozen=True, kw_only=True):
    """`= <> < <= > >=` of two values of one kind."""

    operator: str
    left: "Node"
    right: "Node"


class Logic(Typed, frozen=True, kw_only=True):
    """`and`, `or`; the right side is computed only when it decides."""

    operator: str
    left: "Node"
    right: "Node"


class OneOf(Typed, frozen=True, kw_only=True):
    """Whether a value is among constants."""

    operand: "Node"
    items: tuple[Value, ...]


class Inside(Typed, frozen=True, kw_only=True):
    """Whether a day lies in a period."""

    day: "Node"
    period: "Node"


class Otherwise(Typed, frozen=True, kw_only=True):
    """The left value, or the right one where it is missing."""

    left: "Node"
    right: "Node"


class Given(Typed, frozen=True, kw_only=True):
    """Whether a value is there."""

    operand: "Node"


class If(Typed, frozen=True, kw_only=True):
    """One of two values by a condition."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


class Extreme(Typed, frozen=True, kw_only=True):
    """The smallest or the largest of some values: `min`, `max`."""

    function: str
    arguments: tuple["Node", ...]


class Column(Typed, frozen=True, kw_only=True):
    """A value of every row of a table that fits a condition, in order; `kind` is that of one."""

    table: str
    value: "Node"
    where: "Node | None"


class Applied(Typed, frozen=True, kw_only=True):
    """A calendar function of single values and columns."""

    function: str
    arguments: tuple["Node", ...]


class Aggregate(Typed, frozen=True, kw_only=True):
    """`sum`, `count`, `any`, `all`, `least`, `greatest`, `first`, `last` over a table's rows."""

    function: str
    column: Column


class Before(Typed, frozen=True, kw_only=True):
    """The sum of a column over the rows before this one."""

    table: str
    column: str
    where: "Node | None"


class Previous(Typed, frozen=True, kw_only=True):
    """A column's value in the nearest earlier row that has it, or a default."""

    table: str
    column: str
    default: "Node"


class Shared(Typed, frozen=True, kw_only=True):
    """This row's part of a total that is divided over a table by weights, in whole units."""

    total: "Node"
    weights: Column
    method: str
    unit: "Node"


Node: TypeAlias = (
    Const
    | FactRef
    | StepRef
    | ColumnRef
    | EarlierRef
    | ParameterRef
    | Negated
    | Not
    | Arithmetic
    | Shifted
    | DaysBetween
    | Compared
    | Logic
    | OneOf
    | Inside
    | Otherwise
    | Given
    | If
    | Extreme
    | Column
    | Applied
    | Aggregate
    | Before
    | Previous
    | Shared
)


def walk(node: Node) -> Iterator[Node]:
    """A typed expression and all its parts, from the outside in."""
    yield node
    for part in children(node):
        yield from walk(part)


def children(node: Node) -> list[Node]:
    """The parts directly inside one."""
    found: list[Node] = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, Typed):
            found.append(value)  # type: ignore[arg-type] # every Typed is a Node
        elif isinstance(value, tuple):
            found += [one for one in value if isinstance(one, Typed)]  # type: ignore[misc] # likewise
    return found
