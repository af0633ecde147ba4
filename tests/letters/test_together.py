"""Two people who ask for the same letter at the same moment get one letter."""

import asyncio

from service.crypto import Sealer
from service.db import Database
from service.letters import actions
from service.letters.making import make_letter
from service.letters.model import Kind, Letter, Subject
from service.web import ActingDatabase
from tests.conftest import FixedClock
from tests.given import Given, actor_of


async def test_two_who_ask_at_once_get_one_letter(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    agreement = await given.signed_agreement()
    officer = actor_of(await given.officer_of(agreement))
    employer = actor_of(await given.employer_of(agreement))

    async def ask(by: int) -> Letter:
        who = (officer, employer)[by % 2]
        return await make_letter(
            ActingDatabase(committed, who),
            Subject(Kind.AGREEMENT, agreement.id),
            language="sr",
            me=who,
            clock=clock,
            sealer=sealer,
        )

    made = await asyncio.gather(*(ask(number) for number in range(6)))

    async with committed.transaction(officer) as tx:
        kept = await actions.list_letters(tx, by=officer)
    assert [one.id for one in kept] == [made[0].id]
    assert {one.id for one in made} == {made[0].id}
