"""`ura bank …`: what finance does with the bank's files at a terminal, as the person they are."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service import loops, migrations
from service.accounts import actions as accounts
from service.accounts.model import Account, Stage
from service.accounts.rules import scopes_of
from service.actor import ANONYMOUS, Actor
from service.bank import actions, orders
from service.bank.exporting import OnProgress
from service.bank.model import BankFile, Door
from service.bank.outgoing import BankOrder
from service.clock import Clock
from service.config import Config
from service.crypto import Sealer
from service.db import Connection, Database, open_database
from service.money import format_euros
from service.problems import Problem
from service.second_factors import actions as second_factors
from service.second_factors.model import Answer, Purpose, Site
from service.second_factors.rules import SecondFactorNeeded
from service.servers import Started, state_option

OUT_FILE = click.Path(path_type=Path, dir_okay=False, writable=True)
TERMINAL = "terminal"
console = Console()
Function = TypeVar("Function", bound=Callable[..., Any])


def person_options(function: Function) -> Function:
    """Whose name the act is done in: an address, and the password that is theirs."""
    function = click.option(
        "--password",
        envvar="URA_PASSWORD",
        prompt=True,
        hide_input=True,
        help="Asked for where it is not given; or in URA_PASSWORD. A code goes in URA_CODE.",
    )(function)
    return click.option("--as", "email", required=True, help="Your e-mail address in Ura.")(
        function
    )


@asynccontextmanager
async def acting(
    config: Config, *, email: str, password: str, clock: Clock
) -> AsyncIterator[tuple[Database, Actor]]:
    """The database, and the person that signs in for one command.

    Raises WrongPassword and TooManyAttempts as the sign-in page does; a failure is counted there.
    """
    await migrations.refuse_behind(config)
    database = await open_database(config, pool_max=2)
    try:
        async with database.transaction(ANONYMOUS) as tx:
            account = await accounts.check_password(
                tx, email=email, password=password, address=TERMINAL, at=clock.now()
            )
        if not isinstance(account, Account):
            raise account
        await _ask_factor(database, account, config.sealer, at=clock.now())
        yield database, account.actor(scopes_of(account.role))
    finally:
        await database.close()


async def _ask_factor(
    database: Database, account: Account, sealer: Sealer, *, at: datetime
) -> None:
    """A code in URA_CODE from who has a second factor; a passkey needs a browser."""
    async with database.transaction(account.actor(frozenset())) as tx:
        stage = await second_factors.stage_of(tx, account, at=at)
        if stage is Stage.ENROLMENT:
            raise SecondFactorNeeded
        if stage is Stage.OPEN:
            return
        checked = await second_factors.check_factor(
            tx,
            account.id,
            Answer(code=os.environ.get("URA_CODE", "")),
            purpose=Purpose.SIGN_IN,
            site=Site("", ""),
            address=TERMINAL,
            sealer=sealer,
            at=at,
        )
    if isinstance(checked, Problem):
        raise checked


@click.group()
def bank() -> None:
    """Sends approved payouts to the bank and reads what it answers."""


@bank.command()
@state_option
@click.option("--payout", "reference", required=True, help="Its reference, such as P-7K3M92QFA0.")
@click.option("--out", required=True, type=OUT_FILE, help="Where to write the file.")
@person_options
@click.pass_obj
def export(
    started: Started, state: Path, reference: str, out: Path, email: str, password: str
) -> None:
    """Writes the order for an approved payout; again, the same bytes as before."""
    with started(state) as config:
        loops.run(_export(config, reference, out, email=email, password=password))


async def _export(config: Config, reference: str, out: Path, *, email: str, password: str) -> None:
    clock, sealer = Clock(), config.sealer
    async with acting(config, email=email, password=password, clock=clock) as (database, me):
        with payments_bar() as show:
            async with database.transaction(me) as tx:
                payout_id = await actions.payout_named(tx, reference)
                sent = await actions.export_payout(
                    tx, payout_id, by=me, at=clock.now(), sealer=sealer, on_progress=show
                )
                outgoing = await actions.read_export(tx, payout_id)
        for order, file in zip(outgoing.orders, sent.files, strict=True):
            path = _path_of(out, order, len(sent.files))
            async with database.transaction(me) as tx:
                await _write(tx, file, path, by=me, at=clock.now(), sealer=sealer)
            _say(order, file, path)
    for line in outgoing.unwritten:
        if line.released_at is None:
            console.print(f"Not written: {line.payee_name}: {orders.sentence_of(line)}")


def _path_of(out: Path, order: BankOrder, count: int) -> Path:
    """Where a file goes: as was asked, with its number before the ending if there are several."""
    return out if count == 1 else out.with_name(f"{out.stem}.{order.ordinal}{out.suffix}")


async def _write(
    tx: Connection, file: BankFile, path: Path, *, by: Actor, at: datetime, sealer: Sealer
) -> None:
    """Takes a file out of Ura; a file that is there already is replaced when all is written."""
    await actions.download(tx, file.id, by=by, at=at, door=Door.COMMAND, sealer=sealer)
    beside = path.with_name(f"{path.name}.part")
    with _private(beside) as opened:
        async for piece in actions.pieces_of(tx, file, sealer=sealer):
            await asyncio.to_thread(opened.write, piece)
    beside.replace(path)


def _private(path: Path) -> BinaryIO:
    """Opens a file that nobody else may read: it holds account numbers."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _say(order: BankOrder, file: BankFile, path: Path) -> None:
    channel = "urgent, " if order.is_urgent else ""
    console.print(f"{path}: SHA-256 {file.sha256.hex()}")
    console.print(
        f"{order.payment_count} payments, {format_euros(order.total_cents)}, {channel}to be run on"
        f" {order.execute_on.isoformat()}"
    )


@contextmanager
def payments_bar() -> Iterator[OnProgress]:
    """A progress bar of the payments that are written."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Payments written", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, total=total, completed=done)

        yield show
