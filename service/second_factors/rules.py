"""What a code, a recovery code and a passkey must be; who resets whose factors."""

import re
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

import pyotp

from service.accounts.rules import OwnAccount
from service.actor import Actor, Role
from service.i18n import N_, _
from service.ids import CROCKFORD, AccountId
from service.problems import InvalidFields, NotAllowed, Problem
from service.second_factors.model import (
    BEGUN_LIFE,
    CODE_DIGITS,
    DRIFT_STEPS,
    FACTORS_MAX,
    RECOVERY_LETTERS,
    STEP_SECONDS,
    App,
    Factor,
    FactorKind,
    Reset,
)

ISSUER = "Ura"
# As sql/countries/kosovo_access.sql has it; said in the reader's language where it is shown.
POLICY = N_("Policy of Ura: who moves money proves twice who they are")
NAME_LENGTH_MAX = 60
REASON_LENGTH_MIN, REASON_LENGTH_MAX = 5, 500
DIGITS = re.compile(r"[0-9]{6}")
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


class WrongCode(Problem):
    """The code or the passkey does not fit; the same answer for a used one."""

    slug = "wrong-code"
    title = N_(
        "The code is wrong, was used before or has run out. Wait for the next one, then type it."
    )
    status = 401


class SecondFactorNeeded(Problem):
    """The role asks for a second factor, and there is none yet."""

    slug = "second-factor-needed"
    title = N_("Your role asks for a second factor. Set one up first, then go on.")
    status = 403


class LastFactorNeeded(Problem):
    """The last factor cannot end where the role asks for one."""

    slug = "last-factor-needed"
    title = N_("Your role asks for a second factor. Set another one up before you end this one.")
    status = 409


class FactorStands(Problem):
    """There is one app at a time."""

    slug = "factor-stands"
    title = N_("An app is set up already. End it first, then set another one up.")
    status = 409


class TooManyFactors(Problem):
    """Ten are enough."""

    slug = "too-many-factors"
    title = N_("You have ten second factors. End one that you do not use any more.")
    status = 409


class PasskeyRefused(Problem):
    """The browser's answer does not fit what was asked."""

    slug = "passkey-refused"
    title = N_(
        "The passkey could not be checked. Load the page again and try once more, or use a code."
    )
    status = 422


class ResetDecided(Problem):
    """The reset was decided on before, or another one waits."""

    slug = "reset-decided"
    title = N_("This reset was decided on already, or one waits. Load the page again to see.")
    status = 409


class AnotherAdministratorNeeded(Problem):
    """Who asked for a reset does not confirm it."""

    slug = "another-administrator-needed"
    title = N_("You asked for this reset. Another administrator confirms it.")
    status = 403


def step_of(at: datetime) -> int:
    """The half minute since 1970 to which a moment belongs (RFC 6238, 4.2)."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The half minute of a code, at most one before or after now; None when it is no code of it."""
    app = pyotp.TOTP(secret, digits=CODE_DIGITS, interval=STEP_SECONDS)
    steps = range(step_of(at) - DRIFT_STEPS, step_of(at) + DRIFT_STEPS + 1)
    fitting = [step for step in steps if compare_digest(app.generate_otp(step), code)]
    return fitting[-1] if fitting else None


def read_code(text: str) -> str | None:
    """Six digits without the spaces people type in them; None for anything else."""
    plain = "".join(text.split())
    return plain if DIGITS.fullmatch(plain) else None


def read_recovery_code(text: str) -> str | None:
    """A recovery code as it was made, whatever case and separators it is typed with."""
    plain = "".join(text.split()).replace("-", "").upper().translate(MISREAD)
    fits = len(plain) == RECOVERY_LETTERS and set(plain) <= set(CROCKFORD)
    return plain if fits else None


def written(code: str) -> str:
    """A recovery code as it is shown: `7K3M-92QF-A0BC`."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def check_name(name: str) -> str:
    """What a factor is called; InvalidFields when it says nothing or too much."""
    trimmed = " ".join(name.split())
    if not 1 <= len(trimmed) <= NAME_LENGTH_MAX or not trimmed.isprintable():
        raise InvalidFields({"name": _("Name it in 1 to 60 letters, such as “my phone”.")})
    return trimmed


def check_why(reason: str) -> str:
    """A reason without spaces around it; InvalidFields when it says too little or too much."""
    trimmed = reason.strip()
    if not REASON_LENGTH_MIN <= len(trimmed) <= REASON_LENGTH_MAX:
        raise InvalidFields({"reason": _("Say why in 5 to 500 letters.")})
    return trimmed


def still_begun(app: App | None, at: datetime) -> App | None:
    """An app whose setting up began within the hour and is not finished."""
    if app is None or app.enrolled_at is not None or at - app.begun_at > BEGUN_LIFE:
        return None
    return app


def refuse_one_more(factors: Sequence[Factor], kind: FactorKind) -> None:
    """FactorStands for a second app, TooManyFactors beyond ten."""
    if kind is FactorKind.TOTP and any(one.kind is FactorKind.TOTP for one in factors):
        raise FactorStands
    if len(factors) >= FACTORS_MAX:
        raise TooManyFactors


def refuse_ending(factors: Sequence[Factor], *, is_required: bool) -> None:
    """LastFactorNeeded for the last one of a role that must have one."""
    if is_required and len(factors) < 2:
        raise LastFactorNeeded


def refuse_resetter(account_id: AccountId, by: Actor) -> None:
    """NotAllowed unless an administrator asks, OwnAccount for one's own factors."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed
    if by.account_id == account_id:
        raise OwnAccount


def refuse_decided(reset: Reset) -> None:
    """ResetDecided when nobody is to decide any more."""
    if not reset.is_waiting:
        raise ResetDecided


def refuse_asker(reset: Reset, by: Actor) -> None:
    """AnotherAdministratorNeeded for who has asked for it."""
    if reset.asked_by == by.account_id:
        raise AnotherAdministratorNeeded


def refuse_unless_reader(by: Actor) -> None:
    """NotAllowed for others than administrators and auditors."""
    if by.role not in {Role.ADMINISTRATOR, Role.AUDITOR}:
        raise NotAllowed


def refuse_without_factor(*, has_factor: bool) -> None:
    """InvalidFields where there is nothing to reset."""
    if not has_factor:
        raise InvalidFields({"reason": _("This person has no second factor to reset.")})
