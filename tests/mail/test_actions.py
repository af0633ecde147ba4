"""Writing mails, and what administrators see of them and do."""

import asyncpg
import pytest

from service.actor import ANONYMOUS, SYSTEM, Role
from service.crypto import Sealer
from service.db import Database
from service.mail import actions
from service.mail.model import MailKind, MailState, Trouble
from service.mail.rules import BadAddress, MailNotGivenUp
from service.problems import NotAllowed
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.mail.conftest import FACTS, WriteMail


async def test_a_mail_is_gone_with_the_transaction_that_wrote_it(
    db: Database, clock: FixedClock, write: WriteMail, sealer: Sealer
) -> None:
    async def write_and_fail() -> None:
        async with db.transaction(SYSTEM) as tx:
            await actions.write_mail(
                tx, MailKind.FOLLOW_UP, to="a@example.org", language="sq", facts=FACTS,
                at=clock.now(), sealer=sealer,
            )  # fmt: skip
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()

    async with db.transaction(SYSTEM) as tx:
        assert await actions.claim_mail(tx, at=clock.now()) is None


async def test_neither_address_nor_words_stand_in_the_row_or_the_audit_trail(
    db: Database, write: WriteMail
) -> None:
    await write("arta.krasniqi@example.org")

    async with db.transaction(SYSTEM) as tx:
        row = await tx.fetchval("SELECT encode(to_sealed || facts_sealed, 'escape') FROM mail")
        trail = await tx.fetchval(
            "SELECT string_agg(after::text, ' ') FROM audit_entry WHERE table_name = 'mail'"
        )

    assert "krasniqi" not in row + trail
    assert "follow_up" in trail
    assert "sealed" not in trail


async def test_a_mail_to_no_address_is_refused(write: WriteMail) -> None:
    with pytest.raises(BadAddress):
        await write("arta at example.org")


async def test_a_mail_lacking_a_fact_is_a_bug(
    db: Database, clock: FixedClock, sealer: Sealer
) -> None:
    with pytest.raises(AssertionError, match="takes"):
        async with db.transaction(SYSTEM) as tx:
            await actions.write_mail(
                tx, MailKind.FOLLOW_UP, to="a@example.org", language="sq", facts={},
                at=clock.now(), sealer=sealer,
            )  # fmt: skip


async def test_what_was_written_is_never_edited(db: Database, write: WriteMail) -> None:
    await write()

    with pytest.raises(asyncpg.PostgresError, match="never edited"):
        async with db.transaction(SYSTEM) as tx:
            await tx.execute("UPDATE mail SET to_sealed = 'x'")


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR])
async def test_only_administrators_see_mails(
    db: Database, given: Given, write: WriteMail, sealer: Sealer, role: Role
) -> None:
    await write()
    actor = actor_of(await given.account(role))

    async with db.transaction(actor) as tx:
        with pytest.raises(NotAllowed):
            await actions.list_mails(tx, state=None, before=None, by=actor, sealer=sealer)
        assert await tx.fetchval("SELECT count(*) FROM mail") == 0


async def test_somebody_who_is_not_signed_in_may_cause_a_mail_and_see_none(
    db: Database, clock: FixedClock, sealer: Sealer
) -> None:
    facts = {"name": "Arta", "link": "https://ura.example/x", "until": "noon"}

    async with db.transaction(ANONYMOUS) as tx:
        await actions.write_mail(
            tx, MailKind.PASSWORD_RESET, to="a@example.org", language="sq", facts=facts,
            at=clock.now(), sealer=sealer,
        )  # fmt: skip
        seen = await tx.fetchval("SELECT count(*) FROM mail")

    assert seen == 0


async def test_a_mail_given_up_goes_out_again_when_an_administrator_asks(
    db: Database, clock: FixedClock, given: Given, write: WriteMail
) -> None:
    mail_id = await write()
    administrator = actor_of(await given.account(Role.ADMINISTRATOR))
    async with db.transaction(administrator) as tx:
        with pytest.raises(MailNotGivenUp):
            await actions.send_again(tx, mail_id, by=administrator, at=clock.now())
    async with db.transaction(SYSTEM) as tx:
        mail = await actions.claim_mail(tx, at=clock.now())
        assert mail is not None
        state = await actions.record_trouble(
            tx, mail, Trouble.REFUSED_FOR_GOOD, code=550, at=clock.now()
        )

    async with db.transaction(administrator) as tx:
        await actions.send_again(tx, mail_id, by=administrator, at=clock.now())

    assert state is MailState.GIVEN_UP
    async with db.transaction(SYSTEM) as tx:
        again = await actions.claim_mail(tx, at=clock.now())
    assert again is not None
    assert (again.id, again.attempts) == (mail_id, 1)
