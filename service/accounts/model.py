"""Accounts, sign-in sessions and API tokens as nouns."""

from datetime import datetime, timedelta

import msgspec

from service.actor import Actor, Role, Scope
from service.ids import AccountId, EmployerId, OfficeId, TokenId

SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=8)
TOKEN_LIFE_MAX = timedelta(days=90)


class Account(msgspec.Struct, frozen=True):
    """Somebody who may sign in; the password is kept as an argon2id hash only."""

    id: AccountId
    email: str
    name: str
    role: Role
    office_id: OfficeId | None
    employer_id: EmployerId | None
    language: str
    password_hash: str
    disabled_at: datetime | None

    def actor(self, scopes: frozenset[Scope]) -> Actor:
        """This person, acting with these rights."""
        return Actor(
            role=self.role,
            account_id=self.id,
            name=self.name,
            office_id=self.office_id,
            employer_id=self.employer_id,
            language=self.language,
            scopes=scopes,
        )


class AccountView(msgspec.Struct, frozen=True):
    """An account as an administrator sees it: no password, not even hashed."""

    id: AccountId
    email: str
    name: str
    role: Role
    office_id: OfficeId | None
    employer_id: EmployerId | None
    language: str
    disabled_at: datetime | None


class NewAccount(msgspec.Struct, frozen=True):
    """What an administrator says of a new account."""

    email: str
    name: str
    role: Role
    password: str
    office_id: OfficeId | None = None
    employer_id: EmployerId | None = None
    language: str = "sq"


class Failures(msgspec.Struct, frozen=True):
    """Failed sign-ins of the last quarter of an hour, and the last of them."""

    for_email: int
    last_for_email: datetime | None
    for_address: int
    last_for_address: datetime | None


class OpenSession(msgspec.Struct, frozen=True):
    """A session in use, with the account it belongs to."""

    account_id: AccountId
    last_seen_at: datetime
    expires_at: datetime


class Token(msgspec.Struct, frozen=True):
    """A token for machines, without its secret."""

    id: TokenId
    account_id: AccountId
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime
    revoked_at: datetime | None
