"""Computing some months only: which payments fall into a window, and when earlier ones may be left
out.

A scheme is *monthly* when each payment's month follows from how its row was made, rows look back by
`before` on paid amounts alone, and nothing else reads what rows come to. Then rows before a window
need not be computed: what they came to is given as an opening, by kind of payment.
"""

from datetime import date

import msgspec

from service.schemes.language import typed
from service.schemes.language.functions import FOREVER
from service.schemes.language.program import Program, TypedPay
from service.schemes.language.typed import Node


class Window(msgspec.Struct, frozen=True):
    """Months by their first days, both included."""

    first: date
    last: date

    def __contains__(self, month: date) -> bool:
        return self.first <= month <= self.last


ALWAYS = Window(date.min, FOREVER)


def is_monthly(program: Program) -> bool:
    """Whether the months before a window may be left out."""
    paid = {(pay.table, pay.amount) for pay in program.pays}
    tables = [pay.table for pay in program.pays]
    if None in tables or not _months_agree(program):
        return False
    if any(_steps_in(node, program) for pay in program.pays for node in _about(pay)):
        return False
    blocks = [block.table for block in program.blocks]
    if any(blocks.count(table) > 1 for table in tables):
        return False
    return all(_looks_back_on(node, paid, tables, program) for node in all_nodes(program))


def _months_agree(program: Program) -> bool:
    """Whether all payments for a row fall into one month."""
    months: dict[str | None, Node] = {}
    return all(months.setdefault(pay.table, pay.month) == pay.month for pay in program.pays)


def _about(pay: TypedPay) -> list[Node]:
    return [node for node in (pay.month, pay.when) if node is not None]


def _steps_in(node: Node, program: Program) -> bool:
    """Whether an expression reads a column that a step adds."""
    return any(
        isinstance(part, typed.ColumnRef) and part.name in program.tables[part.table].steps
        for part in typed.walk(node)
    )


def _looks_back_on(
    node: Node,
    paid: set[tuple[str | None, str]],
    tables: list[str | None],
    program: Program,
) -> bool:
    match node:
        case typed.Before():
            if node.table in tables:
                return node.where is None and (node.table, node.column) in paid
        case typed.Previous():
            return node.table not in tables
        case typed.Column():
            return node.table not in tables
        case _:
            return True
    return True


def all_nodes(program: Program) -> list[Node]:
    """Every part of every expression of a program's steps."""
    found: list[Node] = []
    for step in program.steps:
        roots = [
            step.value,
            step.condition,
            *(limit.value for limit in step.at_most + step.at_least),
        ]
        if step.maker is not None:
            roots += [*step.maker.arguments, step.maker.where]
        found += [part for root in roots if root is not None for part in typed.walk(root)]
    return found
