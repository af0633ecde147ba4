"""`ura scheme …`: check, run, describe and compare scheme documents; no database is needed."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from service.i18n import use_language
from service.schemes.language import engine
from service.schemes.language.checking import check_text
from service.schemes.language.differences import (
    CannotCompare,
    Case,
    Instalment,
    Side,
    as_json,
    compare,
    summary,
)
from service.schemes.language.examples import failing
from service.schemes.language.facts import FactFlaw, bind, schema
from service.schemes.language.figures import money
from service.schemes.language.program import Program
from service.schemes.language.prose import explain_rule
from service.schemes.language.reports import report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SIZE_MAX = 64 * 1024 * 1024
CHANGES = {"gains": "gains", "loses": "loses", "same": "stays the same"}

language_option = click.option(
    "--language", type=click.Choice(["sq", "sr", "en"]), default="en", show_default=True
)


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
@language_option
def run_facts(file: Path, facts: Any, language: str) -> None:
    """Computes the facts in a JSON file (`-` for standard input); a list gives a list."""
    program, raw = load(file), _json_of(facts)
    many = raw if isinstance(raw, list) else [raw]
    answers = []
    for number, one in enumerate(many, 1):
        try:
            bound = bind(program, one)
            found = engine.run(program, bound)
        except FactFlaw as error:
            place = f"case {number}: " if isinstance(raw, list) else ""
            raise click.ClickException(f"{place}{error}") from None
        answers.append(report(program, found, language, bound))
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


@scheme.command()
@click.argument("file", type=FILE)
@language_option
def explain(file: Path, language: str) -> None:
    """Says the rule in sentences: its figures and their sources, its steps, its payments."""
    program = load(file)
    with use_language(language):
        sentences = explain_rule(program)
    click.echo("\n".join(sentences))


@scheme.command(name="diff")
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@click.option(
    "--facts",
    type=click.File(encoding="utf-8"),
    required=True,
    help="A JSON file with the facts of one case or a list of cases; `-` for standard input.",
)
@click.option("--json", "is_json", is_flag=True, help="Writes JSON instead of tables.")
def show_difference(a: Path, b: Path, facts: Any, is_json: bool) -> None:
    """Computes cases under two schemes: what each pays by month, and who gains or loses with B."""
    first, second, raw = load(a), load(b), _json_of(facts)
    try:
        cases = compare(first, second, raw if isinstance(raw, list) else [raw])
    except CannotCompare as error:
        raise click.ClickException(str(error)) from None
    if is_json:
        found = as_json(first, second, cases)
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console()
    for case in cases:
        console.print(_table(first, second, case))
        for line in _remarks(first, second, case):
            click.echo(line)
    click.echo(_summary(cases, first.document.currency))


def _table(a: Program, b: Program, case: Case) -> Table:
    currency = a.document.currency
    table = Table(title=f"Case {case.number}", title_justify="left", show_footer=True)
    table.add_column("Month", footer="Total")
    table.add_column("Kind")
    totals = (case.total_a_cents, case.total_b_cents)
    for name, total in zip(_headings(a, b), totals, strict=True):
        table.add_column(name, justify="right", footer=_amount(total, currency))
    difference = _amount(case.difference_cents, currency, signed=True)
    table.add_column("B − A", justify="right", footer=difference)
    for one in case.instalments:
        table.add_row(*_cells(one, currency))
    return table


def _headings(a: Program, b: Program) -> tuple[str, str]:
    return f"A: {a.document.code}", f"B: {b.document.code}"


def _cells(one: Instalment, currency: str) -> list[str]:
    difference = _amount(one.difference_cents, currency, signed=True)
    sides = [_side(side, currency) for side in (one.a, one.b)]
    return [f"{one.month:%Y-%m}", one.kind, *sides, difference]


def _side(side: Side | None, currency: str) -> str:
    if side is None:
        return "–"
    return side.reason or _amount(side.amount_cents, currency)


def _amount(cents: int, currency: str, *, signed: bool = False) -> str:
    sign = "+" if signed and cents > 0 else ""
    return f"{sign}{money(Fraction(cents), currency)}"


def _remarks(a: Program, b: Program, case: Case) -> Iterator[str]:
    """What the table does not show: who gains, what ended a scheme early, facts left unused."""
    currency = a.document.currency
    change = _amount(abs(case.difference_cents), currency) if case.difference_cents else ""
    yield (
        " ".join([f"Case {case.number} {CHANGES[case.change]}", *([change] if change else [])])
        + "."
    )
    sides = ((case.stop_a, case.unused_a), (case.stop_b, case.unused_b))
    for name, (stop, unused) in zip(_headings(a, b), sides, strict=True):
        if stop is not None:
            yield f"{name} ends with {stop}."
        if unused:
            yield f"{name} does not use {', '.join(unused)}."


def _summary(cases: list[Case], currency: str) -> str:
    found = summary(cases)
    total = _amount(found["difference_cents"], currency, signed=True)
    return (
        f"Cases: {len(cases)}; {found['gains']} gain, {found['loses']} lose and {found['same']}"
        f" stay the same; B − A is {total} over all."
    )
