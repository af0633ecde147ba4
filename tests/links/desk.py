"""What tests of links do: reach a candidate, sweep, read the mail, and open its link."""

from datetime import date

import httpx
import msgspec

from jobs import links as links_job
from service.accounts.model import Account
from service.actor import ANONYMOUS, SYSTEM, Actor
from service.agreements.model import Shown
from service.config import Config
from service.contacts import actions as contacts
from service.contacts.model import ContactForm, Purpose
from service.crypto import Sealer
from service.db import Database
from service.ids import AttendanceId, CandidateId, QuestionId
from service.links import actions, answering
from service.mail import actions as mail
from service.mail.model import Opened, Written
from service.period import Month
from tests.conftest import FixedClock
from tests.given import Given, actor_of

OCTOBER = Month(date(2026, 10, 1))
BORN_ON = date(2003, 5, 14)  # as in tests/forms.py
START = date(2026, 11, 9)  # a week after the clock of the tests


class Desk:
    """An office at work with candidates, the job of its installation, and a candidate's browser."""

    def __init__(
        self, db: Database, clock: FixedClock, sealer: Sealer, given: Given, config: Config
    ) -> None:
        self.db = db
        self.clock = clock
        self.sealer = sealer
        self.given = given
        self.config = config

    async def address(
        self, agreement: Shown, email: str = "arta@example.org", language: str = "en"
    ) -> None:
        """Writes down where the candidate of an agreement is written to."""
        officer = actor_of(await self.given.officer_of(agreement))
        form = ContactForm(phone="044123456", email=email, contact_language=language)
        async with self.db.transaction(officer) as tx:
            await contacts.save_contact(
                tx,
                agreement.candidate_id,
                form,
                by=officer,
                at=self.clock.now(),
                sealer=self.sealer,
            )

    async def refusal(self, agreement: Shown, purpose: Purpose) -> None:
        """Writes down that the candidate says no to something."""
        officer = actor_of(await self.given.officer_of(agreement))
        async with self.db.transaction(officer) as tx:
            await contacts.record_consents(
                tx, agreement.candidate_id, {purpose: False}, by=officer, at=self.clock.now()
            )

    async def draft(self, officer: Account | None = None, **reach: str) -> Shown:
        """An agreement that waits for its candidate, who has an address."""
        agreement = await self.given.drafted_agreement(officer, starts_on=START)
        await self.address(agreement, **reach)
        return agreement

    async def report(self, officer: Account | None = None) -> tuple[Shown, AttendanceId]:
        """An agreement of a candidate with an address, whose October is reported."""
        agreement = await self.given.active_agreement(officer, starts_on=date(2026, 9, 1))
        await self.address(agreement)
        return agreement, await self.given.reported_attendance(agreement, OCTOBER)

    async def ask(self) -> int:
        """The sweep of a minute."""
        return await links_job.ask(self.db, self.clock, self.config)

    async def remind(self) -> int:
        """The sweep of a morning."""
        return await links_job.remind(self.db, self.clock, self.config)

    async def mails(self) -> list[Opened]:
        """Every mail that was written, in order."""
        async with self.db.transaction(SYSTEM) as tx:
            rows = await tx.fetch(
                "SELECT id, kind, to_sealed, language, facts_sealed, written_at FROM mail"
                " ORDER BY id"
            )
        return [mail.open_mail(msgspec.convert(dict(row), Written), self.sealer) for row in rows]

    async def tokens(self) -> list[str]:
        """The tokens that stand in these mails."""
        return [
            one.facts["link"].rpartition("/l/")[2]
            for one in await self.mails()
            if "/l/" in one.facts["link"]
        ]

    async def holder(self, token: str | None = None) -> Actor:
        """Whoever opened a mailed link, the newest unless it is given."""
        token = token or (await self.tokens())[-1]
        async with self.db.transaction(ANONYMOUS) as tx:
            session = await answering.open_by_token(tx, token, at=self.clock.now())
            assert isinstance(session, str)
            found = await answering.find_actor_of_link(tx, session, at=self.clock.now())
        assert found is not None
        return found

    async def question(self, agreement: Shown) -> QuestionId:
        """The newest question to the candidate of an agreement."""
        async with self.db.transaction(SYSTEM) as tx:
            asked = await actions.list_of_agreement(tx, agreement.id)
        return asked[-1].id

    async def code(self, agreement: Shown) -> str:
        """A code for paper, printed by the office."""
        officer = actor_of(await self.given.officer_of(agreement))
        question_id = await self.question(agreement)
        async with self.db.transaction(officer) as tx:
            printed = await actions.print_code(
                tx, question_id, by=officer, at=self.clock.now(), sealer=self.sealer
            )
        return printed.code

    async def events(self) -> list[str]:
        """What happened to links, in order."""
        async with self.db.transaction(SYSTEM) as tx:
            return [row[0] for row in await tx.fetch("SELECT event FROM link_event ORDER BY id")]

    async def person(self, candidate_id: CandidateId) -> str:
        """The name of a candidate."""
        async with self.db.transaction(SYSTEM) as tx:
            return str(
                await tx.fetchval(
                    "SELECT given_name || ' ' || family_name FROM candidate WHERE id = $1",
                    candidate_id,
                )
            )


async def open_link(client: httpx.AsyncClient, token: str) -> dict[str, str]:
    """Follows a link in a browser to its clean address; answers what its forms need."""
    opened = await client.get(f"/l/{token}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/answer")
    await client.get("/answer")
    return {"_csrf_token": client.cookies["__Host-ura-csrf"]}
