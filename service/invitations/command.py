"""`ura administrator`: lets the first administrator in, who invites everybody else."""

from pathlib import Path

import click
from rich.console import Console

from service import loops, migrations
from service.actor import SYSTEM
from service.clock import Clock, format_moment
from service.config import Config
from service.db import open_database
from service.i18n import LANGUAGES
from service.invitations import actions
from service.invitations.model import Invited
from service.servers import Started, state_option

console = Console()


@click.command()
@state_option
@click.option("--email", required=True, help="Their e-mail address.")
@click.option("--name", required=True, help="Their name.")
@click.option("--language", default="sq", show_default=True, type=click.Choice(list(LANGUAGES)))
@click.pass_obj
def administrator(started: Started, state: Path, email: str, name: str, language: str) -> None:
    """Invite the first administrator: prints a link by which that person chooses a password.

    Refused once there is an administrator who can sign in. The link can be used once, for a week.
    """
    with started(state) as config:
        invited = loops.run(_invite(config, email, name, language))
    console.print(
        f"Give this link to {invited.name} only; it works until"
        f" {format_moment(invited.expires_at)}:"
    )
    console.print(f"{config.public_url}/invitations/{invited.token}", soft_wrap=True)


async def _invite(config: Config, email: str, name: str, language: str) -> Invited:
    await migrations.refuse_behind(config)
    database = await open_database(config, pool_max=1)
    try:
        async with database.transaction(SYSTEM) as tx:
            return await actions.invite_first(
                tx, email=email, name=name, language=language, at=Clock().now()
            )
    finally:
        await database.close()
