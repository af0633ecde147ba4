"""`ura bank …`: what finance does with the bank's files at a terminal, as the person they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from service import migrations
from service.accounts import actions as accounts
from service.accounts.model import Account
from service.accounts.rules import scopes_of
from service.actor import ANONYMOUS, Actor
from service.bank import actions
from service.clock import Clock
from service.config import Config
from service.db import Database, open_database
from service.money import Cents, format_euros
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
        help="Asked for where it is not given; or in URA_PASSWORD.",
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
        yield database, account.actor(scopes_of(account.role))
    finally:
        await database.close()


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
        asyncio.run(_export(config, reference, out, email=email, password=password))


async def _export(config: Config, reference: str, out: Path, *, email: str, password: str) -> None:
    clock = Clock()
    async with acting(config, email=email, password=password, clock=clock) as (database, me):
        async with database.transaction(me) as tx:
            payout_id = await actions.payout_named(tx, reference)
            sent = await actions.export_payout(
                tx, payout_id, by=me, at=clock.now(), sealer=config.sealer
            )
            file, content = await actions.open_file(tx, sent.id, by=me, sealer=config.sealer)
            counts = (await actions.get_file(tx, sent.id)).counts
    out.write_bytes(content)
    console.print(f"{out}: SHA-256 {file.sha256.hex()}")
    count, cents = sum(one.number for one in counts), sum(one.amount_cents for one in counts)
    console.print(f"{count} payments, {format_euros(Cents(cents))}")
