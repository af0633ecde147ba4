"""The typed twins of sql/queries/accounts.sql."""

from datetime import datetime

from service import db
from service.accounts.model import Account, AccountView, Failures, NewAccount, OpenSession, Token
from service.actor import Scope
from service.db import Connection
from service.ids import AccountId, TokenId

SQL = db.load("accounts")


async def insert_account(
    tx: Connection, account_id: AccountId, account: NewAccount, *, password_hash: str, at: datetime
) -> None:
    """Writes a new account; broken constraints are the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_account"],
        account_id=account_id,
        email=account.email.strip().lower(),
        name=account.name.strip(),
        role=account.role,
        office_id=account.office_id,
        employer_id=account.employer_id,
        language=account.language,
        password_hash=password_hash,
        at=at,
    )


async def find_account_by_email(tx: Connection, email: str) -> Account | None:
    """The account of a folded e-mail address."""
    return await db.find_one(tx, SQL["find_account_by_email"], Account, email=email)


async def get_account(tx: Connection, account_id: AccountId) -> Account:
    """One account."""
    return await db.fetch_one(tx, SQL["get_account"], Account, account_id=account_id)


async def list_accounts(tx: Connection) -> list[AccountView]:
    """All accounts, by role."""
    return await db.fetch_all(tx, SQL["list_accounts"], AccountView)


async def record_disabled(tx: Connection, account_id: AccountId, *, at: datetime) -> int:
    """Ends an account; 0 when it had ended before or does not exist."""
    return await db.execute(tx, SQL["record_disabled"], account_id=account_id, at=at)


async def mark_password_hash(tx: Connection, account_id: AccountId, password_hash: str) -> None:
    """Renews the hash of the same password."""
    await db.execute(
        tx, SQL["mark_password_hash"], account_id=account_id, password_hash=password_hash
    )


async def failures_since(tx: Connection, *, email: str, address: str, since: datetime) -> Failures:
    """Failed sign-ins of one account and of one network address."""
    return await db.fetch_one(
        tx, SQL["failures_since"], Failures, email=email, address=address, since=since
    )


async def insert_attempt(
    tx: Connection, *, email: str, address: str, at: datetime, succeeded: bool
) -> None:
    """Counts one attempt to sign in."""
    await db.execute(
        tx, SQL["insert_attempt"], email=email, address=address, at=at, succeeded=succeeded
    )


async def delete_failures(tx: Connection, *, email: str) -> None:
    """Forgets the failed attempts of an account."""
    await db.execute(tx, SQL["delete_failures"], email=email)


async def insert_session(
    tx: Connection,
    token_hash: bytes,
    account_id: AccountId,
    *,
    at: datetime,
    expires_at: datetime,
    address: str,
) -> None:
    """Opens a session; only the hash of its token is kept."""
    await db.execute(
        tx,
        SQL["insert_session"],
        token_hash=token_hash,
        account_id=account_id,
        at=at,
        expires_at=expires_at,
        address=address,
    )


async def find_session(tx: Connection, token_hash: bytes) -> OpenSession | None:
    """The session of a token."""
    return await db.find_one(tx, SQL["find_session"], OpenSession, token_hash=token_hash)


async def mark_session_seen(
    tx: Connection, token_hash: bytes, *, at: datetime, before: datetime
) -> None:
    """Notes that a session is in use, at most once in the time between `before` and `at`."""
    await db.execute(tx, SQL["mark_session_seen"], token_hash=token_hash, at=at, before=before)


async def delete_session(tx: Connection, token_hash: bytes) -> None:
    """Closes a session."""
    await db.execute(tx, SQL["delete_session"], token_hash=token_hash)


async def delete_sessions_of_account(tx: Connection, account_id: AccountId) -> None:
    """Closes every session of an account."""
    await db.execute(tx, SQL["delete_sessions_of_account"], account_id=account_id)


async def insert_token(
    tx: Connection,
    token_id: TokenId,
    *,
    token_hash: bytes,
    account_id: AccountId,
    name: str,
    scopes: list[Scope],
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keeps the hash of a new API token."""
    await db.execute(
        tx,
        SQL["insert_token"],
        token_id=token_id,
        token_hash=token_hash,
        account_id=account_id,
        name=name,
        scopes=scopes,
        at=at,
        expires_at=expires_at,
    )


async def find_token(tx: Connection, token_hash: bytes) -> Token | None:
    """The API token with this hash."""
    return await db.find_one(tx, SQL["find_token"], Token, token_hash=token_hash)


async def list_tokens_of_account(tx: Connection, account_id: AccountId) -> list[Token]:
    """A person's tokens, oldest first."""
    return await db.fetch_all(tx, SQL["list_tokens_of_account"], Token, account_id=account_id)


async def record_token_revoked(
    tx: Connection, token_id: TokenId, account_id: AccountId, *, at: datetime
) -> int:
    """Ends a person's own token; 0 when it is not theirs or has ended."""
    return await db.execute(
        tx, SQL["record_token_revoked"], token_id=token_id, account_id=account_id, at=at
    )


async def record_tokens_revoked_of_account(
    tx: Connection, account_id: AccountId, *, at: datetime
) -> None:
    """Ends all tokens of an account."""
    await db.execute(tx, SQL["record_tokens_revoked_of_account"], account_id=account_id, at=at)
