"""Accounts, sign-in sessions and API tokens as nouns."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from service.actor import Actor, Right, Role, Scope
from service.ids import AccountId, EmployerId, OfficeId, PasswordResetId, SessionId, TokenId

SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=8)
CODE_LIFE = timedelta(minutes=10)
RESET_LIFE = timedelta(hours=1)
TOKEN_LIFE_MAX = timedelta(days=90)


class Stage(StrEnum):
    """How far a sign-in has come: a code is asked for, a factor must be set up, or it is open."""

    OPEN = "open"
    CODE = "code"
    ENROLMENT = "enrolment"


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
    rights: frozenset[Right]

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
            rights=self.rights,
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
    stage: Stage = Stage.OPEN


class OwnSession(msgspec.Struct, frozen=True):
    """A session as the person it belongs to sees it."""

    id: SessionId
    started_at: datetime
    last_seen_at: datetime
    address: str
    browser: str
    is_this_one: bool


class PasswordReset(msgspec.Struct, frozen=True):
    """A link by which a forgotten password is replaced, once."""

    id: PasswordResetId
    account_id: AccountId
    email: str
    name: str
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


class AskedReset(msgspec.Struct, frozen=True):
    """Whom a link to a new password goes to, with its token, which is known this once."""

    email: str
    name: str
    language: str
    token: str


class Kept(msgspec.Struct, frozen=True):
    """An account as its administrator sees it, with how it is used."""

    id: AccountId
    email: str
    name: str
    role: Role
    office_id: OfficeId | None
    office_name_sq: str | None
    office_name_sr: str | None
    employer_id: EmployerId | None
    employer_name: str | None
    language: str
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    session_count: int
    has_second_factor: bool
    rights: frozenset[Right]

    def office_name(self, language: str) -> str | None:
        """The name of its office for a reader."""
        return self.office_name_sr if language == "sr" else self.office_name_sq


class RoleChange(msgspec.Struct, frozen=True):
    """What an account was before a change, what after, and why."""

    role_before: Role
    role_after: Role
    reason: str
    changed_at: datetime
    changed_by_name: str


class DutyConflict(msgspec.Struct, frozen=True):
    """Two duties that one person does not hold one after the other within some months."""

    role_before: Role
    role_after: Role
    months: int
    source: str


class Search(msgspec.Struct, frozen=True):
    """Which accounts are wanted; what is empty does not matter. They come by name and address."""

    words: str = ""
    role: Role | None = None
    is_disabled: bool | None = None
    after: AccountId | None = None


class Token(msgspec.Struct, frozen=True):
    """A token for machines, without its secret."""

    id: TokenId
    account_id: AccountId
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime
    revoked_at: datetime | None
