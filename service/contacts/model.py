"""How a person is reached, and what they agreed to, as nouns."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from service.i18n import N_

Text = Annotated[str, msgspec.Meta(max_length=500)]


class Purpose(StrEnum):
    """What a person is asked about: each is given or refused by itself, and can be withdrawn."""

    INTRODUCTIONS = "introductions"
    MESSAGES = "messages"
    FOLLOW_UP = "follow_up"
    PRIORITY = "priority"


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.INTRODUCTIONS: N_("To be shown to employers: name, schooling, skills and languages"),
    Purpose.MESSAGES: N_("To be written to by e-mail and text message"),
    Purpose.FOLLOW_UP: N_("To be asked 3, 6 and 12 months after the programme"),
    Purpose.PRIORITY: N_("That priority characteristics are kept, sealed"),
}


class ContactForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person is reached, as it was typed."""

    phone: Text = ""
    email: Text = ""
    address: Text = ""
    contact_language: Text = ""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is reached; what is not known is empty. The phone is as `+38344123456`."""

    phone: str
    email: str
    address: str
    language: str


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a contact that is sealed."""

    phone: str
    email: str
    address: str


class SealedContact(msgspec.Struct, frozen=True):
    """A contact as it is stored."""

    language: str
    sealed: bytes
    written_at: datetime


class Consent(msgspec.Struct, frozen=True):
    """What a person last said to one purpose."""

    purpose: Purpose
    is_given: bool
    recorded_at: datetime
    recorded_by_name: str
