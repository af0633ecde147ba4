"""Mails of a test, and servers that take them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from jobs import mail as mail_job
from service.actor import SYSTEM
from service.config import Config
from service.crypto import Sealer
from service.db import Database
from service.ids import MailId
from service.mail import actions
from service.mail.model import MailKind
from tests.conftest import FixedClock
from tests.mail.server import MailBox, mail_box

FACTS = {"name": "Arta", "link": "https://ura.example/l/abc", "office": "Prishtinë"}
WriteMail = Callable[..., Awaitable[MailId]]
Relay = Callable[[Config], Awaitable[int]]


@pytest.fixture
async def box() -> AsyncIterator[MailBox]:
    """A mail server of the test's own."""
    async with mail_box() as opened:
        yield opened


@pytest.fixture
def sending(template: Config, box: MailBox) -> Config:
    """The configuration of an installation whose mails go to the test's server."""
    return msgspec.structs.replace(
        template, mail_server=box.server(), mail_from="Ura <ura@office.example>"
    )


@pytest.fixture
def keeping(template: Config, tmp_path: Path) -> Config:
    """The configuration of an installation without a mail server."""
    return msgspec.structs.replace(template, state=tmp_path)


@pytest.fixture
def write(db: Database, clock: FixedClock, sealer: Sealer) -> WriteMail:
    """Writes a mail as the system."""

    async def write_one(
        to: str = "arta@example.org",
        kind: MailKind = MailKind.FOLLOW_UP,
        language: str = "en",
        **facts: str,
    ) -> MailId:
        async with db.transaction(SYSTEM) as tx:
            return await actions.write_mail(
                tx,
                kind,
                to=to,
                language=language,
                facts={**FACTS, **facts},
                at=clock.now(),
                sealer=sealer,
            )

    return write_one


@pytest.fixture
def relay(db: Database, clock: FixedClock) -> Relay:
    """The relay of one sweep."""

    async def sweep(config: Config) -> int:
        return await mail_job.relay(db, clock, config)

    return sweep
