"""The typed twins of sql/queries/mail.sql."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.ids import MailId
from service.mail.model import Claimed, Held, Listed, MailState, Tally, Trouble, Written

SQL = db.load("mail")


async def insert_mail(tx: Connection, mail: Written) -> None:
    """Writes a mail that is to go out at once."""
    await db.execute(
        tx,
        SQL["insert_mail"],
        id=mail.id,
        kind=mail.kind,
        to_sealed=mail.to_sealed,
        language=mail.language,
        facts_sealed=mail.facts_sealed,
        written_at=mail.written_at,
    )


async def lock_next_mail(tx: Connection, *, at: datetime) -> Claimed | None:
    """The mail that has waited longest and that nobody is sending, held."""
    return await db.find_one(tx, SQL["lock_next_mail"], Claimed, at=at)


async def mark_leased(
    tx: Connection, mail_id: MailId, *, lease_token: UUID, lease_until: datetime
) -> int:
    """Leaves a mail to one relay for a while, and counts the attempt."""
    return await db.execute(
        tx,
        SQL["mark_leased"],
        mail_id=mail_id,
        lease_token=lease_token,
        lease_until=lease_until,
    )


async def record_sent(tx: Connection, mail_id: MailId, *, lease_token: UUID, at: datetime) -> int:
    """A server has taken it; 0 when the lease has gone to another relay."""
    return await db.execute(tx, SQL["record_sent"], mail_id=mail_id, lease_token=lease_token, at=at)


async def record_failed(
    tx: Connection,
    mail_id: MailId,
    *,
    lease_token: UUID,
    trouble: Trouble,
    code: int | None,
    next_try_at: datetime,
) -> int:
    """It did not go out and is tried again; 0 when the lease has gone to another relay."""
    return await db.execute(
        tx,
        SQL["record_failed"],
        mail_id=mail_id,
        lease_token=lease_token,
        trouble=trouble,
        code=code,
        next_try_at=next_try_at,
    )


async def record_given_up(
    tx: Connection,
    mail_id: MailId,
    *,
    lease_token: UUID,
    trouble: Trouble,
    code: int | None,
    at: datetime,
) -> int:
    """It is not tried again by itself; 0 when the lease has gone to another relay."""
    return await db.execute(
        tx,
        SQL["record_given_up"],
        mail_id=mail_id,
        lease_token=lease_token,
        trouble=trouble,
        code=code,
        at=at,
    )


async def lock_mail(tx: Connection, mail_id: MailId) -> Held:
    """A mail that is to go out again, held; NotFound."""
    return await db.fetch_one(tx, SQL["lock_mail"], Held, mail_id=mail_id)


async def record_asked_again(tx: Connection, mail_id: MailId, *, at: datetime) -> int:
    """Lets a mail that was given up wait to be sent."""
    return await db.execute(tx, SQL["record_asked_again"], mail_id=mail_id, at=at)


async def list_mails(
    tx: Connection, *, state: MailState | None, before: MailId | None, at_most: int
) -> list[Listed]:
    """Mails, the newest first; of one state, and those before one, when asked."""
    return await db.fetch_all(
        tx, SQL["list_mails"], Listed, state=state, before=before, at_most=at_most
    )


async def get_mail(tx: Connection, mail_id: MailId) -> Written:
    """One mail, sealed; NotFound."""
    return await db.fetch_one(tx, SQL["get_mail"], Written, mail_id=mail_id)


async def count_by_state(tx: Connection) -> list[Tally]:
    """How many mails are in each state."""
    return await db.fetch_all(tx, SQL["count_by_state"], Tally)
