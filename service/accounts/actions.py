"""Making accounts, signing in and out, and issuing tokens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service import db
from service.accounts import rules, store
from service.accounts.model import (
    CODE_LIFE,
    SESSION_LIFE,
    Account,
    AccountView,
    NewAccount,
    Stage,
    Token,
)
from service.accounts.rules import EmailTaken, TooManyAttempts, WrongPassword
from service.actor import Actor, Role, Scope
from service.crypto import fingerprint
from service.db import Connection
from service.ids import AccountId, TokenId, new_id
from service.problems import NotAllowed, NotFound

HASHER = PasswordHasher()
# Hashed for nobody: an unknown account costs the same time as a known one.
NOBODYS_HASH = HASHER.hash(secrets.token_hex())
SEEN_EVERY = timedelta(minutes=1)
BROWSER_LENGTH_MAX = 200


async def create_account(
    tx: Connection, account: NewAccount, *, by: Actor, at: datetime
) -> AccountId:
    """A new account, made by an administrator; InvalidFields or EmailTaken when it cannot be."""
    if by.role not in {Role.ADMINISTRATOR, Role.SYSTEM}:
        raise NotAllowed
    return await open_account(tx, account, at=at)


async def open_account(tx: Connection, account: NewAccount, *, at: datetime) -> AccountId:
    """A new account for whoever was invited to it; InvalidFields or EmailTaken."""
    rules.check_account(account)
    account_id = AccountId(new_id())
    with db.refusing(
        account_once_per_email=EmailTaken,
        account_office_id_fkey=NotFound,
        account_employer_id_fkey=NotFound,
    ):
        await store.insert_account(
            tx, account_id, account, password_hash=HASHER.hash(account.password), at=at
        )
    return account_id


async def check_password(
    tx: Connection, *, email: str, password: str, address: str, at: datetime
) -> Account | TooManyAttempts | WrongPassword:
    """Whose password it is.

    The attempt is counted either way, so a refusal is answered: raising it would undo the count.
    """
    email = email.strip().lower()
    if wait := await refuse_guessing(tx, email, address=address, at=at):
        return wait
    account = await store.find_account_by_email(tx, email)
    right = _is_password(account.password_hash if account else NOBODYS_HASH, password)
    known = account is not None and account.disabled_at is None and right
    await store.insert_attempt(tx, email=email, address=address, at=at, succeeded=known)
    if account is None or not known:
        return WrongPassword()
    await store.delete_failures(tx, email=email)
    if HASHER.check_needs_rehash(account.password_hash):
        await store.mark_password_hash(tx, account.id, HASHER.hash(password))
    return account


async def refuse_guessing(
    tx: Connection, key: str, *, address: str, at: datetime
) -> TooManyAttempts | None:
    """How long to wait after wrong answers about somebody, or from one address; None if not."""
    failures = await store.failures_since(
        tx, email=key, address=address, since=at - rules.FAILURE_WINDOW
    )
    wait = rules.wait_before_sign_in(failures, at)
    return TooManyAttempts(retry_after_seconds=int(wait.total_seconds()) + 1) if wait else None


async def count_answer(
    tx: Connection, key: str, *, address: str, at: datetime, is_right: bool
) -> None:
    """Counts an answer about somebody; a right one ends the count of wrong ones."""
    await store.insert_attempt(tx, email=key, address=address, at=at, succeeded=is_right)
    if is_right:
        await store.delete_failures(tx, email=key)


async def check_own_password(
    tx: Connection, password: str, *, by: Actor, address: str, at: datetime
) -> Account | TooManyAttempts | WrongPassword:
    """The account of who asks, when the password is theirs; counted as a sign-in is."""
    account = await store.get_account(tx, by.account)
    return await check_password(tx, email=account.email, password=password, address=address, at=at)


def _is_password(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


async def open_session(
    tx: Connection,
    account: Account,
    *,
    replacing: str | None,
    address: str,
    at: datetime,
    stage: Stage = Stage.OPEN,
    browser: str = "",
) -> str:
    """A new session's token; the browser's former session, if any, is closed (no fixation).

    One that waits for a code lives ten minutes and shows nothing.
    """
    if replacing:
        await close_session(tx, replacing)
    token = secrets.token_urlsafe(32)
    await store.insert_session(
        tx,
        fingerprint(token.encode()),
        account.id,
        at=at,
        expires_at=at + (CODE_LIFE if stage is Stage.CODE else SESSION_LIFE),
        address=address,
        browser=browser[:BROWSER_LENGTH_MAX],
        stage=stage,
    )
    return token


async def close_session(tx: Connection, token: str) -> None:
    """Signs out; a token that names no session is none to close."""
    await store.delete_session(tx, fingerprint(token.encode()))


async def get_actor_by_email(tx: Connection, email: str) -> Actor:
    """Who acts under an address, for the demo and for tests of whole months; NotFound if nobody."""
    account = await store.find_account_by_email(tx, email)
    if account is None:
        raise NotFound
    return account.actor(rules.scopes_of(account.role))


async def find_actor(tx: Connection, account_id: AccountId) -> Actor | None:
    """Who acts under an account, for work that was asked for earlier; None once it is disabled."""
    account = await store.get_account(tx, account_id)
    if account.disabled_at is not None:
        return None
    return account.actor(rules.scopes_of(account.role))


async def find_actor_of_session(tx: Connection, token: str, *, at: datetime) -> Actor | None:
    """Who is signed in with a session's token, while it lives and the account is not disabled."""
    token_hash = fingerprint(token.encode())
    session = await store.find_session(tx, token_hash)
    if session is None or session.stage is Stage.CODE or not rules.is_live(session, at):
        return None
    account = await store.get_account(tx, session.account_id)
    if account.disabled_at is not None:
        return None
    await store.mark_session_seen(tx, token_hash, at=at, before=at - SEEN_EVERY)
    if session.stage is Stage.ENROLMENT:
        return msgspec.structs.replace(account.actor(frozenset()), must_enrol=True)
    return account.actor(rules.scopes_of(account.role))


async def email_of(tx: Connection, account_id: AccountId) -> str:
    """The address that somebody signs in with."""
    return (await store.get_account(tx, account_id)).email


async def find_waiting_for_code(tx: Connection, token: str, *, at: datetime) -> Account | None:
    """Whose password was right and whose code is still asked for, in a session with this token."""
    session = await store.find_session(tx, fingerprint(token.encode()))
    if session is None or session.stage is not Stage.CODE or not rules.is_live(session, at):
        return None
    account = await store.get_account(tx, session.account_id)
    return account if account.disabled_at is None else None


async def end_enrolment(tx: Connection, token: str) -> None:
    """Opens the session of who has set up the factor that was missing."""
    await store.record_session_open(tx, fingerprint(token.encode()))


async def close_everything(tx: Connection, account_id: AccountId, *, at: datetime) -> None:
    """Ends all sessions and tokens of an account."""
    await store.delete_sessions_of_account(tx, account_id)
    await store.record_tokens_revoked_of_account(tx, account_id, at=at)


async def issue_token(
    tx: Connection,
    account: Account,
    *,
    name: str,
    scopes: Iterable[Scope],
    life: timedelta,
    at: datetime,
) -> tuple[TokenId, str]:
    """A new API token and its secret, which is shown once and kept only as a hash."""
    wanted = sorted(set(scopes))
    rules.check_token(account.role, wanted, life)
    token_id, secret = TokenId(new_id()), f"ura_{secrets.token_urlsafe(32)}"
    await store.insert_token(
        tx,
        token_id,
        token_hash=fingerprint(secret.encode()),
        account_id=account.id,
        name=name,
        scopes=wanted,
        at=at,
        expires_at=at + life,
    )
    return token_id, secret


async def find_actor_of_token(tx: Connection, secret: str, *, at: datetime) -> Actor | None:
    """Who acts with an API token, narrowed to its scopes."""
    token = await store.find_token(tx, fingerprint(secret.encode()))
    if token is None or token.revoked_at is not None or token.expires_at <= at:
        return None
    account = await store.get_account(tx, token.account_id)
    if account.disabled_at is not None:
        return None
    return account.actor(token.scopes & rules.scopes_of(account.role))


async def list_accounts(tx: Connection) -> list[AccountView]:
    """Every account, for the administrator and the auditor."""
    return await store.list_accounts(tx)


async def list_own_tokens(tx: Connection, *, by: Actor) -> list[Token]:
    """The tokens of whoever asks."""
    return await store.list_tokens_of_account(tx, by.account)


async def revoke_token(tx: Connection, token_id: TokenId, *, by: Actor, at: datetime) -> None:
    """Ends one's own token; NotFound for any other."""
    if not await store.record_token_revoked(tx, token_id, by.account, at=at):
        raise NotFound
