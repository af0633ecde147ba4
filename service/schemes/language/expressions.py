"""Checks one expression: resolves its names and works out the kind of every part."""

from datetime import date
from fractions import Fraction

import msgspec

from service.schemes.language import tree, typed
from service.schemes.language.calls import check_call
from service.schemes.language.kinds import (
    DATE,
    NOTHING,
    PERIOD,
    TEXT,
    TRUTH,
    Kind,
    counted,
    multiplied,
    quantity,
)
from service.schemes.language.scope import KindFlaw, Scope, expect, expect_quantity, nearest
from service.schemes.language.typed import Node

LOGIC, ADDING, SCALING = {"and", "or"}, {"+", "-"}, {"*", "/"}
ORDERED = {"quantity", "date"}
STEPS_OF_TIME = {"days", "weeks", "months", "years"}


def check(node: tree.Expression, scope: Scope) -> Node:  # noqa: C901 # one case a node
    """The typed expression; KindFlaw says what does not fit."""
    match node:
        case tree.Literal():
            return typed.Const(kind=_kind_of_literal(node), value=node.value)
        case tree.Words():
            raise KindFlaw("a list may only stand after 'in'")
        case tree.Name():
            return _name(node.path, scope)
        case tree.Lookup():
            return _lookup(node, scope)
        case tree.Unary():
            return _unary(node, scope)
        case tree.Binary():
            return _binary(node, scope)
        case tree.Choice():
            return _choice(node, scope)
        case tree.Call():
            return check_call(node, scope, check)


def _kind_of_literal(node: tree.Literal) -> Kind:
    match node.value:
        case None:
            return NOTHING
        case bool():
            return TRUTH
        case Fraction() as value:
            units = ((node.unit, 1),) if node.unit else ()
            return quantity(units, whole=value.denominator == 1)
        case date():
            return DATE
        case str():
            return TEXT


def _name(path: str, scope: Scope) -> Node:
    first, _, column = path.partition(".")
    if first == "earlier" and scope.earlier is not None:
        return _earlier(scope.earlier, column, scope)
    if column and first in scope.tables:
        return _column(first, column, scope)
    for table in scope.in_hand():
        if scope.tables[table].places.get(path, scope.place) < scope.place:
            return _column(table, path, scope)
    return _outside_tables(path, scope)


def _outside_tables(path: str, scope: Scope) -> Node:
    if path in scope.steps:
        kind = scope.steps[path]
        return typed.StepRef(kind=_narrowed(kind, path, scope), name=path)
    if path in scope.facts:
        kind = scope.facts[path].fact.kind
        return typed.FactRef(kind=_narrowed(kind, path, scope), path=path)
    if path in scope.parameters:
        return _parameter(path, None, None, scope)
    raise KindFlaw(f"{path!r} is no fact, parameter or earlier step{nearest(path, scope)}")


def _narrowed(kind: Kind, path: str, scope: Scope) -> Kind:
    return kind.present() if kind.optional and path in scope.known else kind


def _column(table: str, column: str, scope: Scope) -> Node:
    about = scope.tables[table]
    kind = about.kind_of(column)
    if kind is None:
        known = ", ".join([*about.columns, *about.steps])
        raise KindFlaw(f"the table {table!r} has no column {column!r}; it has {known}")
    if table not in scope.in_hand():
        raise KindFlaw(
            f"{table}.{column} has many rows here; say which by 'sum', 'first' and so on"
        )
    if about.places.get(column, -1) >= scope.place:
        raise KindFlaw(f"{table}.{column} is a later step; steps see only what stands above them")
    path = f"{table}.{column}"
    return typed.ColumnRef(kind=_narrowed(kind, path, scope), table=table, name=column)


def _earlier(table: str, column: str, scope: Scope) -> Node:
    kind = scope.looked_back_on(table, column)
    if kind is None:
        raise KindFlaw(f"the table {table!r} has no column {column!r}")
    return typed.EarlierRef(kind=kind, table=table, name=column)


def _lookup(node: tree.Lookup, scope: Scope) -> Node:
    if node.name not in scope.parameters:
        raise KindFlaw(f"{node.name!r} is no parameter, so it has no 'at' or key")
    key = check(node.key, scope) if node.key is not None else None
    on = check(node.on, scope) if node.on is not None else None
    if on is not None and on.kind != DATE:
        raise KindFlaw(f"'{node.name} at …' expects a date, found {on.kind}")
    return _parameter(node.name, key, on, scope)


def _parameter(name: str, key: Node | None, on: Node | None, scope: Scope) -> Node:
    parameter = scope.parameters[name]
    wanted = parameter.key_kind
    if wanted is None and key is not None:
        raise KindFlaw(f"the parameter {name!r} has no keys")
    if wanted is not None and (key is None or not _comparable(key.kind, wanted)):
        found = key.kind if key is not None else "none"
        raise KindFlaw(f"the parameter {name!r} expects a key of {wanted}, found {found}")
    return typed.ParameterRef(kind=parameter.kind, name=name, key=key, on=on)


def _unary(node: tree.Unary, scope: Scope) -> Node:
    operand = check(node.operand, scope)
    if node.operator == "not":
        expect(operand, TRUTH, "'not'")
        return typed.Not(kind=TRUTH, operand=operand)
    expect_quantity(operand, "'-'")
    return typed.Negated(kind=operand.kind, operand=operand)


def _binary(node: tree.Binary, scope: Scope) -> Node:
    if node.operator in LOGIC:
        return _logic(node, scope)
    left = check(node.left, scope)
    if node.operator == "in":
        return _member(left, node.right, scope)
    right = check(node.right, scope)
    if node.operator == "otherwise":
        return _otherwise(left, right, scope)
    if node.operator in ADDING or node.operator in SCALING:
        return _arithmetic(node.operator, left, right)
    return _comparison(node.operator, left, right)


def _logic(node: tree.Binary, scope: Scope) -> Node:
    left = check(node.left, scope)
    expect(left, TRUTH, f"{node.operator!r}")
    if node.operator == "and":
        scope = msgspec.structs.replace(scope, known=scope.known | given_by(left))
    right = check(node.right, scope)
    expect(right, TRUTH, f"{node.operator!r}")
    return typed.Logic(kind=TRUTH, operator=node.operator, left=left, right=right)


def _member(left: Node, right: tree.Expression, scope: Scope) -> Node:
    if isinstance(right, tree.Words):
        kinds_found = {_kind_of_literal(item) for item in right.items}
        if not all(_comparable(left.kind, kind) for kind in kinds_found):
            raise KindFlaw(f"'in' compares {left.kind} with a list of something else")
        return typed.OneOf(
            kind=TRUTH, operand=left, items=tuple(item.value for item in right.items)
        )
    period = check(right, scope)
    if left.kind != DATE or period.kind != PERIOD:
        raise KindFlaw(f"'in' expects a list, or a date and a period, found {period.kind}")
    return typed.Inside(kind=TRUTH, day=left, period=period)


def _otherwise(left: Node, right: Node, scope: Scope) -> Node:
    if not left.kind.optional and not scope.known & set(path_of(left)):
        raise KindFlaw(f"'otherwise' follows a value that may be missing; {left.kind} never is")
    kind = _joined(left.kind.present(), right.kind, "'otherwise'")
    return typed.Otherwise(kind=kind, left=left, right=right)


def _arithmetic(operator: str, left: Node, right: Node) -> Node:
    if left.kind == DATE and operator in ADDING:
        return _shifted(operator, left, right)
    for side in (left, right):
        expect_quantity(side, f"{operator!r}")
    whole = left.kind.whole and right.kind.whole
    if operator in ADDING:
        if left.kind.units != right.kind.units:
            verb = "add" if operator == "+" else "subtract"
            raise KindFlaw(f"cannot {verb} {right.kind} and {left.kind}: the units differ")
        kind = quantity(left.kind.units, whole=whole)
    else:
        power = 1 if operator == "*" else -1
        units = multiplied(left.kind.units, right.kind.units, power=power)
        kind = quantity(units, whole=whole and operator == "*")
    return typed.Arithmetic(kind=kind, operator=operator, left=left, right=right)


def _shifted(operator: str, left: Node, right: Node) -> Node:
    if right.kind == DATE and operator == "-":
        return typed.DaysBetween(kind=counted("days"), left=left, right=right)
    unit = next(iter(dict(right.kind.units)), "")
    if not right.kind.whole or right.kind.units != ((unit, 1),) or unit not in STEPS_OF_TIME:
        raise KindFlaw(f"a date moves by whole days, weeks, months or years, not by {right.kind}")
    sign = 1 if operator == "+" else -1
    return typed.Shifted(kind=DATE, day=left, amount=right, unit=unit, sign=sign)


def _comparison(operator: str, left: Node, right: Node) -> Node:
    if not _comparable(left.kind, right.kind):
        raise KindFlaw(f"cannot compare {left.kind} with {right.kind}")
    if left.kind.optional or right.kind.optional:
        raise KindFlaw("a value that may be missing is compared; say what stands in by 'otherwise'")
    if operator not in {"=", "<>"} and left.kind.name not in ORDERED:
        raise KindFlaw(f"{left.kind} has no order; only '=' and '<>' compare it")
    return typed.Compared(kind=TRUTH, operator=operator, left=left, right=right)


def _comparable(left: Kind, right: Kind) -> bool:
    return left.name == right.name and left.units == right.units


def _choice(node: tree.Choice, scope: Scope) -> Node:
    condition = check(node.condition, scope)
    expect(condition, TRUTH, "'if'")
    inside = msgspec.structs.replace(scope, known=scope.known | given_by(condition))
    then, otherwise = check(node.then, inside), check(node.otherwise, scope)
    kind = _joined(then.kind, otherwise.kind, "the two sides of 'if'")
    return typed.If(kind=kind, condition=condition, then=then, otherwise=otherwise)


def _joined(left: Kind, right: Kind, what: str) -> Kind:
    if NOTHING in (left, right):
        return msgspec.structs.replace(right if left == NOTHING else left, optional=True)
    if not _comparable(left, right):
        raise KindFlaw(f"{what} are of different kinds: {left} and {right}")
    return msgspec.structs.replace(
        left, whole=left.whole and right.whole, optional=left.optional or right.optional
    )


def given_by(condition: Node) -> frozenset[str]:
    """The paths that are known to be there when a condition is true: `given(x)`, joined by and."""
    match condition:
        case typed.Logic(operator="and"):
            return given_by(condition.left) | given_by(condition.right)
        case typed.Given():
            return frozenset(path_of(condition.operand))
        case typed.Aggregate(function="all", column=column) if column.where is None:
            return given_by(column.value)
        case _:
            return frozenset()


def path_of(node: Node) -> tuple[str, ...]:
    """The name that a reference stands for, or nothing for anything else."""
    match node:
        case typed.FactRef():
            return (node.path,)
        case typed.StepRef():
            return (node.name,)
        case typed.ColumnRef():
            return (f"{node.table}.{node.name}",)
        case _:
            return ()
