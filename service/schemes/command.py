"""`ura scheme …`: check, run, describe and compare scheme documents; no database is needed."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.examples import failing
from service.schemes.language.facts import FactFlaw, bind, schema
from service.schemes.language.program import Program
from service.schemes.language.reports import report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SIZE_MAX = 64 * 1024 * 1024


@click.group()
def scheme() -> None:
    """Checks, runs, explains and compares scheme documents."""


def load(path: Path) -> Program:
    """The program of a document; a sentence for each flaw when there are any."""
    program, flaws = check_text(_text_of(path))
    if program is None:
        raise click.ClickException("\n".join(f"{path.name}: {flaw}" for flaw in flaws))
    return program


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{path.name} is not a text in UTF-8.") from None


@scheme.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
def check(files: tuple[Path, ...]) -> None:
    """Parses documents, checks names, kinds and units, and runs their worked examples."""
    wrong = [line for path in files for line in _wrong(path)]
    if wrong:
        raise click.ClickException("\n".join(wrong))


def _wrong(path: Path) -> Iterator[str]:
    program, flaws = check_text(_text_of(path))
    yield from (f"{path.name}: {flaw}" for flaw in flaws)
    if program is None:
        return
    misses = failing(program)
    yield from (f"{path.name}: {miss}" for miss in misses)
    count = len(program.document.examples)
    if not count:
        yield f"{path.name}: expected at least one [[example]]"
    elif not misses:
        steps = len(program.steps)
        click.echo(f"{path.name}: {steps} steps, {count} examples, all as expected.")


@scheme.command(name="run")
@click.argument("file", type=FILE)
@click.argument("facts", type=click.File(encoding="utf-8"))
@click.option("--language", type=click.Choice(["sq", "sr", "en"]), default="en", show_default=True)
def run_facts(file: Path, facts: Any, language: str) -> None:
    """Computes the facts in a JSON file (`-` for standard input); a list gives a list."""
    program, raw = load(file), _json_of(facts)
    many = raw if isinstance(raw, list) else [raw]
    answers = []
    for number, one in enumerate(many, 1):
        try:
            found = engine.run(program, bind(program, one))
        except FactFlaw as error:
            place = f"case {number}: " if isinstance(raw, list) else ""
            raise click.ClickException(f"{place}{error}") from None
        answers.append(report(program, found, language))
    answer: Any = answers if isinstance(raw, list) else answers[0]
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _json_of(file: Any) -> Any:
    try:
        return json.loads(file.read(SIZE_MAX), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"The facts are not JSON: {error}") from None


def _no_constant(said: str) -> None:
    raise ValueError(f"{said} is no number")


@scheme.command(name="schema")
@click.argument("file", type=FILE)
def show_schema(file: Path) -> None:
    """The facts that a document uses, as a JSON Schema."""
    click.echo(json.dumps(schema(load(file)), ensure_ascii=False, indent=2))
