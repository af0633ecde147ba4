"""A registration that is not finished as nouns: its steps, and what was typed so far."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from service.contacts.model import Purpose
from service.i18n import N_
from service.ids import DraftId


class Step(StrEnum):
    """What is asked at a time, in order."""

    PERSON = "person"
    CONTACT = "contact"
    WORK = "work"
    PRIORITY = "priority"
    COMPARE = "compare"
    CHECK = "check"


STEP_WORDS: Mapping[Step, str] = {
    Step.PERSON: N_("The person"),
    Step.CONTACT: N_("Contact and bank account"),
    Step.WORK: N_("Schooling and work"),
    Step.PRIORITY: N_("Priority and consent"),
    Step.COMPARE: N_("Duplicates and eligibility"),
    Step.CHECK: N_("Check and register"),
}
CONSENTS: Mapping[Purpose, str] = {purpose: f"consent_{purpose}" for purpose in Purpose}
FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.PERSON: (
        "given_name",
        "family_name",
        "born_on",
        "sex",
        "personal_number",
        "municipality_code",
    ),
    Step.CONTACT: ("phone", "email", "address", "contact_language", "iban", "account_holder"),
    Step.WORK: (
        "education",
        "occupations",
        "skills",
        "languages",
        "driving_licences",
        "unemployed_since",
        "travel_km",
    ),
    Step.PRIORITY: ("characteristics", "referral_source", *CONSENTS.values()),
    Step.COMPARE: ("confirmed_not_duplicate",),
    Step.CHECK: (),
}

Typed = dict[str, Any]  # a text for each field, or the list of chosen codes


class Content(msgspec.Struct, frozen=True):
    """What is sealed of a draft: the fields as typed, and the steps that were found in order."""

    typed: Typed
    done: list[Step] = []


class Draft(msgspec.Struct, frozen=True):
    """A registration that an officer has begun."""

    id: DraftId
    content: Content
    saved_at: datetime
    expires_at: datetime

    @property
    def name(self) -> str:
        """The person's name as far as it was typed."""
        given, family = (self.content.typed.get(one, "") for one in ("given_name", "family_name"))
        return f"{given} {family}".strip()


class SealedDraft(msgspec.Struct, frozen=True):
    """A draft as it is stored."""

    id: DraftId
    sealed: bytes
    saved_at: datetime
    expires_at: datetime
