"""The relay with a real SMTP server: what it takes, refuses, never answers, and when relays die."""

import asyncio
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from jobs import mail as mail_job
from service.actor import SYSTEM
from service.config import Config
from service.crypto import Sealer
from service.db import Database
from service.mail import actions, outlets
from service.mail.model import ATTEMPTS_MAX, LEASE, MailKind
from tests.conftest import FixedClock
from tests.mail.conftest import FACTS, Relay, WriteMail
from tests.mail.server import MailBox


async def rows(db: Database) -> list[asyncpg.Record]:
    async with db.transaction(SYSTEM) as tx:
        return await tx.fetch(
            "SELECT state, attempts, last_trouble, last_code, next_try_at FROM mail ORDER BY id"
        )


async def test_mails_go_out_over_one_connection_in_their_readers_languages(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database
) -> None:
    first = await write("arta@example.org", language="sq", name="Çlirim")
    await write("jelena@example.org", language="sr")

    tried = await relay(sending)

    assert tried == 2
    assert box.connections == 1
    assert [mail.recipients for mail in box.taken] == [["arta@example.org"], ["jelena@example.org"]]
    assert [mail.message["Subject"] for mail in box.taken] == [
        "Ku punoni tani?",
        "Gde sada radite?",
    ]
    assert box.taken[0].sender == "ura@office.example"
    assert box.taken[0].message["Message-ID"] == f"<{first}@office.example>"
    assert "Përshëndetje Çlirim," in box.taken[0].message.get_content()
    assert [row["state"] for row in await rows(db)] == ["sent", "sent"]


async def test_a_mail_is_sent_once_however_often_the_relay_sweeps(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox
) -> None:
    await write()

    swept = [await relay(sending) for _ in range(3)]

    assert swept == [1, 0, 0]
    assert len(box.taken) == 1


@pytest.mark.parametrize("command", ["RCPT", "END"])
async def test_what_is_refused_for_good_is_given_up_and_the_next_one_goes_out(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database, command: str
) -> None:
    await write("nobody@example.org")
    box.does({command: "550 5.1.1 nobody@example.org is not here"})
    await relay(sending)
    box.does({})
    await write()

    await relay(sending)

    refused, taken = await rows(db)
    assert tuple(refused)[:4] == ("given_up", 1, "refused_for_good", 550)
    assert taken["state"] == "sent"


async def test_what_is_refused_for_now_is_tried_later(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database, clock: FixedClock
) -> None:
    await write()
    box.does({"RCPT": "451 4.7.1 come back later"})
    await relay(sending)
    waiting = await rows(db)
    box.does({})

    too_early = await relay(sending)
    clock.move_to(clock.at + timedelta(minutes=1))
    in_time = await relay(sending)

    assert tuple(waiting[0])[:4] == ("failed", 1, "refused_for_now", 451)
    assert waiting[0]["next_try_at"] == clock.at
    assert (too_early, in_time) == (0, 1)
    assert (await rows(db))[0]["attempts"] == 2


@pytest.mark.parametrize(
    ("replies", "trouble"),
    [
        ({"RCPT": ""}, "timed_out"),
        ({"HELLO": "HANG UP"}, "no_connection"),
        ({"HELLO": "554 no service here"}, "no_connection"),
        ({"END": "HANG UP"}, "no_connection"),
        ({"MAIL": "550 you may not send"}, "refused_for_now"),
    ],
)
async def test_a_server_that_is_down_keeps_every_mail_for_later(
    write: WriteMail,
    relay: Relay,
    sending: Config,
    box: MailBox,
    db: Database,
    replies: dict[str, str],
    trouble: str,
) -> None:
    await write()
    await write()
    box.does(replies)
    impatient = msgspec.structs.replace(box.server(), patience_seconds=0.2)

    tried = await relay(msgspec.structs.replace(sending, mail_server=impatient))

    tried_row, untouched = await rows(db)
    assert tried == 1
    assert (tried_row["state"], tried_row["last_trouble"]) == ("failed", trouble)
    assert (untouched["state"], untouched["attempts"]) == ("pending", 0)


async def test_a_refused_password_is_our_mistake_and_no_mails(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database
) -> None:
    await write()
    server = msgspec.structs.replace(box.server(), user="ura", password="wrong")
    box.does({"AUTH": "535 5.7.8 wrong"})

    await relay(msgspec.structs.replace(sending, mail_server=server))

    assert tuple((await rows(db))[0])[:4] == ("failed", 1, "not_signed_in", 535)


async def test_without_encryption_nothing_is_sent_to_a_server_that_must_have_it(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database
) -> None:
    await write()
    server = msgspec.structs.replace(box.server(), start_tls=True)

    await relay(msgspec.structs.replace(sending, mail_server=server))

    assert box.taken == []
    assert (await rows(db))[0]["last_trouble"] == "no_connection"


async def test_a_mail_is_given_up_in_the_end(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database, clock: FixedClock
) -> None:
    await write()
    box.does({"RCPT": "450 busy"})

    for _ in range(ATTEMPTS_MAX + 2):
        await relay(sending)
        clock.move_to(clock.at + timedelta(hours=6))

    assert tuple((await rows(db))[0])[:3] == ("given_up", ATTEMPTS_MAX, "refused_for_now")


async def test_a_relay_that_died_after_sending_sends_the_same_mail_once_more(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database, clock: FixedClock
) -> None:
    await write()
    async with db.transaction(SYSTEM) as tx:
        mail = await actions.claim_mail(tx, at=clock.now())
    assert mail is not None
    async with outlets.open_outlet(sending) as outlet:  # sent, and nothing recorded
        await outlet.send(mail_job._write(mail, sending.sealer, sender=sending.mail_from))

    meanwhile = await relay(sending)
    clock.move_to(clock.at + LEASE + timedelta(seconds=1))
    afterwards = await relay(sending)

    assert (meanwhile, afterwards) == (0, 1)
    assert len({bytes(one.message) for one in box.taken}) == 1
    assert len(box.taken) == 2
    async with db.transaction(SYSTEM) as tx:  # the dead one's word comes too late
        assert not await actions.record_sent(tx, mail, at=clock.now())


async def test_a_mail_that_cannot_be_put_into_words_stops_no_other(
    write: WriteMail, relay: Relay, sending: Config, box: MailBox, db: Database, clock: FixedClock
) -> None:
    await write()
    async with db.transaction(SYSTEM) as tx:  # sealed with a key that is not ours
        await actions.write_mail(
            tx, MailKind.FOLLOW_UP, to="a@example.org", language="sq", facts=FACTS,
            at=clock.now() - timedelta(hours=1), sealer=Sealer(bytes(32)),
        )  # fmt: skip

    await relay(sending)

    assert [row["last_trouble"] for row in await rows(db)] == [None, "not_written"]
    assert len(box.taken) == 1


async def test_without_a_server_a_mail_becomes_one_file_in_a_folder(
    write: WriteMail, relay: Relay, keeping: Config
) -> None:
    mail_id = await write()

    await relay(keeping)
    await relay(keeping)

    files = list(keeping.mails_folder.iterdir())
    assert [file.name for file in files] == [f"{mail_id}.eml"]
    assert files[0].stat().st_mode & 0o077 == 0
    assert b"To: arta@example.org" in files[0].read_bytes()


async def test_two_relays_at_once_send_each_mail_once(
    committed: Database, clock: FixedClock, sealer: Sealer, sending: Config, box: MailBox
) -> None:
    async with committed.transaction(SYSTEM) as tx:
        for number in range(12):
            await actions.write_mail(
                tx, MailKind.FOLLOW_UP, to=f"p{number}@example.org", language="sq", facts=FACTS,
                at=clock.now(), sealer=sealer,
            )  # fmt: skip

    tried = await _both(committed, clock, sending)

    assert sum(tried) == 12
    assert min(tried) > 0
    assert len({mail.recipients[0] for mail in box.taken}) == len(box.taken) == 12


async def _both(database: Database, clock: FixedClock, config: Config) -> tuple[int, int]:
    return await asyncio.gather(
        mail_job.relay(database, clock, config), mail_job.relay(database, clock, config)
    )
