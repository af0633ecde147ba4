"""What commands outside service/cli.py are given: an installation's servers, from its folder."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import click

from service.config import Config

DEFAULT_STATE = Path(__file__).parent.parent / ".ura"

# `ura` puts this into the context of its commands: the servers for as long as the block runs, and
# a failure people can act on is one sentence. Take it with `click.pass_obj`.
Started: TypeAlias = Callable[[Path], AbstractContextManager[Config]]

state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_STATE,
    show_default="the folder .ura of the checkout",
    help="Where the embedded servers keep their data.",
)
