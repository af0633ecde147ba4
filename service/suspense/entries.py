"""What reading a file writes of entries that waited: nothing here moves an order."""

from datetime import datetime

from service.actor import Actor
from service.db import Connection
from service.i18n import _
from service.ids import EntryId, ResolutionId, new_id
from service.suspense import store
from service.suspense.model import ResolutionKind


async def note_block(tx: Connection, entry_id: EntryId, *, by: Actor, at: datetime) -> ResolutionId:
    """Notes that an entry for a whole block has now added up; who handed the file in stands for it.
    Answers the resolution, to which the moves of its orders belong."""
    resolution_id = ResolutionId(new_id())
    await store.insert_resolution(
        tx,
        resolution_id,
        entry_id,
        kind=ResolutionKind.BATCH,
        category=None,
        reason=_("The payments of the block add up to it."),
        undoes=None,
        needs_second=False,
        proposed_by=by.account,
        at=at,
    )
    return resolution_id
