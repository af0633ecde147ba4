"""E-mails as nouns: kinds, states with their moves, and what goes wrong when one is sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from service.ids import MailId

ATTEMPTS_MAX = 12  # with waits that double from a minute up to six hours: about a day
FIRST_WAIT = timedelta(minutes=1)
WAIT_MAX = timedelta(hours=6)
LEASE = timedelta(minutes=5)


class MailKind(StrEnum):
    """What a mail is about; `words` has its sentences."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"
    SIGN_AGREEMENT = "sign_agreement"
    SIGN_REMINDER = "sign_reminder"
    EMPLOYER_TO_SIGN = "employer_to_sign"
    CONFIRM_MONTH = "confirm_month"
    CONFIRM_REMINDER = "confirm_reminder"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_REMINDER = "follow_up_reminder"


class MailState(StrEnum):
    """Where a mail stands: `failed` is tried again, `given_up` only when somebody asks."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class MailEvent(StrEnum):
    """What happens to a mail."""

    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    ASKED_AGAIN = "asked_again"


_TRIED = {
    MailEvent.SENT: MailState.SENT,
    MailEvent.FAILED: MailState.FAILED,
    MailEvent.GIVEN_UP: MailState.GIVEN_UP,
}
MOVES: Mapping[MailState, Mapping[MailEvent, MailState]] = {
    MailState.PENDING: _TRIED,
    MailState.FAILED: _TRIED,
    MailState.GIVEN_UP: {MailEvent.ASKED_AGAIN: MailState.PENDING},
    MailState.SENT: {},
}


class Trouble(StrEnum):
    """Why a mail did not go out; what the server said besides may hold an address: not kept."""

    REFUSED_FOR_GOOD = "refused_for_good"
    REFUSED_FOR_NOW = "refused_for_now"
    NOT_SIGNED_IN = "not_signed_in"
    NO_CONNECTION = "no_connection"
    TIMED_OUT = "timed_out"
    NOT_WRITTEN = "not_written"


class Written(msgspec.Struct, frozen=True):
    """A mail as it is stored: for whom and with what is sealed."""

    id: MailId
    kind: MailKind
    to_sealed: bytes
    language: str
    facts_sealed: bytes
    written_at: datetime


class Claimed(msgspec.Struct, frozen=True):
    """A mail that one relay holds for the time of its lease; `attempts` counts this one."""

    id: MailId
    kind: MailKind
    to_sealed: bytes
    language: str
    facts_sealed: bytes
    written_at: datetime
    state: MailState
    attempts: int
    lease_token: UUID


class Opened(msgspec.Struct, frozen=True):
    """A mail unsealed, ready to be put into words."""

    id: MailId
    kind: MailKind
    to: str
    language: str
    facts: Mapping[str, str]
    written_at: datetime


class Held(msgspec.Struct, frozen=True):
    """A mail that somebody wants to go out again."""

    id: MailId
    state: MailState


class Listed(msgspec.Struct, frozen=True):
    """A mail in a list, its address still sealed."""

    id: MailId
    kind: MailKind
    to_sealed: bytes
    language: str
    written_at: datetime
    state: MailState
    attempts: int
    next_try_at: datetime | None
    last_trouble: Trouble | None
    last_code: int | None
    sent_at: datetime | None
    given_up_at: datetime | None


class Shown(msgspec.Struct, frozen=True):
    """A mail as an administrator sees it: of the address only as much as tells two apart."""

    id: MailId
    kind: MailKind
    to: str
    language: str
    written_at: datetime
    state: MailState
    attempts: int
    next_try_at: datetime | None
    last_trouble: Trouble | None
    last_code: int | None
    sent_at: datetime | None
    given_up_at: datetime | None


class Tally(msgspec.Struct, frozen=True):
    """How many mails are in a state."""

    state: MailState
    mails: int
