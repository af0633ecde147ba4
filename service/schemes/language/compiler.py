"""Compiles a checked scheme to specialised Python that answers exactly what the plain engine does.

Quantities become pairs of integers, tables become loops, guards leave a loop; the trace is written
where a row ends. The text is made from the typed tree only, never from a document's own words, and
runs with no builtins. What it does not cover (tables three deep, `share_of`) stays with the plain
engine, and so does what only that decides: a compiled run that meets a division by zero asks it.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from service.schemes.language import engine
from service.schemes.language.compiling import text_of
from service.schemes.language.emitting import Unsupported
from service.schemes.language.evaluation import CannotCompute
from service.schemes.language.facts import Facts
from service.schemes.language.machine import Fallback, environment
from service.schemes.language.program import Program, TableInfo
from service.schemes.language.results import Paid, Stop
from service.schemes.language.windows import ALWAYS, Window, is_monthly

Columns = Sequence[tuple[Any, ...]]


class Given(msgspec.Struct, frozen=True):
    """Facts in the form that compiled schemes take: in the order of declaration, whole ones as int.

    `tables` holds for each list of facts its rows in the order of its columns, the number first.
    """

    single: Sequence[Any]
    tables: Sequence[Columns]


class Answer(msgspec.Struct, frozen=True):
    """The instalments of a case, and what ended the whole before there were any, if it did."""

    paid: list[Paid]
    stop: Stop | None


class Compiled(msgspec.Struct, frozen=True):
    """A scheme ready to compute many cases; `text` is None where the plain engine does the work.

    For `is_monthly` see `windows`."""

    program: Program
    is_monthly: bool
    text: str | None
    function: Callable[..., tuple[list[Paid], Stop | None]] | None

    def run(
        self, given: Given, window: Window = ALWAYS, opening: Mapping[str, int] | None = None
    ) -> Answer:
        """The instalments of the months of a window; `opening` is what earlier months came to.

        Cents by kind of payment; see `windows` for when earlier months may be left out like that.
        """
        if self.function is not None:
            asked = window if opening is not None else ALWAYS
            try:
                paid, stop = self.function(
                    given.single, given.tables, asked.first, asked.last, opening or {}
                )
            except (Fallback, CannotCompute, OverflowError, ValueError):
                pass
            else:
                inside = paid if asked is window else [one for one in paid if one.month in window]
                return Answer(inside, stop)
        run = engine.run(self.program, ungive(self.program, given), window, opening)
        return Answer(run.paid, run.stop)


def compile_program(program: Program) -> Compiled:
    """The compiled form of a scheme."""
    monthly = is_monthly(program)
    try:
        text = text_of(program)
    except Unsupported:
        return Compiled(program, monthly, None, None)
    names = environment(program)
    code = compile(text, f"<scheme {program.document.code}>", "exec")
    exec(code, names)  # made from the typed tree, and without builtins
    return Compiled(program, monthly, text, names["run"])


def _tables_of(program: Program) -> list[TableInfo]:
    return [about for about in program.tables.values() if about.is_fact]


def give(program: Program, facts: Facts) -> Given:
    """Bound facts in the form that compiled schemes take."""
    single = [
        _given(facts.single[fact.fact.path], whole=fact.fact.kind.whole)
        for fact in program.facts
        if fact.fact.table is None
    ]
    tables = [
        [
            tuple(_given(row[name], whole=kind.whole) for name, kind in about.columns.items())
            for row in facts.tables[about.name]
        ]
        for about in _tables_of(program)
    ]
    return Given(single, tables)


def ungive(program: Program, given: Given) -> Facts:
    """The facts as the plain engine takes them."""
    paths = [fact.fact.path for fact in program.facts if fact.fact.table is None]
    single = {path: _ungiven(value) for path, value in zip(paths, given.single, strict=True)}
    tables = {
        about.name: [
            {name: _ungiven(value) for name, value in zip(about.columns, row, strict=True)}
            for row in rows
        ]
        for about, rows in zip(_tables_of(program), given.tables, strict=True)
    }
    return Facts(single, tables)


def _given(value: Any, *, whole: bool) -> Any:
    return int(value) if whole and isinstance(value, Fraction) else value


def _ungiven(value: Any) -> Any:
    return Fraction(value) if type(value) is int else value
