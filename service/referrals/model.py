"""A referral as nouns: what everybody of the office sees, and what is sealed."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from service.candidates.model import ReferralSource
from service.i18n import N_
from service.ids import ReferralId

Text = Annotated[str, msgspec.Meta(max_length=10_000)]


class Direction(StrEnum):
    """Whether another service sent the person, or the office sent the person on."""

    RECEIVED = "received"
    SENT = "sent"


DIRECTION_WORDS: Mapping[Direction, str] = {
    Direction.RECEIVED: N_("Sent to us"),
    Direction.SENT: N_("Sent on by us"),
}


class ReferralForm(msgspec.Struct, frozen=True, kw_only=True):
    """A referral as it was typed."""

    direction: Text = ""
    made_on: Text = ""
    service: Text = ""
    organisation: Text = ""
    contact_person: Text = ""
    reason: Text = ""


class Confidential(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed: which service, who there, why, and what came of it."""

    service: ReferralSource
    organisation: str
    contact_person: str
    reason: str
    result: str = ""


class NewReferral(msgspec.Struct, frozen=True, kw_only=True):
    """A referral fit to be kept."""

    direction: Direction
    made_on: date
    confidential: Confidential


class Referral(msgspec.Struct, frozen=True):
    """A referral as the office's list shows it: that there is one, and nothing of it."""

    id: ReferralId
    direction: Direction
    made_on: date
    recorded_at: datetime
    recorded_by_name: str
    closed_at: datetime | None
    closed_by_name: str | None


class SealedReferral(msgspec.Struct, frozen=True):
    """A referral as it is stored."""

    id: ReferralId
    direction: Direction
    made_on: date
    sealed: bytes
    closed_at: datetime | None


class Opened(msgspec.Struct, frozen=True):
    """A referral with what is sealed of it."""

    id: ReferralId
    direction: Direction
    made_on: date
    closed_at: datetime | None
    confidential: Confidential
