"""What an officer writes of a person, as it was typed: nothing here is checked yet."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

Text = Annotated[str, msgspec.Meta(max_length=500)]
Texts = Annotated[list[Text], msgspec.Meta(max_length=200)]


class PersonForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ordinary facts. Days are written as 2001-05-30, occupations as ISCO-08 unit groups."""

    given_name: Text
    family_name: Text
    born_on: Text
    sex: Text
    municipality_code: Text
    education: Text
    occupations: Texts
    skills: Texts = []
    languages: Texts = []
    driving_licences: Texts = []
    unemployed_since: Text
    travel_km: int | None


class SensitiveForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Priority characteristics and who sent the person."""

    characteristics: Texts = []
    referral_source: Text | None = None


class DuplicatesForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to look for before registering."""

    given_name: Text
    family_name: Text
    born_on: Text
    personal_number: Text | None = None


class RegistrationForm(PersonForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registration: the facts, the personal number, and what is sensitive or about the bank."""

    personal_number: Text
    characteristics: Texts = []
    referral_source: Text | None = None
    iban: Text | None = None
    account_holder: Text | None = None
    confirmed_not_duplicate: bool = False

    def likeness(self) -> DuplicatesForm:
        """Whom to look for before registering."""
        return DuplicatesForm(
            given_name=self.given_name,
            family_name=self.family_name,
            born_on=self.born_on,
            personal_number=self.personal_number,
        )


class ChangeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts to change; what is left out stays as it is."""

    given_name: Text | UnsetType = UNSET
    family_name: Text | UnsetType = UNSET
    born_on: Text | UnsetType = UNSET
    sex: Text | UnsetType = UNSET
    personal_number: Text | UnsetType = UNSET
    municipality_code: Text | UnsetType = UNSET
    education: Text | UnsetType = UNSET
    occupations: Texts | UnsetType = UNSET
    skills: Texts | UnsetType = UNSET
    languages: Texts | UnsetType = UNSET
    driving_licences: Texts | UnsetType = UNSET
    unemployed_since: Text | UnsetType = UNSET
    travel_km: int | UnsetType = UNSET


class PurposeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why sensitive facts are read; it is kept with the reading."""

    purpose: Text


class CharacteristicForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which priority characteristic is looked for, and why."""

    characteristic: Text
    purpose: Text
