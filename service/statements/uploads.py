"""A file that somebody hands in: one that is refused whole is noted all the same."""

from service.actor import Actor
from service.clock import Clock
from service.crypto import Sealer
from service.problems import InvalidFields, NotAllowed, Problem
from service.statements import actions
from service.statements.actions import OnStep, unwatched
from service.statements.model import ImportSummary
from service.web import ActingDatabase


async def hand_in(
    db: ActingDatabase,
    content: bytes,
    *,
    me: Actor,
    clock: Clock,
    sealer: Sealer,
    on_step: OnStep = unwatched,
) -> ImportSummary:
    """Reads a file from the bank; when it is refused whole, keeps that it came, and raises."""
    try:
        async with db.transaction() as tx:
            return await actions.import_file(
                tx, content, by=me, at=clock.now(), sealer=sealer, on_step=on_step
            )
    except (NotAllowed, InvalidFields):
        raise
    except Problem as refused:
        async with db.transaction() as tx:
            await actions.note_refusal(tx, content, refused, by=me, at=clock.now())
        raise
