"""Writing a mail, handing one to the relay, and what administrators do with those that failed."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from service.actor import Actor
from service.crypto import Sealer
from service.db import Connection
from service.i18n import LANGUAGES
from service.ids import MailId, new_id
from service.mail import rules, store
from service.mail.model import (
    LEASE,
    Claimed,
    MailEvent,
    MailKind,
    MailState,
    Opened,
    Shown,
    Trouble,
    Written,
)
from service.mail.words import facts_of

LISTED_AT_ONCE = 50


async def write_mail(
    tx: Connection,
    kind: MailKind,
    *,
    to: str,
    language: str,
    facts: Mapping[str, str],
    at: datetime,
    sealer: Sealer,
) -> MailId:
    """A mail that goes out once this transaction is committed, and only then; BadAddress.

    `facts` are those that the words of the kind name (`words.facts_of`), as plain text.
    """
    assert facts.keys() == facts_of(kind), f"{kind} takes {sorted(facts_of(kind))}"
    assert language in LANGUAGES, f"nobody writes {language} here"
    mail_id = MailId(new_id())
    mail = Written(
        id=mail_id,
        kind=kind,
        to_sealed=_seal(sealer, mail_id, "to_sealed", rules.read_address(to).encode()),
        language=language,
        facts_sealed=_seal(sealer, mail_id, "facts_sealed", msgspec.json.encode(facts)),
        written_at=at,
    )
    await store.insert_mail(tx, mail)
    return mail_id


def _seal(sealer: Sealer, mail_id: MailId, column: str, plain: bytes) -> bytes:
    return sealer.seal(plain, table="mail", column=column, row_id=mail_id)


def open_mail(mail: Written | Claimed, sealer: Sealer) -> Opened:
    """What a mail says and to whom."""
    facts = sealer.open(mail.facts_sealed, table="mail", column="facts_sealed", row_id=mail.id)
    return Opened(
        id=mail.id,
        kind=mail.kind,
        to=_open_address(mail.id, mail.to_sealed, sealer),
        language=mail.language,
        facts=msgspec.json.decode(facts, type=dict[str, str]),
        written_at=mail.written_at,
    )


def _open_address(mail_id: MailId, sealed: bytes, sealer: Sealer) -> str:
    return sealer.open(sealed, table="mail", column="to_sealed", row_id=mail_id).decode()


async def claim_mail(tx: Connection, *, at: datetime) -> Claimed | None:
    """A mail for one relay to send while its lease lasts; None when none waits.

    The attempt is counted before it is made: a mail that ends its relay is given up in the end.
    """
    mail = await store.lock_next_mail(tx, at=at)
    if mail is not None:
        await store.mark_leased(tx, mail.id, lease_token=mail.lease_token, lease_until=at + LEASE)
    return mail


async def record_sent(tx: Connection, mail: Claimed, *, at: datetime) -> bool:
    """A server has taken the mail; False when the lease has gone to another relay meanwhile."""
    rules.move(mail.state, MailEvent.SENT)
    return bool(await store.record_sent(tx, mail.id, lease_token=mail.lease_token, at=at))


async def record_trouble(
    tx: Connection, mail: Claimed, trouble: Trouble, *, code: int | None, at: datetime
) -> MailState:
    """The mail did not go out: it waits for its next attempt, or is given up."""
    if rules.is_hopeless(trouble, attempts=mail.attempts):
        await store.record_given_up(
            tx, mail.id, lease_token=mail.lease_token, trouble=trouble, code=code, at=at
        )
        return rules.move(mail.state, MailEvent.GIVEN_UP)
    await store.record_failed(
        tx,
        mail.id,
        lease_token=mail.lease_token,
        trouble=trouble,
        code=code,
        next_try_at=rules.next_try(at, attempts=mail.attempts),
    )
    return rules.move(mail.state, MailEvent.FAILED)


async def list_mails(
    tx: Connection,
    *,
    state: MailState | None,
    before: MailId | None,
    by: Actor,
    sealer: Sealer,
) -> list[Shown]:
    """A page of the mails, the newest first, their addresses masked; for administrators."""
    rules.check_administrator(by)
    found = await store.list_mails(tx, state=state, before=before, at_most=LISTED_AT_ONCE)
    return [
        Shown(
            id=one.id,
            kind=one.kind,
            to=rules.masked(_open_address(one.id, one.to_sealed, sealer)),
            language=one.language,
            written_at=one.written_at,
            state=one.state,
            attempts=one.attempts,
            next_try_at=one.next_try_at,
            last_trouble=one.last_trouble,
            last_code=one.last_code,
            sent_at=one.sent_at,
            given_up_at=one.given_up_at,
        )
        for one in found
    ]


async def count_by_state(tx: Connection, *, by: Actor) -> dict[MailState, int]:
    """How many mails are in each state; for administrators."""
    rules.check_administrator(by)
    counted = {one.state: one.mails for one in await store.count_by_state(tx)}
    return {state: counted.get(state, 0) for state in MailState}


async def send_again(tx: Connection, mail_id: MailId, *, by: Actor, at: datetime) -> None:
    """Lets a mail that was given up go out after all; MailNotGivenUp for any other."""
    rules.check_administrator(by)
    mail = await store.lock_mail(tx, mail_id)
    rules.move(mail.state, MailEvent.ASKED_AGAIN)
    await store.record_asked_again(tx, mail_id, at=at)


async def read_mail(tx: Connection, mail_id: MailId, *, by: Actor, sealer: Sealer) -> Opened:
    """A whole mail with its link: for the demo country, where mails go to a folder."""
    rules.check_administrator(by)
    return open_mail(await store.get_mail(tx, mail_id), sealer)
