"""Runs the worked examples that a scheme carries, and says where one comes out differently.

`expect` holds, each as wanted: a month (`"2026-04"`, or `"retention 2026-12"` for a kind) with its
amount or the code why there is none; `total`; `count` of the months with an amount; `stop` for the
code that ends the whole; `steps` for single values such as `"wage"` or `"piece[2].months"`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from service.period import Period
from service.schemes.language import engine
from service.schemes.language.document import Example
from service.schemes.language.engine import Run
from service.schemes.language.facts import FactFlaw, bind, value_of
from service.schemes.language.kinds import Kind, quantity
from service.schemes.language.program import Program

PAID = re.compile(r"(?:(?P<kind>[a-z][a-z_]*) )?(?P<month>\d{4}-\d{2})")
STEP = re.compile(r"(?:(?P<table>[a-z_0-9]+)\[(?P<number>\d+)\]\.)?(?P<name>[a-z_0-9]+)")
MONEY = quantity((("money", 1),))


class Miss(msgspec.Struct, frozen=True):
    """An example that comes out differently: what, what was expected, and what was found."""

    example: str
    line: int
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"line {self.line}, example {self.example!r}: {self.what}: expected {self.expected},"
            f" found {self.found}"
        )


def failing(program: Program) -> list[Miss]:
    """The examples of a scheme that do not come out as they say; none when all hold."""
    return [miss for example in program.document.examples for miss in _misses(program, example)]


def plain(value: Any) -> Any:
    """What TOML reads, as JSON would have it: decimals are exact, days are texts."""
    match value:
        case Mapping():
            return {key: plain(one) for key, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case float():
            return Decimal(repr(value))
        case date():
            return value.isoformat()
        case _:
            return value


def _misses(program: Program, example: Example) -> Iterator[Miss]:
    try:
        run = engine.run(program, bind(program, plain(example.facts)))
    except FactFlaw as error:
        yield Miss(example.name, example.line, "facts", "facts that fit", str(error))
        return
    for what, said in example.expect.items():
        if what == "steps":
            parts = [(step, value, _step_found(run, step)) for step, value in said.items()]
        else:
            parts = [(what, said, _found(run, what))]
        for name, expected, found in parts:
            kind = _kind_of(program, name) if what == "steps" else MONEY
            if not _same(kind, expected, found):
                yield Miss(example.name, example.line, name, str(expected), shown(kind, found))


def _found(run: Run, what: str) -> Any:
    if what == "total":
        return Fraction(sum(one.amount_cents for one in run.paid))
    if what == "count":
        return sum(1 for one in run.paid if one.amount_cents)
    if what == "stop":
        return run.stop.code if run.stop else "no stop"
    written = PAID.fullmatch(what)
    if written is None:
        return f"no such word as {what!r} in 'expect'"
    month = date.fromisoformat(f"{written['month']}-01")
    here = [one for one in run.paid if one.month == month and written["kind"] in (None, one.kind)]
    if not here:
        return "nothing"
    stops = [one.stop.code for one in here if one.stop is not None]
    amount = sum(one.amount_cents for one in here)
    return stops[0] if stops and not amount else Fraction(amount)


def _step_found(run: Run, path: str) -> Any:
    written = STEP.fullmatch(path)
    if written is None:
        return "no such step"
    if written["table"] is None:
        return run.values.get(written["name"], "no such step")
    rows = run.tables.get(written["table"], [])
    number = int(written["number"])
    if not 1 <= number <= len(rows):
        return f"{len(rows)} rows"
    row = rows[number - 1]
    return row.values.get(written["name"], row.stop.code if row.stop else "no such step")


def _kind_of(program: Program, path: str) -> Kind:
    written = STEP.fullmatch(path)
    if written is not None and written["table"] in program.tables:
        return program.tables[written["table"]].kind_of(written["name"]) or MONEY
    for step in program.steps:
        if written is not None and step.name == written["name"] and step.kind is not None:
            return step.kind
    return MONEY


def _same(kind: Kind, expected: Any, found: Any) -> bool:
    if isinstance(found, str) or found is None or isinstance(found, bool):
        return bool(plain(expected) == found)
    if isinstance(found, int) and not isinstance(found, Fraction):
        return bool(expected == found)
    try:
        return bool(value_of(kind.present().fraction(), plain(expected)) == found)
    except FactFlaw:
        return False


def shown(kind: Kind, value: Any) -> str:
    """A value as an example would say it."""
    match value:
        case Fraction():
            exact = value / 100 if dict(kind.units).get("money") else value
            scaled = exact * 10**10
            if scaled.denominator == 1:
                return f"{Decimal(scaled.numerator).scaleb(-10).normalize():f}"
            return str(exact)
        case Period():
            return f"{value.start} to {value.last_day}"
        case None:
            return "nothing"
        case _:
            return str(value)
