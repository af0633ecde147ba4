"""What an employer writes of a placement, as it was typed: nothing here is checked yet."""

from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=500)]
LongText = Annotated[str, msgspec.Meta(max_length=10_000)]
Texts = Annotated[list[Text], msgspec.Meta(max_length=200)]


class PlacementForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer. Days are written as 2027-05-30, the last day is included, the wage is in cents."""

    scheme_code: Text
    title: Text
    occupation_code: Text
    tasks: LongText
    mentor_name: Text
    training_plan: LongText
    weekly_hours: int | None
    gross_wage_cents: int | None
    municipality_code: Text
    seats: int | None
    starts_on: Text
    last_day: Text
    education_min: Text = "none"
    languages: Texts = []
    driving_licences: Texts = []
    skills: Texts = []
    skills_demanded: Texts = []


class DecisionForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a placement is refused."""

    reason: Text
