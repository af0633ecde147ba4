"""`ura administrator`, as whoever installs Ura types it."""

import re

from service.actor import ANONYMOUS
from service.clock import Clock
from service.db import open_database
from service.invitations import actions
from tests.commands.test_bank import ura
from tests.conftest import MakeConfig

PASSWORD = "a quiet river in may"
ASKED = ("administrator", "--email", "First@example.org", "--name", "Ana Berisha")
LINK = re.compile(r"/invitations/([\w-]{43})")


async def test_the_first_administrator_comes_in_by_a_printed_link_and_no_second_one(
    new_database: MakeConfig,
) -> None:
    config = await new_database()

    first, again = await ura(config, *ASKED), await ura(config, *ASKED)
    link = LINK.search(again[1])
    assert link is not None, again[1]
    database = await open_database(config)
    async with database.transaction(ANONYMOUS) as tx:
        await actions.accept(tx, link[1], PASSWORD, PASSWORD, at=Clock().now())
    await database.close()
    refused = await ura(config, "administrator", "--email", "b@example.org", "--name", "B")

    assert (first[0], again[0], refused[0]) == (0, 0, 1)
    assert "There is an administrator already" in refused[1]
