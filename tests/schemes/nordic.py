"""Runs the shipped schemes of Norway and Finland on facts that a test makes up."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.engine import Run
from service.schemes.language.facts import bind
from service.schemes.language.program import Program

SHIPPED = Path(__file__).parents[2] / "service" / "schemes" / "shipped"
LANGUAGES = {"sq", "sr", "en"}


def files_of(country: str) -> list[Path]:
    """The scheme documents of a country; an assertion when there are none."""
    found = sorted((SHIPPED / country).glob("*.toml"))
    assert found, f"no schemes of {country}"
    return found


@lru_cache
def program_of(path: Path) -> Program:
    """The program of a document; an assertion that says its flaws when it has any."""
    program, flaws = check_text(path.read_text(encoding="utf-8"))
    assert program is not None, "\n".join(map(str, flaws))
    return program


def compute(scheme: str, facts: dict[str, Any]) -> Run:
    """What a scheme, such as `norway/order_split`, comes to."""
    program = program_of(SHIPPED / f"{scheme}.toml")
    return engine.run(program, bind(program, facts))


def column(run: Run, table: str, name: str) -> list[Any]:
    """A column of a table of a run, row by row."""
    return [row.values[name] for row in run.tables[table]]


def period(first_day: date, last_day: date | None = None) -> dict[str, Any]:
    """A period as facts say it."""
    return {"first_day": first_day, "last_day": last_day}


def untranslated(program: Program) -> list[str]:
    """What people see of a document and cannot read in one of the three languages."""
    document = program.document
    said = {f"parameter {one.name}": one.label for one in document.parameters}
    said |= {f"pay {one.kind}": one.label for one in document.pays}
    for step in document.steps:
        said[f"step {step.name}"] = step.label
        if step.text:
            said[f"text of {step.name}"] = step.text
        for limit in (*step.at_most, *step.at_least):
            said[f"limit {limit.name} of {step.name}"] = limit.label
        if step.guard is not None:
            said[f"guard {step.name}"] = step.guard.text
    return [what for what, words in said.items() if set(words) != LANGUAGES]


def sentences_said(program: Program) -> int:
    """How many steps of a document have a sentence of their own."""
    steps = program.document.steps
    return sum(bool(step.text or (step.guard and step.guard.text)) for step in steps)
