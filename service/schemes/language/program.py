"""A checked scheme: its facts, tables and steps in order, every expression typed."""

from collections.abc import Mapping
from datetime import date

import msgspec

from service.schemes.language.document import Document, Fact, Step, Words
from service.schemes.language.kinds import Kind
from service.schemes.language.rounding import Rounding
from service.schemes.language.tree import Value
from service.schemes.language.typed import Node


class TableInfo(msgspec.Struct):
    """A table: its parent if its rows belong to another's, and its columns with their kinds.

    `columns` are those that rows are made with; `steps` those that steps add, by the step's place.
    """

    name: str
    parent: str | None
    columns: dict[str, Kind]
    steps: dict[str, Kind] = {}
    places: dict[str, int] = {}
    is_fact: bool = False

    def kind_of(self, column: str) -> Kind | None:
        """The kind of a column, or None."""
        return self.columns.get(column) or self.steps.get(column)


class TypedLimit(msgspec.Struct, frozen=True):
    """A cap or a floor by name."""

    name: str
    value: Node
    label: Words


class Maker(msgspec.Struct, frozen=True):
    """How a table's rows are made: a function of values and columns, or a choice of other rows."""

    function: str
    arguments: tuple[Node, ...]
    of: str | None = None
    where: Node | None = None


class TypedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step whose expression is typed; exactly one of `maker`, `condition`, `value` is given."""

    name: str
    table: str | None
    place: int
    step: Step
    kind: Kind | None = None
    maker: Maker | None = None
    condition: Node | None = None
    value: Node | None = None
    rounding: Rounding | None = None
    at_most: tuple[TypedLimit, ...] = ()
    at_least: tuple[TypedLimit, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether its value is an amount of money, per anything or not."""
        return self.kind is not None and dict(self.kind.units).get("money", 0) == 1

    @property
    def code(self) -> str:
        """What a guard says when it ends a row."""
        assert self.step.guard is not None
        return self.step.guard.code

    @property
    def outcome(self) -> str:
        """Whether a guard blocks, or says that nothing is due."""
        assert self.step.guard is not None
        return self.step.guard.outcome


class TypedValue(msgspec.Struct, frozen=True):
    """A parameter's value from a day on, for a key or from a bound on."""

    since: date | None
    key: Value
    over: Value
    value: Value
    source: str


class TypedParameter(msgspec.Struct, frozen=True):
    """A parameter with its values computed; `key_kind` when it is looked up by a key or a band."""

    name: str
    kind: Kind
    values: tuple[TypedValue, ...]
    key_kind: Kind | None
    label: Words


class TypedFact(msgspec.Struct, frozen=True):
    """A fact with its default computed; `has_default` tells a default of nothing from none."""

    fact: Fact
    default: Value
    has_default: bool


class TypedPay(msgspec.Struct, frozen=True):
    """What becomes an instalment."""

    table: str | None
    kind: str
    month: Node
    amount: str
    due_on: Node | None
    when: Node | None
    label: Words


class Block(msgspec.Struct, frozen=True):
    """Steps that are computed together: once, or row by row over a table with its children."""

    table: str | None
    steps: tuple[TypedStep, ...]


class Program(msgspec.Struct, frozen=True):
    """A scheme that can be run."""

    document: Document
    selected_by: Node
    facts: tuple[TypedFact, ...]
    parameters: Mapping[str, TypedParameter]
    tables: Mapping[str, TableInfo]
    listed: Mapping[str, tuple[Mapping[str, Value], ...]]
    blocks: tuple[Block, ...]
    pays: tuple[TypedPay, ...]

    @property
    def steps(self) -> list[TypedStep]:
        """All steps in order."""
        return [step for block in self.blocks for step in block.steps]

    def root_of(self, table: str) -> str:
        """The outermost table that a table's rows belong to."""
        parent = self.tables[table].parent
        return table if parent is None else self.root_of(parent)

    def chain_of(self, table: str | None) -> list[str]:
        """A table and those its rows belong to, from the inside out."""
        found = []
        while table is not None:
            found.append(table)
            table = self.tables[table].parent
        return found
