"""The people of an employer as nouns."""

from datetime import datetime

import msgspec

from service.actor import Right
from service.ids import AccountId


class Person(msgspec.Struct, frozen=True):
    """Somebody who acts for an employer, with their rights."""

    account_id: AccountId
    name: str
    email: str
    disabled_at: datetime | None
    last_seen_at: datetime | None
    rights: frozenset[Right]

    @property
    def is_working(self) -> bool:
        """Whether they can sign in."""
        return self.disabled_at is None
