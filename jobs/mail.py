"""The relay: sends the mails that wait in PostgreSQL, one after another.

A mail is claimed by a lease in one transaction, sent in none, and recorded in another. When a relay
dies between sending and recording, the mail goes out once more, with the same Message-ID: at least
once, and recognisable as one. Two relays never send one mail while its lease lasts.
"""

import logging
from datetime import timedelta
from email.message import EmailMessage

from service.actor import SYSTEM
from service.clock import Clock
from service.config import Config
from service.crypto import Sealer
from service.db import Database
from service.mail import actions
from service.mail.message import write_message
from service.mail.model import Claimed, Trouble
from service.mail.outlets import NotTaken, Outlet, open_outlet

log = logging.getLogger("ura.mail")


async def relay(
    database: Database, clock: Clock, config: Config, *, time_max: timedelta | None = None
) -> int:
    """Sends until none waits, the time is over or the server is down; answers how many were tried.

    What a server that is down leaves waits for the next sweep.
    """
    tried, started = 0, clock.now()
    async with open_outlet(config) as outlet:
        while time_max is None or clock.now() - started < time_max:
            async with database.transaction(SYSTEM) as tx:
                mail = await actions.claim_mail(tx, at=clock.now())
            if mail is None:
                break
            tried += 1
            if not await _send(database, clock, config, outlet, mail):
                break
    return tried


async def _send(
    database: Database, clock: Clock, config: Config, outlet: Outlet, mail: Claimed
) -> bool:
    """Sends one mail and records what became of it; False when no other would go out now."""
    try:
        await outlet.send(_write(mail, config.sealer, sender=config.mail_from))
    except NotTaken as refused:
        log.warning("mail %s of kind %s did not go out: %s", mail.id, mail.kind, refused)
        async with database.transaction(SYSTEM) as tx:
            await actions.record_trouble(
                tx, mail, refused.trouble, code=refused.code, at=clock.now()
            )
        return not refused.outlet_down
    async with database.transaction(SYSTEM) as tx:
        recorded = await actions.record_sent(tx, mail, at=clock.now())
    if not recorded:
        log.warning("mail %s outlasted its lease and may go out twice", mail.id)
    return True


def _write(mail: Claimed, sealer: Sealer, *, sender: str) -> EmailMessage:
    try:
        return write_message(actions.open_mail(mail, sealer), sender=sender)
    except Exception as wrong:
        # Whatever it is, the mail must not stop the others; its words may be personal, so only the
        # kind of error is logged.
        log.error("mail %s of kind %s: %s", mail.id, mail.kind, type(wrong).__name__)
        raise NotTaken(Trouble.NOT_WRITTEN) from wrong
