"""A scheme document: one TOML file of parameters, facts, ordered steps, payments and examples.

These are its parts as structs, each with the line that a flaw in it names; `reading` reads them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

import msgspec

from service.schemes.language.kinds import Kind
from service.schemes.language.rounding import Rounding
from service.schemes.language.tree import Expression

Words: TypeAlias = Mapping[str, str]


class Flaw(msgspec.Struct, frozen=True, order=True):
    """What is wrong with a document: the line, the step or part, and what was expected."""

    line: int
    part: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.part}" if self.part else f"line {self.line}"
        return f"{place}: {self.message}"


class Fact(msgspec.Struct, frozen=True):
    """One fact: `agreement.start`, or with `table` a column of a list of facts."""

    path: str
    table: str | None
    kind: Kind
    default: Expression | None
    about: str
    line: int
    written: str
    label: Words = {}


class ParameterValue(msgspec.Struct, frozen=True):
    """A value from a day on, for a key, or from a lower bound (`over`) of a band on."""

    since: date | None
    key: Expression | None
    over: Expression | None
    value: Expression
    source: str


class Parameter(msgspec.Struct, frozen=True):
    """A named figure of a scheme, dated, with the article that sets it."""

    name: str
    kind: Kind
    values: tuple[ParameterValue, ...]
    label: Words
    line: int
    written: str


class Table(msgspec.Struct, frozen=True):
    """Rows that the scheme itself lists, such as milestones."""

    name: str
    columns: Mapping[str, Kind]
    rows: tuple[Mapping[str, Expression], ...]
    line: int
    label: Words = {}


class Limit(msgspec.Struct, frozen=True):
    """A cap or a floor by name, so that the trace can say which one bound."""

    name: str
    value: Expression
    label: Words


class Guard(msgspec.Struct, frozen=True):
    """What must be true, else the row or the whole ends with a code instead of an amount."""

    condition: Expression
    code: str
    outcome: str
    text: Words


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One named step: rows of a new table, a guard, or a value, in the scope of a table or none."""

    name: str
    table: str | None
    line: int
    kind: Kind | None
    written: str
    rows: Expression | None = None
    guard: Guard | None = None
    value: Expression | None = None
    rounding: Rounding | None = None
    at_most: tuple[Limit, ...] = ()
    at_least: tuple[Limit, ...] = ()
    since: date | None = None
    until: date | None = None
    label: Words = {}
    text: Words = {}

    def holds_on(self, day: date) -> bool:
        """Whether the step is in force on a day; `until` is the first day on which it is not."""
        after = self.since is None or self.since <= day
        return after and (self.until is None or day < self.until)


class Pay(msgspec.Struct, frozen=True):
    """What becomes an instalment: an amount of a kind in a month, once or for each row."""

    table: str | None
    kind: str
    month: Expression
    amount: str
    due_on: Expression | None
    when: Expression | None
    label: Words
    line: int


class Example(msgspec.Struct, frozen=True):
    """A worked example: facts, and what must come out of them."""

    name: str
    source: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    line: int


class Document(msgspec.Struct, frozen=True):
    """A scheme version as written."""

    code: str
    name: Words
    currency: str
    source: str
    country: str
    selected_by: Expression
    facts: tuple[Fact, ...]
    parameters: tuple[Parameter, ...]
    tables: tuple[Table, ...]
    steps: tuple[Step, ...]
    pays: tuple[Pay, ...]
    examples: tuple[Example, ...]
    settings: Mapping[str, Any]
    text: str
