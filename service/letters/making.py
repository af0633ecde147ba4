"""Making a letter: the facts are read, it is printed with nothing held, and it is kept."""

import asyncio

from service.actor import Actor
from service.clock import Clock
from service.crypto import Sealer
from service.letters import actions
from service.letters.model import Letter, Subject
from service.letters.printing import print_paper
from service.web import ActingDatabase


async def make_letter(
    db: ActingDatabase,
    subject: Subject,
    *,
    language: str,
    me: Actor,
    clock: Clock,
    sealer: Sealer,
) -> Letter:
    """The letter, in its reader's language unless one is named; refusals as of `write_letter`.

    Between its two transactions it is printed in a thread, so that an employer's statement of
    hundreds of people holds up no connection and no other request.
    """
    at = clock.now()
    async with db.transaction() as tx:
        written = await actions.write_letter(
            tx, subject, language=language or None, by=me, on=clock.today(), sealer=sealer
        )
    if written.kept is not None:
        return written.kept
    pdf = await asyncio.to_thread(
        print_paper, written.addressed.paper, reference=written.reference, made_at=at
    )
    async with db.transaction() as tx:
        return await actions.keep_letter(tx, written, pdf, by=me, at=at, sealer=sealer)
