"""Every shipped document on facts near those of its examples: compiled and plain say the same."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

import service.schemes
from service.period import add_months, parse_month
from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import Compiled, compile_program, give
from service.schemes.language.examples import plain
from service.schemes.language.facts import FactFlaw, Facts, bind
from service.schemes.language.program import Program
from service.schemes.language.windows import Window

SHIPPED = Path(service.schemes.__file__).parent / "shipped"
FILES = sorted(SHIPPED.glob("*/*.toml"))
NAMES = [str(path.relative_to(SHIPPED).with_suffix("")) for path in FILES]
CASES_EACH = 60
CASES_LEAST = 30  # of these, so many are facts that the document takes
# Wage lines name their refund by its place in the list.
BY_PLACE = {("NO-WAGE-REFUND", "refunds")}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{4}-\d{2}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TOUCHED = 0.15  # the part of an example's facts that becomes another


class Document:
    """A shipped document, checked and compiled."""

    def __init__(self, path: Path) -> None:
        program, flaws = check_text(path.read_text(encoding="utf-8"))
        assert program is not None, [str(flaw) for flaw in flaws]
        self.program: Program = program
        self.compiled: Compiled = compile_program(program)

    def near_examples(self, chance: Random) -> list[Facts]:
        """Facts near an example's, as far as the document takes them."""
        found = []
        for _ in range(CASES_EACH):
            example = chance.choice(self.program.document.examples)
            try:
                found.append(bind(self.program, changed(plain(example.facts), chance)))
            except FactFlaw:
                continue
        return found


def changed(value: Any, chance: Random) -> Any:
    """The same facts with some of them different; rows of a list may be gone or come twice."""
    match value:
        case Mapping():
            return {key: changed(one, chance) for key, one in value.items()}
        case list():
            rows = [changed(one, chance) for one in value if chance.random() > TOUCHED / 2]
            if rows and chance.random() < TOUCHED:
                rows.append(chance.choice(rows))
            return rows
        case _:
            return value if chance.random() > TOUCHED else _other(value, chance)


def _other(value: Any, chance: Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return max(0, value + chance.randint(-3, 3))
        case Decimal():
            return _other_number(value, chance)
        case str() if DAY.fullmatch(value):
            day = date.fromisoformat(value) + timedelta(days=chance.randint(-40, 40))
            return day.isoformat()
        case str() if MONTH.fullmatch(value):
            return f"{add_months(parse_month(value), chance.randint(-2, 2)):%Y-%m}"
        case str() if NUMBER.fullmatch(value):
            return str(_other_number(Decimal(value), chance))
        case _:
            return value


def _other_number(value: Decimal, chance: Random) -> Decimal:
    return (value * chance.choice((0, 1, 2, 7)) / chance.choice((1, 2, 4))).quantize(value)


@pytest.fixture(scope="module", params=FILES, ids=NAMES)
def document(request: pytest.FixtureRequest) -> Document:
    return Document(request.param)


def test_compiled_and_plain_agree_near_the_examples(document: Document) -> None:
    facts = document.near_examples(Random(f"compiled {document.program.document.code}"))

    assert len(facts) >= CASES_LEAST
    for one in facts:
        run = engine.run(document.program, one)
        answer = document.compiled.run(give(document.program, one))
        assert (answer.paid, answer.stop) == (run.paid, run.stop)


def test_a_window_answers_what_falls_into_it(document: Document) -> None:
    chance = Random(f"windows {document.program.document.code}")

    for one in document.near_examples(chance):
        given = give(document.program, one)
        whole = document.compiled.run(given).paid
        months = sorted({paid.month for paid in whole})
        if not months:
            continue
        window = Window(*sorted((chance.choice(months), chance.choice(months))))
        inside = document.compiled.run(given, window).paid
        plainly = engine.run(document.program, one, window).paid
        assert inside == plainly == [paid for paid in whole if paid.month in window]


def test_rows_in_another_order_come_to_the_same(document: Document) -> None:
    chance = Random(f"order {document.program.document.code}")

    for example in document.program.document.examples:
        raw = plain(example.facts)
        run = engine.run(document.program, bind(document.program, raw))
        for name in [key for key, rows in raw.items() if isinstance(rows, list)]:
            if (document.program.document.code, name) in BY_PLACE:
                continue
            rows = chance.sample(raw[name], len(raw[name]))
            again = engine.run(document.program, bind(document.program, raw | {name: rows}))
            assert came_to(again) == came_to(run), (example.name, name)


def came_to(run: engine.Run) -> tuple[Any, ...]:
    """The amounts, and why there are none; a trace lists rows as they came."""
    return [(one.month, one.kind, one.amount_cents, one.stop) for one in run.paid], run.stop
