"""What people do with their own account: password, language, where they are signed in."""

import secrets
from datetime import datetime, timedelta

from service.accounts import rules, store
from service.accounts.actions import HASHER, check_own_password, close_everything
from service.accounts.model import RESET_LIFE, AskedReset, OwnSession, PasswordReset
from service.accounts.rules import TooManyAttempts, WrongPassword
from service.actor import Actor
from service.crypto import fingerprint
from service.db import Connection
from service.ids import PasswordResetId, SessionId, new_id
from service.problems import NotFound


async def change_password(
    tx: Connection,
    present: str,
    wanted: str,
    repeated: str,
    *,
    by: Actor,
    token: str,
    address: str,
    at: datetime,
) -> TooManyAttempts | WrongPassword | None:
    """Another password; every other session and every token of the person ends.

    Raises InvalidFields for a weak one. A wrong present one is counted, so it is answered.
    """
    account = await store.get_account(tx, by.account)
    rules.check_new_password(wanted, repeated, email=account.email, name=account.name)
    checked = await check_own_password(tx, present, by=by, address=address, at=at)
    if isinstance(checked, TooManyAttempts | WrongPassword):
        return checked
    await store.mark_password_hash(tx, account.id, HASHER.hash(wanted))
    await store.delete_other_sessions(tx, account.id, token_hash=fingerprint(token.encode()))
    await store.record_tokens_revoked_of_account(tx, account.id, at=at)
    return None


async def list_own_sessions(
    tx: Connection, *, by: Actor, token: str, at: datetime
) -> list[OwnSession]:
    """Where one is signed in."""
    return await store.list_own_sessions(
        tx, by.account, token_hash=fingerprint(token.encode()), at=at
    )


async def close_own_session(
    tx: Connection, session_id: SessionId, *, by: Actor, token: str
) -> None:
    """Signs out elsewhere; NotFound for the session in use and for anybody else's."""
    if not await store.delete_own_session(
        tx, session_id, by.account, token_hash=fingerprint(token.encode())
    ):
        raise NotFound


async def close_other_sessions(tx: Connection, *, by: Actor, token: str) -> None:
    """Signs out everywhere else."""
    await store.delete_other_sessions(tx, by.account, token_hash=fingerprint(token.encode()))


async def change_language(tx: Connection, language: str, *, by: Actor) -> None:
    """The language that pages and mails speak to this person; InvalidFields for another."""
    rules.check_language(language)
    await store.record_language(tx, by.account, language=language)


async def ask_reset(tx: Connection, email: str, *, at: datetime) -> AskedReset | None:
    """A link to a new password and whom it goes to; it ends the links before it.

    None where no account has the address, or it was sent three within the hour: whoever asks is
    told the same either way.
    """
    account = await store.find_account_by_email(tx, email.strip().lower())
    if account is None or account.disabled_at is not None:
        return None
    recent = await store.password_resets_since(tx, account.id, since=at - timedelta(hours=1))
    if recent >= rules.RESETS_AT_ONCE:
        return None
    await store.end_password_resets(tx, account.id, at=at)
    token = secrets.token_urlsafe(32)
    await store.insert_password_reset(
        tx,
        PasswordResetId(new_id()),
        account.id,
        token_hash=fingerprint(token.encode()),
        at=at,
        expires_at=at + RESET_LIFE,
    )
    return AskedReset(account.email, account.name, account.language, token)


async def read_reset(tx: Connection, token: str, *, at: datetime) -> PasswordReset:
    """Whose password a link replaces; LinkUsedUp when it opens nothing."""
    return rules.check_link(await store.find_password_reset(tx, fingerprint(token.encode())), at)


async def reset_password(
    tx: Connection, token: str, wanted: str, repeated: str, *, at: datetime
) -> None:
    """The new password of who holds a link; all sessions and tokens end, factors stay.

    Raises LinkUsedUp and InvalidFields.
    """
    reset = await read_reset(tx, token, at=at)
    rules.check_new_password(wanted, repeated, email=reset.email, name=reset.name)
    if not await store.record_password_reset_used(tx, reset.id, at=at):
        raise rules.LinkUsedUp
    await store.mark_password_hash(tx, reset.account_id, HASHER.hash(wanted))
    await close_everything(tx, reset.account_id, at=at)
