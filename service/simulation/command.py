"""`ura scheme simulate`: what another document would have cost, as tables and bars or as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service import migrations
from service.actor import SYSTEM
from service.clock import Clock
from service.config import Config
from service.db import open_database
from service.i18n import language
from service.instalments.explain import explain_outcome
from service.money import format_euros
from service.offices import actions as offices
from service.period import format_month
from service.schemes.language.program import Program
from service.simulation import actions
from service.simulation.actions import OnProgress
from service.simulation.model import Breakdown, Changed, Cost, Simulation

BAR_WIDTH = 40
NOW, WHAT_IF = "█", "▒"
SEXES = {"female": "Women", "male": "Men"}


class Found(msgspec.Struct, frozen=True):
    """A simulation, and the names of municipalities by their codes."""

    simulation: Simulation
    places: Mapping[str, str]


async def simulate(
    config: Config, program: Program, *, code: str, months: int, on_progress: OnProgress
) -> Found:
    """Simulates over the database of a configuration; MigrationRefused unless it is set up.

    It brings nothing up to date either: a what-if changes nothing at all.
    """
    await migrations.refuse_behind(config)
    database = await open_database(config, pool_max=1)
    try:
        async with database.reading(SYSTEM) as tx:
            found = await actions.simulate(
                tx,
                program,
                code=code,
                months=months,
                by=SYSTEM,
                today=Clock().today(),
                on_progress=on_progress,
            )
            places = await offices.list_municipalities(tx)
    finally:
        await database.close()
    return Found(found, {place.code: place.name(language()) for place in places})


@contextmanager
def agreements_bar() -> Iterator[OnProgress]:
    """A progress bar of agreements, beside what the command answers and not in it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    beside = Console(stderr=True)
    with Progress(*columns, console=beside, transient=True, disable=not beside.is_terminal) as bar:
        task = bar.add_task("Agreements", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


def as_json(simulation: Simulation) -> str:
    """The simulation as JSON: amounts in whole cents."""
    return msgspec.json.format(msgspec.json.encode(simulation), indent=2).decode()


def show(console: Console, found: Found) -> None:
    """The simulation as sentences, tables and bars."""
    one = found.simulation
    console.print(_opening(one))
    for remark in one.remarks:
        console.print(remark)
    if not one.totals.agreement_count:
        return
    console.print(_months(one))
    console.print(_bars(one), highlight=False)
    console.print(_breakdown("By sex", one.totals.by_sex, SEXES))
    console.print(_breakdown("By municipality", one.totals.by_municipality, found.places))
    for title, changed in (("gain", one.totals.gains), ("lose", one.totals.loses)):
        console.print(_sentence(title, changed))
        if changed.largest:
            console.print(_largest(f"Who would {title} most", changed))
    console.print(f"Agreements that stay the same: {one.totals.same_count}.")
    console.print(_outcomes(one))
    console.print(_budget(one))


def _opening(one: Simulation) -> str:
    versions = ", ".join(
        f"{version.number} ({version.agreement_count} agreements)" for version in one.versions
    )
    return (
        f"{one.code}, {format_month(one.first_month)} to {format_month(one.last_month)}:"
        f" {one.totals.agreement_count} agreements of {one.totals.candidate_count} candidates."
        + (f" Compared with version {versions}." if versions else "")
        + " Nothing was changed."
    )


def _cost_table(title: str, *heads: str, footer: Cost | None = None) -> Table:
    table = Table(title=title, title_justify="left", show_footer=footer is not None)
    table.add_column(heads[0], footer="Total")
    for head in heads[1:]:
        table.add_column(head, justify="right")
    amounts = _amounts(footer) if footer else ["", "", ""]
    for head, amount in zip(("Now", "What if", "Difference"), amounts, strict=True):
        table.add_column(head, justify="right", footer=amount)
    return table


def _amounts(cost: Cost) -> list[str]:
    return [
        format_euros(cost.now_cents),
        format_euros(cost.what_if_cents),
        signed(cost.difference_cents),
    ]


def signed(cents: int) -> str:
    """An amount with its sign."""
    return f"{'+' if cents > 0 else ''}{format_euros(cents)}"


def _months(one: Simulation) -> Table:
    table = _cost_table("Cost by month", "Month", footer=one.totals.total)
    for month in one.totals.by_month:
        table.add_row(format_month(month.month), *_amounts(month.cost))
    return table


def _bars(one: Simulation) -> str:
    months = one.totals.by_month
    most = max(max(month.cost.now_cents, month.cost.what_if_cents) for month in months)
    lines = [f"{NOW} now   {WHAT_IF} what if"]
    for month in months:
        lines.append(f"{format_month(month.month)} {_bar(NOW, month.cost.now_cents, most)}")
        lines.append(f"        {_bar(WHAT_IF, month.cost.what_if_cents, most)}")
    return "\n".join(lines) + "\n"


def _bar(letter: str, cents: int, most: int) -> str:
    length = round(BAR_WIDTH * cents / most) if most > 0 else 0
    return f"{letter * length} {format_euros(cents)}"


def _breakdown(title: str, breakdown: Breakdown, names: Mapping[str, str]) -> Table:
    table = _cost_table(title, "", "Candidates", "Agreements")
    hidden = breakdown.hidden
    for cell in breakdown.cells:
        counts = (str(cell.candidate_count), str(cell.agreement_count))
        table.add_row(names.get(cell.name, cell.name), *counts, *_amounts(cell.cost))
    if hidden is not None:
        counts = (str(hidden.candidate_count), str(hidden.agreement_count))
        table.caption = "Too small to be shown apart: " + ", ".join(
            names.get(name, name) for name in hidden.names
        )
        table.add_row(f"{len(hidden.names)} others together", *counts, *_amounts(hidden.cost))
    return table


def _sentence(verb: str, changed: Changed) -> str:
    return (
        f"Agreements that would {verb}: {changed.agreement_count}, of"
        f" {changed.candidate_count} candidates, {signed(changed.difference_cents)} together."
    )


def _largest(title: str, changed: Changed) -> Table:
    table = _cost_table(title, "Agreement")
    for change in changed.largest:
        table.add_row(change.reference, *_amounts(change.cost))
    return table


def _outcomes(one: Simulation) -> Table:
    table = Table(title="How the months come out", title_justify="left")
    table.add_column("Outcome")
    table.add_column("Why")
    for head in ("Now", "What if"):
        table.add_column(head, justify="right")
    for line in one.outcomes:
        counts: Sequence[str] = (str(line.now_count), str(line.what_if_count))
        table.add_row(explain_outcome(line.outcome), line.words, *counts)
    return table


def _budget(one: Simulation) -> str:
    budget = one.budget
    return (
        f"Budget line: {format_euros(budget.appropriated_cents)} appropriated, of which"
        f" {format_euros(budget.left_now_cents)} is neither committed nor spent;"
        f" with the difference it would be {format_euros(budget.left_what_if_cents)}."
    )
