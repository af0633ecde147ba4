"""Reading the audit trail; the database writes it by itself, and nobody else can."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.actor import Actor
from service.audit import rules, store
from service.audit.model import (
    ElsewhereLook,
    Entry,
    History,
    LookSearch,
    Search,
    SensitiveReading,
)
from service.candidates.model import SoughtBy
from service.db import Connection
from service.ids import LookId, new_id
from service.lists import Found, Wanted
from service.problems import NotFound

HISTORY_SHOWN = 1_000
LOOKS_SHOWN = 20
NEWEST = Wanted("newest", descending=True, counts=False)


async def search_entries(
    tx: Connection, search: Search, *, wanted: Wanted = NEWEST, by: Actor
) -> Found[Entry]:
    """A page of what was changed, for an auditor; NotAllowed, NotAudited or RowWithoutTable.

    Personal data is masked; `look_into` shows that of one row.
    """
    rules.refuse_unless_auditor(by)
    rules.check_search(search)
    found = await store.list_entries(tx, wanted, search)
    return msgspec.structs.replace(found, rows=[rules.masked(one) for one in found.rows])


async def read_history(tx: Connection, table_name: str, row_id: UUID, *, by: Actor) -> History:
    """All that was written of one row, with its personal data masked.

    Raises NotAllowed, NotAudited, and NotFound when nothing was.
    """
    history = await _history(tx, table_name, row_id, by=by)
    return msgspec.structs.replace(
        history, entries=[rules.masked(one) for one in history.entries], is_masked=True
    )


async def look_into(
    tx: Connection, table_name: str, row_id: UUID, *, purpose: str, by: Actor, at: datetime
) -> History:
    """The same unmasked; who looks and what for is noted in the same transaction.

    Raises InvalidFields without a purpose, and what `read_history` raises.
    """
    said = rules.check_purpose(purpose)
    await _history(tx, table_name, row_id, by=by)
    await store.insert_look(
        tx,
        LookId(new_id()),
        table_name=table_name,
        row_id=row_id,
        purpose=said,
        looked_by=by.account,
        at=at,
    )
    return await _history(tx, table_name, row_id, by=by)


async def list_sensitive_readings(
    tx: Connection,
    wanted: Wanted,
    search: LookSearch,
    *,
    candidate_reference: str | None = None,
    purpose: str | None = None,
    by: Actor,
) -> Found[SensitiveReading]:
    """A page of who opened what is sealed of whom, for an auditor; NotAllowed for others."""
    rules.refuse_unless_auditor(by)
    reference = None if candidate_reference is None else candidate_reference.upper()
    return await store.list_sensitive_readings(
        tx, wanted, search, candidate_reference=reference, purpose=purpose
    )


async def list_elsewhere_looks(
    tx: Connection,
    wanted: Wanted,
    search: LookSearch,
    *,
    sought_by: SoughtBy | None = None,
    by: Actor,
) -> Found[ElsewhereLook]:
    """A page of who was told of other offices' people, for an auditor; NotAllowed for others."""
    rules.refuse_unless_auditor(by)
    return await store.list_elsewhere_looks(tx, wanted, search, sought_by=sought_by)


async def _history(tx: Connection, table_name: str, row_id: UUID, *, by: Actor) -> History:
    rules.refuse_unless_auditor(by)
    rules.check_search(Search(table_name=table_name, row_id=row_id))
    entries = await store.list_history(tx, table_name, row_id, at_most=HISTORY_SHOWN)
    if not entries:
        raise NotFound
    people = await store.list_names(tx, rules.people_in(entries))
    return History(
        entries=entries[::-1],
        names={str(one.id): one.name for one in people},
        looks=await store.list_looks(tx, table_name, row_id, at_most=LOOKS_SHOWN),
        is_masked=False,
        hides=rules.hides(entries),
    )
