"""`ura bank import FILE`: hands in what the bank answered, as the person at the terminal."""

import asyncio
import sys
from pathlib import Path

import click
from rich.status import Status

from service import loops
from service.bank.command import acting, bank, console, person_options
from service.clock import Clock
from service.config import Config
from service.servers import Started, state_option
from service.statements.model import ImportStep, ImportSummary
from service.statements.uploads import hand_in
from service.web import ActingDatabase

IN_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
WAITS = 2
SAID = {
    ImportStep.READING: "Reading the file",
    ImportStep.WAITING: "Waiting until no other file is being posted",
    ImportStep.POSTING: "Posting",
}


@bank.command("import")
@state_option
@click.argument("file", type=IN_FILE)
@person_options
@click.pass_obj
def import_(started: Started, state: Path, file: Path, email: str, password: str) -> None:
    """Reads a pain.002, camt.052, .053 or .054 file, or a zip of them, and posts what it tells.

    The same file again changes nothing. Answers 0 when all of it was posted, 2 when it or a part
    of it waits for a release, 1 when it was refused.
    """
    with started(state) as config:
        summary = loops.run(_import(config, file, email=email, password=password))
    _say(summary)
    if summary.waits:
        sys.exit(WAITS)


async def _import(config: Config, file: Path, *, email: str, password: str) -> ImportSummary:
    clock = Clock()
    content = await asyncio.to_thread(file.read_bytes)
    with console.status("Signing in") as status:
        async with acting(config, email=email, password=password, clock=clock) as (database, me):
            return await hand_in(
                ActingDatabase(database, me),
                content,
                me=me,
                clock=clock,
                sealer=config.sealer,
                on_step=lambda step, entries: _show(status, step, entries),
            )


def _show(status: Status, step: ImportStep, entries: int | None) -> None:
    status.update(SAID[step] if entries is None else f"{SAID[step]} {entries} entries")


def _say(summary: ImportSummary) -> None:
    if summary.already_imported:
        console.print("This very file was read before. Nothing was changed.")
    console.print(f"{summary.file.message_type} {summary.file.id}")
    for effect, count in summary.counts.items():
        console.print(f"{effect}: {count}")
    if summary.known_before:
        console.print(f"known from files before: {summary.known_before}")
    if summary.blocks:
        console.print(f"blocks that now add up: {summary.blocks}")
    for one in summary.waits:
        place = "" if one.statement_place is None else f"statement {one.statement_place + 1}: "
        console.print(f"waits for a release: {place}{one.detail}")
