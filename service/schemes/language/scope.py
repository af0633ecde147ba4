"""What an expression may name where it stands, and the words for what does not fit."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias

import msgspec

from service.schemes.language import tree
from service.schemes.language.kinds import Kind
from service.schemes.language.program import TableInfo, TypedFact, TypedParameter
from service.schemes.language.typed import Node


class KindFlaw(ValueError):
    """What is wrong with an expression: a name nobody knows, or kinds that do not fit."""


class Scope(msgspec.Struct):
    """What an expression may name: facts, parameters, steps so far, and the rows in hand.

    `ahead` are columns of later steps of the same go over the rows, which `before` looks back on.
    """

    facts: Mapping[str, TypedFact]
    parameters: Mapping[str, TypedParameter]
    tables: Mapping[str, TableInfo]
    steps: Mapping[str, Kind]
    chain: Sequence[str] = ()
    place: int = 0
    block_start: int = 0
    known: frozenset[str] = frozenset()
    bound: tuple[str, ...] = ()
    earlier: str | None = None
    ahead: Mapping[str, Mapping[str, Kind]] = {}

    def binding(self, table: str) -> "Scope":
        """The scope inside an aggregate, where a row of another table is in hand too."""
        return msgspec.structs.replace(self, bound=(*self.bound, table))

    def looked_back_on(self, table: str, column: str) -> Kind | None:
        """The kind of a column of a row above: of any step that the row has been through."""
        return self.tables[table].kind_of(column) or self.ahead.get(table, {}).get(column)

    def in_hand(self) -> list[str]:
        """Tables of which one row is meant by a column's name, from the inside out."""
        inner = [one for table in reversed(self.bound) for one in self._upward(table)]
        return [*inner, *(one for one in self.chain if one not in inner)]

    def _upward(self, table: str) -> list[str]:
        parent = self.tables[table].parent
        return [table, *(self._upward(parent) if parent else [])]


Check: TypeAlias = Callable[[tree.Expression, Scope], Node]


def nearest(path: str, scope: Scope) -> str:
    """A hint at a name that is written almost the same, or nothing."""
    columns = [f"{table}.{name}" for table, about in scope.tables.items() for name in about.columns]
    known = [*scope.steps, *scope.facts, *scope.parameters, *columns]
    close = get_close_matches(path, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def expect(node: Node, kind: Kind, where: str) -> None:
    """KindFlaw unless a value is of a kind."""
    if node.kind != kind:
        raise KindFlaw(f"{where} expects {kind}, found {node.kind}")


def expect_quantity(node: Node, where: str) -> None:
    """KindFlaw unless a value can be reckoned with and is there."""
    if not node.kind.is_quantity:
        raise KindFlaw(f"{where} expects a quantity, found {node.kind}")
    if node.kind.optional:
        raise KindFlaw(f"{where} meets {node.kind}; say what stands in for it by 'otherwise'")
