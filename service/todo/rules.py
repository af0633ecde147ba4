"""How what waits is put together."""

from collections.abc import Sequence

from service.todo.model import Item, Kind, Waiting

COUNTED_MAX = 1000
SHOWN_MAX = 5


def gather(kind: Kind, items: Sequence[Item]) -> Waiting | None:
    """What waits of a kind, from its oldest things; None when nothing does."""
    if not items:
        return None
    return Waiting(kind, items[0].all_count, items[0].since, list(items))
