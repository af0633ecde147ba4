"""Reading the audit trail; the database writes it by itself, and nobody else can."""

from service.actor import Actor, Role
from service.audit import rules, store
from service.audit.model import Entry, Search
from service.db import Connection
from service.lists import Found, Wanted
from service.problems import NotAllowed

NEWEST = Wanted("newest", descending=True, counts=False)


async def search_entries(
    tx: Connection, search: Search, *, wanted: Wanted = NEWEST, by: Actor
) -> Found[Entry]:
    """A page of what was changed, for an auditor; NotAllowed, NotAudited or RowWithoutTable."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed
    rules.check_search(search)
    return await store.list_entries(tx, wanted, search)
