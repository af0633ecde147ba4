"""Reading the audit trail; the database writes it by itself, and nobody else can."""

from service.actor import Actor, Role
from service.audit import rules, store
from service.audit.model import ENTRIES_AT_ONCE, Found, Search
from service.db import Connection
from service.problems import NotAllowed


async def search_entries(tx: Connection, search: Search, *, by: Actor) -> Found:
    """A page of what was changed, for an auditor; NotAllowed, NotAudited or RowWithoutTable."""
    if by.role is not Role.AUDITOR:
        raise NotAllowed
    rules.check_search(search)
    return rules.make_page(await store.list_entries(tx, search, at_most=ENTRIES_AT_ONCE + 1))
