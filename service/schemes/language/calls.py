"""Checks the functions of the language: their arguments, and the rows that aggregates run over."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import msgspec

from service.schemes.language import tree, typed
from service.schemes.language.functions import AGGREGATES, FUNCTIONS, SHARING, Takes
from service.schemes.language.kinds import COUNT, DATE, TEXT, TRUTH, Kind
from service.schemes.language.scope import Check, KindFlaw, Scope, expect, expect_quantity, nearest
from service.schemes.language.typed import Node

ONE = Fraction(1)
OWN = ("min", "max", "abs", "given", "before", "previous", "share_of")


def check_call(node: tree.Call, scope: Scope, check: Check) -> Node:
    """The typed call; KindFlaw for an unknown function or arguments that do not fit."""
    if node.function in AGGREGATES:
        return _aggregate(node, scope, check)
    if node.function in FUNCTIONS:
        function = FUNCTIONS[node.function]
        arguments = arguments_of(node, function.takes, scope, check, more=function.more)
        return typed.Applied(kind=function.answers, function=node.function, arguments=arguments)
    match node.function:
        case "min" | "max":
            return _extreme(node, [check(one, scope) for one in node.arguments])
        case "abs":
            (operand,) = _exactly(node, 1, scope, check)
            expect_quantity(operand, "'abs'")
            negated = typed.Negated(kind=operand.kind, operand=operand)
            return typed.Extreme(kind=operand.kind, function="max", arguments=(operand, negated))
        case "given":
            (operand,) = _exactly(node, 1, scope, check)
            return typed.Given(kind=TRUTH, operand=operand)
        case "before":
            return _before(node, scope, check)
        case "previous":
            return _previous(node, scope, check)
        case "share_of":
            return _share(node, scope, check)
    known = ", ".join(sorted([*AGGREGATES, *FUNCTIONS, *OWN]))
    raise KindFlaw(f"{node.function!r} is no function of the language; it has {known}")


def _exactly(node: tree.Call, count: int, scope: Scope, check: Check) -> list[Node]:
    if len(node.arguments) != count or node.where is not None:
        raise KindFlaw(f"{node.function!r} expects {count} values, and no 'where'")
    return [check(one, scope) for one in node.arguments]


def arguments_of(
    node: tree.Call, takes: Sequence[Takes], scope: Scope, check: Check, *, more: bool
) -> tuple[Node, ...]:
    """The typed arguments of a function; with `more` the last may come any number of times."""
    count, least = len(node.arguments), len(takes) - (1 if more else 0)
    if count < least or (count > len(takes) and not more):
        raise KindFlaw(f"{node.function!r} expects {len(takes)} values, found {count}")
    wanted = [*takes, *([takes[-1]] * (count - len(takes)))][:count]
    last_column = max((index for index, one in enumerate(wanted) if one.column), default=-1)
    if node.where is not None and last_column < 0:
        raise KindFlaw(f"{node.function!r} takes no 'where': it counts no rows")
    found = []
    for index, (one, take) in enumerate(zip(node.arguments, wanted, strict=True)):
        where = node.where if index == last_column else None
        found.append(_argument(node, one, take, where, scope, check))
    return tuple(found)


def _argument(
    node: tree.Call,
    argument: tree.Expression,
    take: Takes,
    where: tree.Expression | None,
    scope: Scope,
    check: Check,
) -> Node:
    if take.column and _tables_in(argument, scope):
        found: Node = column_of(argument, where, scope, check)
    elif take.column and take.kind != DATE:
        raise KindFlaw(f"{node.function!r} expects a column of a table, such as breaks.period")
    else:
        found = check(argument, scope)
    if not found.kind.fits(take.kind):
        raise KindFlaw(f"{node.function!r} expects {take.kind}, found {found.kind}")
    return found


def _tables_in(argument: tree.Expression, scope: Scope) -> list[str]:
    """The tables that an argument names and of which no row is in hand."""
    names = [path.split(".")[0] for path in _names_in(argument)]
    unbound = [name for name in names if name in scope.tables and name not in scope.in_hand()]
    return sorted(set(unbound))


def _names_in(node: tree.Expression) -> Iterator[str]:
    """The names of an expression, save those of the rows that a function inside it counts."""
    match node:
        case tree.Name():
            yield node.path
        case tree.Call() if node.function in AGGREGATES:
            return
        case tree.Call() if node.function in FUNCTIONS:
            takes = FUNCTIONS[node.function].takes
            for place, one in enumerate(node.arguments):
                if not takes[min(place, len(takes) - 1)].column:
                    yield from _names_in(one)
        case _:
            for part in tree.parts(node):
                yield from _names_in(part)


def column_of(
    argument: tree.Expression, where: tree.Expression | None, scope: Scope, check: Check
) -> typed.Column:
    """A value of every row of the one table that an argument names; KindFlaw when it is not one."""
    tables = _tables_in(argument, scope)
    if not tables:
        named = [path.split(".")[0] for path in _names_in(argument)]
        tables = sorted({name for name in named if name in scope.tables})
    if len(tables) != 1:
        names = [one.path for one in tree.walk(argument) if isinstance(one, tree.Name)]
        hint = nearest(names[0], scope) if names else ""
        raise KindFlaw(f"expected a column of one table, found {', '.join(tables) or 'none'}{hint}")
    table = tables[0]
    inside = scope.binding(table)
    if isinstance(argument, tree.Name) and argument.path == table:
        value: Node = typed.Const(kind=TRUTH, value=True)
    else:
        value = check(argument, inside)
    condition = check(where, inside) if where is not None else None
    if condition is not None:
        expect(condition, TRUTH, "'where'")
    column = typed.Column(kind=value.kind, table=table, value=value, where=condition)
    _refuse_unfinished(column, scope)
    return column


def _refuse_unfinished(column: typed.Column, scope: Scope) -> None:
    """KindFlaw where rows are asked for what is only computed in the same go over the table."""
    table = column.table
    if not scope.chain or table not in _family(scope.chain[-1], scope):
        return
    inside = table not in scope.chain and scope.chain[0] in _upward(table, scope)
    if inside:
        return
    for node in [*typed.walk(column.value), *(typed.walk(column.where) if column.where else [])]:
        if isinstance(node, typed.ColumnRef) and node.table == table:
            place = scope.tables[table].places.get(node.name, -1)
            if place >= scope.block_start:
                raise KindFlaw(
                    f"{table}.{node.name} is not there for every row yet; use 'before' for the rows"
                    " above, or put a step without 'for' in between"
                )


def _family(root: str, scope: Scope) -> set[str]:
    return {name for name in scope.tables if root in _upward(name, scope)}


def _upward(table: str, scope: Scope) -> list[str]:
    parent = scope.tables[table].parent
    return [table, *(_upward(parent, scope) if parent else [])]


def _aggregate(node: tree.Call, scope: Scope, check: Check) -> Node:
    if len(node.arguments) != 1:
        raise KindFlaw(f"{node.function!r} expects one column, found {len(node.arguments)} values")
    column = column_of(node.arguments[0], node.where, scope, check)
    return typed.Aggregate(
        kind=_aggregated(node.function, column.kind), function=node.function, column=column
    )


def _aggregated(function: str, kind: Kind) -> Kind:
    if function == "count":
        return COUNT
    if function in {"any", "all"}:
        if kind != TRUTH:
            raise KindFlaw(f"{function!r} expects a condition, found {kind}")
        return TRUTH
    if function == "sum":
        if not kind.is_quantity or kind.optional:
            raise KindFlaw(f"'sum' expects quantities, found {kind}")
        return kind
    if function in {"least", "greatest"} and kind.name not in {"quantity", "date"}:
        raise KindFlaw(f"{function!r} expects quantities or dates, found {kind}")
    return msgspec.structs.replace(kind, optional=True)


def _extreme(node: tree.Call, arguments: list[Node]) -> Node:
    if not arguments:
        raise KindFlaw(f"{node.function!r} expects values")
    first = arguments[0].kind
    for one in arguments:
        if (one.kind.name, one.kind.units) != (first.name, first.units) or one.kind.optional:
            raise KindFlaw(f"{node.function!r} compares {first} with {one.kind}")
    if first.name not in {"quantity", "date"}:
        raise KindFlaw(f"{node.function!r} expects quantities or dates, found {first}")
    kind = msgspec.structs.replace(first, whole=all(one.kind.whole for one in arguments))
    return typed.Extreme(kind=kind, function=node.function, arguments=tuple(arguments))


def _own_column(node: tree.Call, scope: Scope) -> tuple[str, str, Kind]:
    """The table in hand and its column that `before` or `previous` looks back on."""
    argument = node.arguments[0] if node.arguments else None
    if not scope.chain or not isinstance(argument, tree.Name):
        raise KindFlaw(f"{node.function!r} expects a column of the table that the step is for")
    table, _, column = argument.path.rpartition(".")
    for one in [table] if table else scope.chain:
        kind = scope.tables[one].kind_of(column) if one in scope.chain else None
        if kind is not None:
            return one, column, kind
    raise KindFlaw(f"{node.function!r}: no table in hand has a column {argument.path!r}")


def _before(node: tree.Call, scope: Scope, check: Check) -> Node:
    table, column, kind = _own_column(node, scope)
    if len(node.arguments) != 1 or not kind.is_quantity or kind.optional:
        raise KindFlaw("'before' sums one column of quantities over the rows above")
    where = None
    if node.where is not None:
        where = check(node.where, msgspec.structs.replace(scope, earlier=table))
        expect(where, TRUTH, "'where'")
    return typed.Before(kind=kind, table=table, column=column, where=where)


def _previous(node: tree.Call, scope: Scope, check: Check) -> Node:
    table, column, kind = _own_column(node, scope)
    if len(node.arguments) != 2:
        raise KindFlaw("'previous' expects a column, and what stands in for it in the first row")
    default = check(node.arguments[1], scope)
    if (default.kind.name, default.kind.units) != (kind.name, kind.units):
        raise KindFlaw(f"'previous' expects {kind} to stand in, found {default.kind}")
    kind = msgspec.structs.replace(kind, whole=kind.whole and default.kind.whole)
    return typed.Previous(kind=kind, table=table, column=column, default=default)


def _share(node: tree.Call, scope: Scope, check: Check) -> Node:
    if len(node.arguments) not in {3, 4} or not scope.chain:
        raise KindFlaw("'share_of' expects a total, a column of weights, a method, and a unit")
    total = check(node.arguments[0], scope)
    expect_quantity(total, "'share_of'")
    weights = column_of(node.arguments[1], node.where, scope, check)
    method = check(node.arguments[2], scope)
    if method.kind != TEXT or not isinstance(method, typed.Const) or method.value not in SHARING:
        raise KindFlaw(f"'share_of' expects one of the methods {', '.join(SHARING)}")
    if weights.table not in scope.chain or not weights.kind.is_quantity or weights.where is not None:
        raise KindFlaw("'share_of' expects a column of quantities of the table in hand")
    one = msgspec.structs.replace(total.kind, whole=True)
    unit: Node = typed.Const(kind=one, value=ONE)
    if len(node.arguments) == 4:
        unit = check(node.arguments[3], scope)
    if (unit.kind.name, unit.kind.units) != (total.kind.name, total.kind.units):
        raise KindFlaw(f"'share_of' divides {total.kind} into units of it, not {unit.kind}")
    kind = msgspec.structs.replace(total.kind, whole=method.value != "none" and unit.kind.whole)
    return typed.Shared(
        kind=kind, total=total, weights=weights, method=str(method.value), unit=unit
    )
