"""Expressions of the scheme language as a tree; nothing in it can loop or reach beyond a scheme."""

from datetime import date
from fractions import Fraction
from typing import TypeAlias

import msgspec

Value: TypeAlias = Fraction | date | str | bool | None


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an expression and where it begins, counted in letters from 0."""

    at: int


class Literal(Node, frozen=True, kw_only=True):
    """A constant; `unit` names what a number counts, such as `days`, or is empty."""

    value: Value
    unit: str = ""


class Words(Node, frozen=True, kw_only=True):
    """A list of constants to look something up in."""

    items: tuple[Literal, ...]


class Name(Node, frozen=True, kw_only=True):
    """A fact, a parameter, an earlier step, or a column of a table: `agreement.start`."""

    path: str


class Unary(Node, frozen=True, kw_only=True):
    """`-x` or `not x`."""

    operator: str
    operand: "Expression"


class Binary(Node, frozen=True, kw_only=True):
    """Two operands and what joins them, in words or signs: `+ - * / = <> < <= > >= and or in`."""

    operator: str
    left: "Expression"
    right: "Expression"


class Choice(Node, frozen=True, kw_only=True):
    """`if condition then this else that`; only the chosen side is computed."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Lookup(Node, frozen=True, kw_only=True):
    """A parameter by key, by date, or both: `cap[percent] at start(piece.period)`."""

    name: str
    key: "Expression | None"
    on: "Expression | None"


class Call(Node, frozen=True, kw_only=True):
    """A function of the language; `where` chooses the rows that an aggregate counts."""

    function: str
    arguments: tuple["Expression", ...]
    where: "Expression | None" = None


Expression: TypeAlias = Literal | Words | Name | Unary | Binary | Choice | Lookup | Call


def walk(node: Expression) -> list[Expression]:
    """An expression and all its parts, from the outside in."""
    found: list[Expression] = [node]
    for part in parts(node):
        found.extend(walk(part))
    return found


def parts(node: Expression) -> list[Expression]:
    """The expressions directly inside one, in the order they are written."""
    match node:
        case Unary():
            return [node.operand]
        case Binary():
            return [node.left, node.right]
        case Choice():
            return [node.condition, node.then, node.otherwise]
        case Lookup():
            return [part for part in (node.key, node.on) if part is not None]
        case Call():
            return [*node.arguments, *([node.where] if node.where is not None else [])]
        case Words():
            return list(node.items)
        case Literal() | Name():
            return []
