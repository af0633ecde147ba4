"""Second factors, what is asked of them, and resets of who has lost them, as nouns."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from service.actor import Role
from service.ids import AccountId, ChallengeId, FactorResetId, SecondFactorId

STEP_SECONDS = 30
DRIFT_STEPS = 1
CODE_DIGITS = 6
RECOVERY_CODES = 10
RECOVERY_LETTERS = 12
CHALLENGE_LIFE = timedelta(minutes=5)
BEGUN_LIFE = timedelta(hours=1)
FACTORS_MAX = 10


class FactorKind(StrEnum):
    """An app that shows a code each half minute (RFC 6238), or a passkey (WebAuthn)."""

    TOTP = "totp"
    PASSKEY = "passkey"


class Means(StrEnum):
    """By what somebody proved who they are."""

    PASSWORD = "password"
    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class Purpose(StrEnum):
    """What a passkey is asked to sign for."""

    ENROLMENT = "enrolment"
    SIGN_IN = "sign_in"
    ACT = "act"


class Act(StrEnum):
    """What one proves anew who one is for."""

    APPROVE_PAYOUT = "approve_payout"
    AUTHORISE_PAYOUT = "authorise_payout"
    REQUEST_VOID = "request_void"
    VOID_PAYOUT = "void_payout"
    PROPOSE_WRITE_OFF = "propose_write_off"
    DECIDE_WRITE_OFF = "decide_write_off"
    CONFIRM_BANK_ACCOUNT = "confirm_bank_account"
    REFUSE_BANK_ACCOUNT = "refuse_bank_account"
    END_FACTOR = "end_factor"
    RENEW_RECOVERY_CODES = "renew_recovery_codes"


class Factor(msgspec.Struct, frozen=True):
    """A factor of a person, without its secret."""

    id: SecondFactorId
    kind: FactorKind
    name: str
    begun_at: datetime
    enrolled_at: datetime | None


class App(msgspec.Struct, frozen=True):
    """An authenticator app with its sealed secret."""

    id: SecondFactorId
    secret_sealed: bytes
    begun_at: datetime
    enrolled_at: datetime | None


class Passkey(msgspec.Struct, frozen=True):
    """A passkey with its public key, for the site that it was made at."""

    id: SecondFactorId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    site: str


class Challenge(msgspec.Struct, frozen=True):
    """What a passkey is to sign, and until when."""

    id: ChallengeId
    challenge: bytes


class BegunApp(msgspec.Struct, frozen=True):
    """An app that is being set up: the secret as people type it, and the address that apps read."""

    id: SecondFactorId
    secret: str
    address: str


class Answer(msgspec.Struct, frozen=True):
    """What somebody gave to prove who they are; one of these is enough."""

    password: str = ""
    code: str = ""
    passkey: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not (self.password or self.code.strip() or self.passkey)


class Site(msgspec.Struct, frozen=True):
    """Where a passkey answers: the name it is bound to, and the whole address of the pages."""

    name: str
    origin: str


class FactorRule(msgspec.Struct, frozen=True):
    """Whether a role must have a second factor, as it holds on a day."""

    role: Role
    is_required: bool
    source: str


class Reset(msgspec.Struct, frozen=True):
    """A reset of somebody's factors, asked for by one administrator and decided by another."""

    id: FactorResetId
    account_id: AccountId
    account_name: str
    reason: str
    asked_at: datetime
    asked_by: AccountId
    asked_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether a second administrator is to decide."""
        return self.confirmed_at is None and self.refused_at is None
