"""The finance office, and how letters are made in these tests."""

from collections.abc import Awaitable, Callable
from typing import cast

import msgspec
import pytest

from service.actor import Actor
from service.crypto import Sealer
from service.letters import actions
from service.letters.making import make_letter
from service.letters.model import Door, Letter, Paper, Subject
from service.web import ActingDatabase
from tests.conftest import FixedClock
from tests.given import Given
from tests.letters.reading import Read, read_pdf
from tests.recoveries.owing import Office, office_of


class Made(msgspec.Struct, frozen=True):
    """A letter, what it says, its PDF, and that as it is read."""

    letter: Letter
    paper: Paper
    pdf: bytes

    @property
    def read(self) -> Read:
        """The PDF as somebody's aids read it."""
        return read_pdf(self.pdf)

    @property
    def text(self) -> str:
        """All of it."""
        return self.read.text


Make = Callable[..., Awaitable[Made]]


@pytest.fixture
async def office(given: Given, clock: FixedClock) -> Office:
    """Two finance officers and an authoriser."""
    return await office_of(given, clock)


@pytest.fixture
def made(given: Given, clock: FixedClock, sealer: Sealer) -> Make:
    """Has a letter made and takes it out again; in its reader's language unless one is named."""

    async def make(by: Actor, subject: Subject, language: str = "") -> Made:
        acting = ActingDatabase(given.db, by)
        letter = await make_letter(
            acting, subject, language=language, me=by, clock=clock, sealer=sealer
        )
        async with acting.transaction() as tx:
            _, paper = await actions.read_letter(
                tx, letter.id, door=Door.PAGE, by=by, at=clock.now(), sealer=sealer
            )
            _, pdf = await actions.download(
                tx, letter.id, door=Door.PDF, by=by, at=clock.now(), sealer=sealer
            )
        return Made(letter, paper, pdf)

    return cast(Make, make)
