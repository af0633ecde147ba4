"""The typed twins of sql/queries/accounts.sql."""

from datetime import datetime

from service import db
from service.accounts.model import (
    Account,
    AccountView,
    DutyConflict,
    Failures,
    Kept,
    NewAccount,
    OpenSession,
    OwnSession,
    PasswordReset,
    RoleChange,
    Search,
    Stage,
    Token,
)
from service.actor import Role, Scope
from service.db import Connection
from service.ids import (
    AccountId,
    OfficeId,
    PasswordResetId,
    RoleChangeId,
    SessionId,
    TokenId,
)
from service.names import search_patterns

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
    browser: str,
    stage: Stage,
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
        browser=browser,
        stage=stage,
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


async def list_own_sessions(
    tx: Connection, account_id: AccountId, *, token_hash: bytes, at: datetime
) -> list[OwnSession]:
    """Where somebody is signed in, the session with this token marked; latest use first."""
    return await db.fetch_all(
        tx,
        SQL["list_own_sessions"],
        OwnSession,
        account_id=account_id,
        token_hash=token_hash,
        at=at,
    )


async def delete_own_session(
    tx: Connection, session_id: SessionId, account_id: AccountId, *, token_hash: bytes
) -> int:
    """Closes another session of the same person; 0 when there is none."""
    return await db.execute(
        tx,
        SQL["delete_own_session"],
        session_id=session_id,
        account_id=account_id,
        token_hash=token_hash,
    )


async def delete_other_sessions(
    tx: Connection, account_id: AccountId, *, token_hash: bytes
) -> None:
    """Closes all sessions of a person but one."""
    await db.execute(tx, SQL["delete_other_sessions"], account_id=account_id, token_hash=token_hash)


async def record_session_open(tx: Connection, token_hash: bytes) -> None:
    """Opens a session that waited for a factor to be set up."""
    await db.execute(tx, SQL["record_session_open"], token_hash=token_hash)


async def record_language(tx: Connection, account_id: AccountId, *, language: str) -> None:
    """The language a person reads."""
    await db.execute(tx, SQL["record_language"], account_id=account_id, language=language)


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


async def lock_account(tx: Connection, account_id: AccountId) -> Account:
    """One account, held until the commit."""
    return await db.fetch_one(tx, SQL["lock_account"], Account, account_id=account_id)


async def record_enabled(tx: Connection, account_id: AccountId) -> int:
    """Gives an ended account back; 0 when it had not ended."""
    return await db.execute(tx, SQL["record_enabled"], account_id=account_id)


async def record_role(
    tx: Connection, account_id: AccountId, *, role: Role, office_id: OfficeId | None
) -> None:
    """Another role, or another office; broken constraints are the caller's to name."""
    await db.execute(tx, SQL["record_role"], account_id=account_id, role=role, office_id=office_id)


async def insert_role_change(
    tx: Connection,
    change_id: RoleChangeId,
    before: Account,
    *,
    role: Role,
    office_id: OfficeId | None,
    reason: str,
    changed_by: AccountId,
    at: datetime,
) -> None:
    """Keeps what an account was and what it became."""
    await db.execute(
        tx,
        SQL["insert_role_change"],
        change_id=change_id,
        account_id=before.id,
        role_before=before.role,
        office_before=before.office_id,
        role_after=role,
        office_after=office_id,
        reason=reason,
        at=at,
        changed_by=changed_by,
    )


async def list_role_changes(tx: Connection, account_id: AccountId) -> list[RoleChange]:
    """What an account was, the latest change first."""
    return await db.fetch_all(tx, SQL["list_role_changes"], RoleChange, account_id=account_id)


async def list_duty_conflicts(tx: Connection, role_after: Role) -> list[DutyConflict]:
    """The duties after which one cannot have this role."""
    return await db.fetch_all(tx, SQL["list_duty_conflicts"], DutyConflict, role_after=role_after)


async def search_accounts(tx: Connection, wanted: Search, *, at_most: int) -> list[Kept]:
    """Accounts by their addresses, from one address on."""
    return await db.fetch_all(
        tx,
        SQL["search_accounts"],
        Kept,
        after=wanted.after,
        role=wanted.role,
        is_disabled=wanted.is_disabled,
        patterns=search_patterns(wanted.words),
        at_most=at_most,
    )


async def get_kept_account(tx: Connection, account_id: AccountId) -> Kept:
    """One account with how it is used."""
    return await db.fetch_one(tx, SQL["get_kept_account"], Kept, account_id=account_id)


async def end_password_resets(tx: Connection, account_id: AccountId, *, at: datetime) -> None:
    """Lets earlier links of a person open nothing."""
    await db.execute(tx, SQL["end_password_resets"], account_id=account_id, at=at)


async def password_resets_since(tx: Connection, account_id: AccountId, *, since: datetime) -> int:
    """How many links a person was sent of late."""
    return await db.fetch_value(
        tx, SQL["password_resets_since"], int, account_id=account_id, since=since
    )


async def insert_password_reset(
    tx: Connection,
    reset_id: PasswordResetId,
    account_id: AccountId,
    *,
    token_hash: bytes,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keeps the hash of a link's token."""
    await db.execute(
        tx,
        SQL["insert_password_reset"],
        reset_id=reset_id,
        token_hash=token_hash,
        account_id=account_id,
        at=at,
        expires_at=expires_at,
    )


async def find_password_reset(tx: Connection, token_hash: bytes) -> PasswordReset | None:
    """The link with this token, while its account works."""
    return await db.find_one(tx, SQL["find_password_reset"], PasswordReset, token_hash=token_hash)


async def record_password_reset_used(
    tx: Connection, reset_id: PasswordResetId, *, at: datetime
) -> int:
    """Uses a link up; 0 when it was used, ended or ran out."""
    return await db.execute(tx, SQL["record_password_reset_used"], reset_id=reset_id, at=at)
