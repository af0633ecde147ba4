"""Scheme documents for tests, checked, with the cases and expressions that tests ask about."""

from functools import cache
from pathlib import Path
from typing import Any

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.examples import plain
from service.schemes.language.expressions import check
from service.schemes.language.facts import Facts, bind
from service.schemes.language.program import Program
from service.schemes.language.results import Paid
from service.schemes.language.scope import Scope
from service.schemes.language.syntax import parse
from service.schemes.language.typed import Node

HERE = Path(__file__).parent


@cache
def month_share() -> Program:
    """The scheme of `month_share.toml`."""
    return program_of((HERE / "month_share.toml").read_text(encoding="utf-8"))


def program_of(text: str) -> Program:
    """The program of a document that has no flaw."""
    program, flaws = check_text(text)
    assert program is not None, "\n".join(map(str, flaws))
    return program


def changed(*changes: tuple[str, str]) -> Program:
    """The scheme of `month_share.toml` with some of its lines written differently."""
    text = (HERE / "month_share.toml").read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return program_of(text)


def raw_facts(**agreement: Any) -> dict[str, Any]:
    """The facts of the worked example of `month_share.toml`, some of the agreement's changed."""
    (example,) = month_share().document.examples
    facts: dict[str, Any] = plain(example.facts)
    return {**facts, "agreement": {**facts["agreement"], **agreement}}


def paid(program: Program, raw: dict[str, Any], kind: str = "subsidy") -> tuple[list[Paid], Facts]:
    """The instalments of a kind, and the facts they were computed from."""
    facts = bind(program, raw)
    return [one for one in engine.run(program, facts).paid if one.kind == kind], facts


def expression(program: Program, text: str, table: str | None = None) -> Node:
    """An expression as a last step for a table would have it."""
    scope = Scope(
        facts={one.fact.path: one for one in program.facts if one.fact.table is None},
        parameters=program.parameters,
        tables=program.tables,
        steps={one.name: one.kind for one in program.steps if one.table is None and one.kind},
        chain=program.chain_of(table),
        place=len(program.steps) + 1,
        block_start=len(program.steps) + 1,
    )
    return check(parse(text, program.document.currency), scope)
