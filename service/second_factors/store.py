"""The typed twins of sql/queries/second_factors.sql."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from service import db
from service.actor import Role
from service.db import Connection
from service.ids import (
    AccountId,
    ChallengeId,
    FactorResetId,
    ProofId,
    RecoveryCodeId,
    SecondFactorId,
)
from service.second_factors.model import (
    Act,
    App,
    Challenge,
    Factor,
    FactorRule,
    Means,
    Passkey,
    Purpose,
    Reset,
)

SQL = db.load("second_factors")


async def has_second_factor(tx: Connection, account_id: AccountId) -> bool:
    """Whether a person has a factor in use."""
    return await db.fetch_value(tx, SQL["has_second_factor"], bool, account_id=account_id)


async def needs_second_factor(tx: Connection, role: Role, *, on_day: date) -> bool:
    """Whether a role must have a factor on a day."""
    return await db.fetch_value(tx, SQL["needs_second_factor"], bool, role=role, on_day=on_day)


async def list_factors(tx: Connection, account_id: AccountId) -> list[Factor]:
    """The factors that a person uses, the oldest first."""
    return await db.fetch_all(tx, SQL["list_factors"], Factor, account_id=account_id)


async def find_app(tx: Connection, account_id: AccountId) -> App | None:
    """The app of a person in use, else the one begun last."""
    return await db.find_one(tx, SQL["find_app"], App, account_id=account_id)


async def list_passkeys(tx: Connection, account_id: AccountId, *, site: str) -> list[Passkey]:
    """The passkeys of a person that were made at a site."""
    return await db.fetch_all(tx, SQL["list_passkeys"], Passkey, account_id=account_id, site=site)


async def insert_app(
    tx: Connection,
    factor_id: SecondFactorId,
    account_id: AccountId,
    *,
    name: str,
    secret_sealed: bytes,
    at: datetime,
) -> None:
    """An app that is being set up."""
    await db.execute(
        tx,
        SQL["insert_app"],
        factor_id=factor_id,
        account_id=account_id,
        name=name,
        secret_sealed=secret_sealed,
        at=at,
    )


async def insert_passkey(
    tx: Connection, passkey: Passkey, account_id: AccountId, *, name: str, at: datetime
) -> None:
    """A passkey, in use at once; broken constraints are the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_passkey"],
        factor_id=passkey.id,
        account_id=account_id,
        name=name,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        site=passkey.site,
        at=at,
    )


async def record_enrolled(
    tx: Connection, factor_id: SecondFactorId, account_id: AccountId, *, at: datetime
) -> int:
    """Takes an app into use; 0 when it is in use or ended."""
    return await db.execute(
        tx, SQL["record_enrolled"], factor_id=factor_id, account_id=account_id, at=at
    )


async def record_factor_ended(
    tx: Connection,
    factor_id: SecondFactorId,
    account_id: AccountId,
    *,
    ended_by: AccountId,
    at: datetime,
) -> int:
    """Ends a factor; 0 when it is not the person's or has ended."""
    return await db.execute(
        tx,
        SQL["record_factor_ended"],
        factor_id=factor_id,
        account_id=account_id,
        ended_by=ended_by,
        at=at,
    )


async def record_factors_ended(
    tx: Connection, account_id: AccountId, *, ended_by: AccountId, at: datetime
) -> None:
    """Ends every factor of a person."""
    await db.execute(
        tx, SQL["record_factors_ended"], account_id=account_id, ended_by=ended_by, at=at
    )


async def mark_sign_count(tx: Connection, factor_id: SecondFactorId, *, sign_count: int) -> None:
    """How often a passkey says it has signed."""
    await db.execute(tx, SQL["mark_sign_count"], factor_id=factor_id, sign_count=sign_count)


async def insert_step(tx: Connection, factor_id: SecondFactorId, *, step: int, at: datetime) -> int:
    """Uses the half minute of a code up; 0 when it was used before."""
    return await db.execute(tx, SQL["insert_step"], factor_id=factor_id, step=step, at=at)


async def insert_recovery_codes(
    tx: Connection,
    account_id: AccountId,
    *,
    ids: Sequence[RecoveryCodeId],
    hashes: Sequence[bytes],
    at: datetime,
) -> None:
    """Keeps the hashes of new codes."""
    await db.execute(
        tx,
        SQL["insert_recovery_codes"],
        account_id=account_id,
        ids=list(ids),
        hashes=list(hashes),
        at=at,
    )


async def record_recovery_code_used(
    tx: Connection, account_id: AccountId, *, code_hash: bytes, at: datetime
) -> int:
    """Uses a code up; 0 when it is none, was used or ended."""
    return await db.execute(
        tx,
        SQL["record_recovery_code_used"],
        account_id=account_id,
        code_hash=code_hash,
        at=at,
    )


async def record_recovery_codes_ended(
    tx: Connection, account_id: AccountId, *, at: datetime
) -> None:
    """Lets the codes that are left open nothing."""
    await db.execute(tx, SQL["record_recovery_codes_ended"], account_id=account_id, at=at)


async def recovery_codes_left(tx: Connection, account_id: AccountId) -> int:
    """How many codes are left."""
    return await db.fetch_value(tx, SQL["recovery_codes_left"], int, account_id=account_id)


async def insert_challenge(
    tx: Connection,
    challenge: Challenge,
    account_id: AccountId,
    *,
    purpose: Purpose,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keeps what a passkey is asked to sign."""
    await db.execute(
        tx,
        SQL["insert_challenge"],
        challenge_id=challenge.id,
        account_id=account_id,
        purpose=purpose,
        challenge=challenge.challenge,
        at=at,
        expires_at=expires_at,
    )


async def find_challenge(
    tx: Connection, account_id: AccountId, *, purpose: Purpose, challenge: bytes, at: datetime
) -> Challenge | None:
    """A challenge of a person that is not used and has not run out."""
    return await db.find_one(
        tx,
        SQL["find_challenge"],
        Challenge,
        account_id=account_id,
        purpose=purpose,
        challenge=challenge,
        at=at,
    )


async def record_challenge_used(tx: Connection, challenge_id: ChallengeId, *, at: datetime) -> int:
    """Uses a challenge up; 0 when it was."""
    return await db.execute(tx, SQL["record_challenge_used"], challenge_id=challenge_id, at=at)


async def insert_proof(
    tx: Connection,
    proof_id: ProofId,
    account_id: AccountId,
    *,
    act: Act,
    subject_id: UUID,
    means: Means,
    at: datetime,
) -> None:
    """Notes that somebody proved who they are for one act."""
    await db.execute(
        tx,
        SQL["insert_proof"],
        proof_id=proof_id,
        account_id=account_id,
        act=act,
        subject_id=subject_id,
        means=means,
        at=at,
    )


async def list_rules(tx: Connection, *, on_day: date) -> list[FactorRule]:
    """Which roles must have a factor on a day, and by what."""
    return await db.fetch_all(tx, SQL["list_rules"], FactorRule, on_day=on_day)


async def insert_reset(
    tx: Connection,
    reset_id: FactorResetId,
    account_id: AccountId,
    *,
    reason: str,
    asked_by: AccountId,
    at: datetime,
) -> None:
    """Asks for a reset; broken constraints are the caller's to name."""
    await db.execute(
        tx,
        SQL["insert_reset"],
        reset_id=reset_id,
        account_id=account_id,
        reason=reason,
        asked_by=asked_by,
        at=at,
    )


async def list_resets(tx: Connection) -> list[Reset]:
    """Resets, the latest first."""
    return await db.fetch_all(tx, SQL["list_resets"], Reset)


async def lock_reset(tx: Connection, reset_id: FactorResetId) -> Reset:
    """One reset, held until the commit."""
    return await db.fetch_one(tx, SQL["lock_reset"], Reset, reset_id=reset_id)


async def record_reset_confirmed(
    tx: Connection, reset_id: FactorResetId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """Confirms a reset; 0 when it was decided on."""
    return await db.execute(
        tx, SQL["record_reset_confirmed"], reset_id=reset_id, confirmed_by=confirmed_by, at=at
    )


async def record_reset_refused(
    tx: Connection, reset_id: FactorResetId, *, refused_by: AccountId, at: datetime
) -> int:
    """Refuses a reset; 0 when it was decided on."""
    return await db.execute(
        tx, SQL["record_reset_refused"], reset_id=reset_id, refused_by=refused_by, at=at
    )
