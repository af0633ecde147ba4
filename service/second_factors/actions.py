"""Setting second factors up, proving who one is by them, and resetting those that are lost."""

import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from service import db
from service.accounts import actions as accounts
from service.accounts.model import Account, Stage
from service.accounts.rules import TooManyAttempts, WrongPassword
from service.actor import Actor
from service.clock import business_day
from service.crypto import Sealer
from service.db import Connection
from service.ids import (
    CROCKFORD,
    AccountId,
    ChallengeId,
    FactorResetId,
    ProofId,
    RecoveryCodeId,
    SecondFactorId,
    new_id,
)
from service.problems import NotAllowed, NotFound, Problem
from service.second_factors import passkeys, rules, store
from service.second_factors.model import (
    CHALLENGE_LIFE,
    RECOVERY_CODES,
    RECOVERY_LETTERS,
    Act,
    Answer,
    BegunApp,
    Challenge,
    Factor,
    FactorKind,
    FactorRule,
    Means,
    Purpose,
    Reset,
    Site,
)

TABLE, COLUMN = "second_factor", "secret_sealed"


async def stage_of(tx: Connection, account: Account, *, at: datetime) -> Stage:
    """What is still asked of somebody whose password was right."""
    if await store.has_second_factor(tx, account.id):
        return Stage.CODE
    needed = await store.needs_second_factor(tx, account.role, on_day=business_day(at))
    return Stage.ENROLMENT if needed else Stage.OPEN


async def is_required(tx: Connection, by: Actor, *, at: datetime) -> bool:
    """Whether the role of who asks must have a factor today."""
    return await store.needs_second_factor(tx, by.role, on_day=business_day(at))


async def refuse_unproved(tx: Connection, by: Actor, *, at: datetime) -> None:
    """SecondFactorNeeded for somebody without a factor whose role must have one today."""
    if await is_required(tx, by, at=at) and not await store.has_second_factor(tx, by.account):
        raise rules.SecondFactorNeeded


async def list_factors(tx: Connection, *, by: Actor) -> list[Factor]:
    """One's own factors in use."""
    return await store.list_factors(tx, by.account)


async def list_rules(tx: Connection, *, at: datetime) -> list[FactorRule]:
    """Which roles must have a factor today."""
    return await store.list_rules(tx, on_day=business_day(at))


async def begin_app(tx: Connection, *, by: Actor, sealer: Sealer, at: datetime) -> BegunApp:
    """The secret for a new app; the same one until it is in use, for an hour.

    Raises FactorStands when there is an app, TooManyFactors.
    """
    rules.refuse_one_more(await store.list_factors(tx, by.account), FactorKind.TOTP)
    email = await accounts.email_of(tx, by.account)
    begun = rules.still_begun(await store.find_app(tx, by.account), at)
    if begun is not None:
        return _shown(begun.id, _opened(sealer, begun.id, begun.secret_sealed), email)
    factor_id, secret = SecondFactorId(new_id()), pyotp.random_base32()
    sealed = sealer.seal(secret.encode(), table=TABLE, column=COLUMN, row_id=factor_id)
    await store.insert_app(tx, factor_id, by.account, name="app", secret_sealed=sealed, at=at)
    return _shown(factor_id, secret, email)


def _shown(factor_id: SecondFactorId, secret: str, email: str) -> BegunApp:
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=rules.ISSUER)
    return BegunApp(factor_id, secret, address)


def _opened(sealer: Sealer, factor_id: SecondFactorId, sealed: bytes) -> str:
    return sealer.open(sealed, table=TABLE, column=COLUMN, row_id=factor_id).decode()


async def refuse_stranger(
    tx: Connection, password: str, *, by: Actor, address: str, at: datetime
) -> Problem | None:
    """WrongPassword or TooManyAttempts, answered as they are counted; None for the right one."""
    checked = await accounts.check_own_password(tx, password, by=by, address=address, at=at)
    return checked if isinstance(checked, TooManyAttempts | WrongPassword) else None


async def confirm_app(
    tx: Connection, code: str, *, by: Actor, address: str, sealer: Sealer, at: datetime
) -> list[str] | Problem:
    """Takes an app into use by its first code; recovery codes where there were none.

    A wrong code is counted, so it is answered: WrongCode or TooManyAttempts. Raises NotFound when
    nothing was begun, FactorStands for a second app.
    """
    rules.refuse_one_more(await store.list_factors(tx, by.account), FactorKind.TOTP)
    begun = rules.still_begun(await store.find_app(tx, by.account), at)
    if begun is None:
        raise NotFound
    if wait := await accounts.refuse_guessing(tx, _key(by.account), address=address, at=at):
        return wait
    plain = rules.read_code(code)
    secret = _opened(sealer, begun.id, begun.secret_sealed)
    step = rules.matching_step(secret, plain, at) if plain else None
    is_right = step is not None
    await accounts.count_answer(tx, _key(by.account), address=address, at=at, is_right=is_right)
    if step is None:
        return rules.WrongCode()
    await store.insert_step(tx, begun.id, step=step, at=at)
    with db.refusing(second_factor_one_app=rules.FactorStands):
        await store.record_enrolled(tx, begun.id, by.account, at=at)
    return await _first_recovery_codes(tx, by=by, sealer=sealer, at=at)


async def _first_recovery_codes(
    tx: Connection, *, by: Actor, sealer: Sealer, at: datetime
) -> list[str]:
    if await store.recovery_codes_left(tx, by.account):
        return []
    return await renew_recovery_codes(tx, by=by, sealer=sealer, at=at)


async def renew_recovery_codes(
    tx: Connection, *, by: Actor, sealer: Sealer, at: datetime
) -> list[str]:
    """Ten new codes, shown this once; those before open nothing. NotAllowed without a factor."""
    if not await store.has_second_factor(tx, by.account):
        raise NotAllowed
    await store.record_recovery_codes_ended(tx, by.account, at=at)
    codes = [
        "".join(secrets.choice(CROCKFORD) for _ in range(RECOVERY_LETTERS))
        for _ in range(RECOVERY_CODES)
    ]
    await store.insert_recovery_codes(
        tx,
        by.account,
        ids=[RecoveryCodeId(new_id()) for _ in codes],
        hashes=[_hash(sealer, by.account, code) for code in codes],
        at=at,
    )
    return [rules.written(code) for code in codes]


async def recovery_codes_left(tx: Connection, *, by: Actor) -> int:
    """How many of one's recovery codes are left."""
    return await store.recovery_codes_left(tx, by.account)


def _hash(sealer: Sealer, account_id: AccountId, code: str) -> bytes:
    return sealer.blind_index(f"recovery_code:{account_id}", code)


async def begin_passkey(tx: Connection, *, site: Site, by: Actor, at: datetime) -> str:
    """What the browser is asked for a new passkey; TooManyFactors."""
    rules.refuse_one_more(await store.list_factors(tx, by.account), FactorKind.PASSKEY)
    known = await store.list_passkeys(tx, by.account, site=site.name)
    made = await _challenge(tx, by.account, Purpose.ENROLMENT, at=at)
    return passkeys.enrolment_options(
        site,
        account_id=by.account,
        email=await accounts.email_of(tx, by.account),
        challenge=made.challenge,
        known=known,
    )


async def enrol_passkey(
    tx: Connection,
    answer: str,
    name: str,
    *,
    site: Site,
    by: Actor,
    sealer: Sealer,
    at: datetime,
) -> list[str]:
    """Takes a passkey into use; recovery codes where there were none.

    Raises InvalidFields, TooManyFactors and PasskeyRefused.
    """
    called = rules.check_name(name)
    rules.refuse_one_more(await store.list_factors(tx, by.account), FactorKind.PASSKEY)
    challenge = await _use_challenge(tx, by.account, answer, Purpose.ENROLMENT, at=at)
    if challenge is None:
        raise rules.PasskeyRefused
    made = passkeys.enrolled(
        answer, site=site, challenge=challenge, factor_id=SecondFactorId(new_id())
    )
    with db.refusing(second_factor_once_per_credential=rules.PasskeyRefused):
        await store.insert_passkey(tx, made, by.account, name=called, at=at)
    return await _first_recovery_codes(tx, by=by, sealer=sealer, at=at)


async def ask_passkey(
    tx: Connection, account_id: AccountId, purpose: Purpose, *, site: Site, at: datetime
) -> str | None:
    """What the browser is asked to sign; None for who has no passkey for this site."""
    known = await store.list_passkeys(tx, account_id, site=site.name)
    if not known:
        return None
    made = await _challenge(tx, account_id, purpose, at=at)
    return passkeys.sign_in_options(site, challenge=made.challenge, known=known)


async def _challenge(
    tx: Connection, account_id: AccountId, purpose: Purpose, *, at: datetime
) -> Challenge:
    made = Challenge(ChallengeId(new_id()), secrets.token_bytes(32))
    await store.insert_challenge(
        tx, made, account_id, purpose=purpose, at=at, expires_at=at + CHALLENGE_LIFE
    )
    return made


async def _use_challenge(
    tx: Connection, account_id: AccountId, answer: str, purpose: Purpose, *, at: datetime
) -> bytes | None:
    found = await store.find_challenge(
        tx, account_id, purpose=purpose, challenge=passkeys.challenge_in(answer), at=at
    )
    if found is None or not await store.record_challenge_used(tx, found.id, at=at):
        return None
    return found.challenge


async def end_factor(tx: Connection, factor_id: SecondFactorId, *, by: Actor, at: datetime) -> None:
    """Ends one's own factor; NotFound, or LastFactorNeeded where the role must have one."""
    factors = await store.list_factors(tx, by.account)
    if factor_id not in {one.id for one in factors}:
        raise NotFound
    rules.refuse_ending(factors, is_required=await is_required(tx, by, at=at))
    await store.record_factor_ended(tx, factor_id, by.account, ended_by=by.account, at=at)
    if len(factors) == 1:
        await store.record_recovery_codes_ended(tx, by.account, at=at)


def _key(account_id: AccountId) -> str:
    return f"factor:{account_id}"


async def check_factor(
    tx: Connection,
    account_id: AccountId,
    answer: Answer,
    *,
    purpose: Purpose,
    site: Site,
    address: str,
    sealer: Sealer,
    at: datetime,
) -> Means | TooManyAttempts | rules.WrongCode:
    """By which factor somebody proved who they are. `tx` acts as that person.

    The answer is counted either way, so a refusal is answered: raising it would undo the count.
    """
    if wait := await accounts.refuse_guessing(tx, _key(account_id), address=address, at=at):
        return wait
    if answer.passkey:
        means = await _by_passkey(tx, account_id, answer.passkey, purpose, site=site, at=at)
    else:
        means = await _by_code(tx, account_id, answer.code, sealer=sealer, at=at)
    await accounts.count_answer(
        tx, _key(account_id), address=address, at=at, is_right=means is not None
    )
    return means or rules.WrongCode()


async def _by_code(
    tx: Connection, account_id: AccountId, typed: str, *, sealer: Sealer, at: datetime
) -> Means | None:
    if code := rules.read_code(typed):
        app = await store.find_app(tx, account_id)
        if app is None or app.enrolled_at is None:
            return None
        step = rules.matching_step(_opened(sealer, app.id, app.secret_sealed), code, at)
        is_first = step is not None and await store.insert_step(tx, app.id, step=step, at=at)
        return Means.TOTP if is_first else None
    recovery = rules.read_recovery_code(typed)
    if recovery is None:
        return None
    used = await store.record_recovery_code_used(
        tx, account_id, code_hash=_hash(sealer, account_id, recovery), at=at
    )
    return Means.RECOVERY_CODE if used else None


async def _by_passkey(
    tx: Connection,
    account_id: AccountId,
    answer: str,
    purpose: Purpose,
    *,
    site: Site,
    at: datetime,
) -> Means | None:
    try:
        challenge = await _use_challenge(tx, account_id, answer, purpose, at=at)
        named = passkeys.credential_in(answer)
        known = await store.list_passkeys(tx, account_id, site=site.name)
        passkey = next((one for one in known if one.credential_id == named), None)
        if challenge is None or passkey is None:
            return None
        count = passkeys.signed_count(answer, site=site, challenge=challenge, passkey=passkey)
    except rules.PasskeyRefused:
        return None
    await store.mark_sign_count(tx, passkey.id, sign_count=count)
    return Means.PASSKEY


async def prove(
    tx: Connection,
    act: Act,
    subject_id: UUID,
    answer: Answer,
    *,
    by: Actor,
    site: Site,
    address: str,
    sealer: Sealer,
    at: datetime,
) -> Problem | None:
    """Proves anew who one is, for one act on one thing: by the password, or by a factor.

    A refusal is answered, as the wrong answer is counted: WrongPassword, WrongCode or
    TooManyAttempts.
    """
    if answer.password:
        account = await accounts.check_own_password(
            tx, answer.password, by=by, address=address, at=at
        )
        if isinstance(account, TooManyAttempts | WrongPassword):
            return account
        means = Means.PASSWORD
    else:
        checked = await check_factor(
            tx,
            by.account,
            answer,
            purpose=Purpose.ACT,
            site=site,
            address=address,
            sealer=sealer,
            at=at,
        )
        if isinstance(checked, Problem):
            return checked
        means = checked
    await store.insert_proof(
        tx, ProofId(new_id()), by.account, act=act, subject_id=subject_id, means=means, at=at
    )
    return None


async def ask_reset(
    tx: Connection, account_id: AccountId, reason: str, *, by: Actor, at: datetime
) -> None:
    """Asks another administrator to end the factors of somebody who has lost them.

    Raises NotAllowed, OwnAccount, InvalidFields, NotFound and ResetDecided when one waits.
    """
    rules.refuse_resetter(account_id, by)
    why = rules.check_why(reason)
    rules.refuse_without_factor(has_factor=await store.has_second_factor(tx, account_id))
    with db.refusing(
        factor_reset_one_waiting=rules.ResetDecided, factor_reset_account_id_fkey=NotFound
    ):
        await store.insert_reset(
            tx, FactorResetId(new_id()), account_id, reason=why, asked_by=by.account, at=at
        )


async def confirm_reset(
    tx: Connection, reset_id: FactorResetId, *, by: Actor, at: datetime
) -> None:
    """Ends somebody's factors and recovery codes, and all their sessions and tokens.

    Raises NotAllowed, OwnAccount, ResetDecided and AnotherAdministratorNeeded.
    """
    reset = await store.lock_reset(tx, reset_id)
    rules.refuse_resetter(reset.account_id, by)
    rules.refuse_decided(reset)
    rules.refuse_asker(reset, by)
    with db.refusing(
        factor_reset_two_people=rules.AnotherAdministratorNeeded,
        factor_reset_not_ones_own=rules.AnotherAdministratorNeeded,
    ):
        await store.record_reset_confirmed(tx, reset_id, confirmed_by=by.account, at=at)
    await store.record_factors_ended(tx, reset.account_id, ended_by=by.account, at=at)
    await store.record_recovery_codes_ended(tx, reset.account_id, at=at)
    await accounts.close_everything(tx, reset.account_id, at=at)


async def refuse_reset(tx: Connection, reset_id: FactorResetId, *, by: Actor, at: datetime) -> None:
    """Drops a reset, one's own too; NotAllowed, OwnAccount and ResetDecided."""
    reset = await store.lock_reset(tx, reset_id)
    rules.refuse_resetter(reset.account_id, by)
    rules.refuse_decided(reset)
    await store.record_reset_refused(tx, reset_id, refused_by=by.account, at=at)


async def list_resets(tx: Connection, *, by: Actor) -> list[Reset]:
    """Resets, the latest first; NotAllowed for others than administrators and auditors."""
    rules.refuse_unless_reader(by)
    return await store.list_resets(tx)
