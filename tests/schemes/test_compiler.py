"""The compiled form of a scheme answers what the plain engine does, to the cent and the trace."""

import json
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.compiler import Compiled, compile_program, give, ungive
from service.schemes.language.facts import Facts, bind
from service.schemes.language.program import Program
from service.schemes.language.results import Paid
from service.schemes.language.windows import Window, is_monthly
from tests.schemes.random_schemes import HEAD, SchemeMaker, random_facts

SEEDS = range(150)
CASES_EACH = 12


def plainly(paid: list[Paid]) -> str:
    return json.dumps(msgspec.to_builtins(paid), sort_keys=True)


def random_program(seed: int) -> tuple[Program, Random]:
    random = Random(seed)
    program, flaws = check_text(SchemeMaker(random).document())
    assert program is not None, flaws
    return program, random


def cases(program: Program, random: Random) -> Iterator[Facts]:
    for _ in range(CASES_EACH):
        yield bind(program, random_facts(random))


def both(program: Program, compiled: Compiled, facts: Facts) -> tuple[Any, Any]:
    plain = engine.run(program, facts)
    fast = compiled.run(give(program, facts))
    return (plainly(plain.paid), plain.stop), (plainly(fast.paid), fast.stop)


@pytest.mark.parametrize("seed", SEEDS)
def test_compiled_and_plain_agree_in_every_amount_and_every_line(seed: int) -> None:
    program, random = random_program(seed)

    compiled = compile_program(program)

    for facts in cases(program, random):
        plain, fast = both(program, compiled, facts)
        assert fast == plain


def test_most_random_schemes_are_compiled_and_many_are_monthly() -> None:
    programs = [random_program(seed)[0] for seed in SEEDS]

    compiled = [compile_program(program).function is not None for program in programs]

    assert sum(compiled) > len(programs) * 0.9
    assert sum(is_monthly(program) for program in programs) > len(programs) * 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_alone_is_the_same_as_among_all(seed: int) -> None:
    program, random = random_program(seed)
    compiled = compile_program(program)

    for facts in cases(program, random) if is_monthly(program) else ():
        whole = engine.run(program, facts).paid
        so_far: dict[str, int] = {}
        for month in (date(2026, number, 1) for number in range(1, 13)):
            window = Window(month, month)
            alone = compiled.run(give(program, facts), window, so_far)
            plain = engine.run(program, facts, window, so_far)
            among = [one for one in whole if one.month == month]
            assert plainly(alone.paid) == plainly(plain.paid) == plainly(among)
            for one in among:
                so_far[one.kind] = so_far.get(one.kind, 0) + one.amount_cents


def test_facts_survive_the_way_into_compiled_form_and_back() -> None:
    program, random = random_program(1)

    for facts in cases(program, random):
        assert ungive(program, give(program, facts)) == facts


DIVIDING = (
    HEAD
    + """
[[step]]
name = "piece"
rows = "months(agreement.period)"
[[step]]
name = "due"
for = "piece"
is = "10.00 EUR / count(breaks)"
unit = "cents"
round = "half_up 2"
[[pay]]
for = "piece"
kind = "subsidy"
month = "month_of(last_day(piece.period))"
amount = "due"
"""
)


def test_a_division_by_zero_blocks_in_both() -> None:
    program, _ = check_text(DIVIDING)
    assert program is not None
    facts = bind(program, random_facts(Random(3)) | {"breaks": []})

    plain, fast = both(program, compile_program(program), facts)

    assert plain == fast
    assert "cannot_compute" in plain[0]
