"""The fields of a person's form as a browser sends them, and as the actions take them."""

from typing import Any

import msgspec
from litestar.datastructures import FormMultiDict

from service.answers import read_number
from service.candidates.forms import PersonForm, RegistrationForm
from service.candidates.model import Candidate

Typed = dict[str, Any]  # the fields of a form as typed: a text each, or the list of chosen codes

LISTS = frozenset({"occupations", "languages", "driving_licences", "characteristics"})
FACTS = PersonForm.__struct_fields__
EMPTY: Typed = {field: [] if field in LISTS else "" for field in RegistrationForm.__struct_fields__}


def typed_of_form(form: FormMultiDict) -> Typed:
    """The known fields of what a browser sent, each as a text or a list of texts."""
    return {
        field: [str(one) for one in form.getall(field, [])]
        if field in LISTS
        else str(form.get(field, ""))
        for field in EMPTY
    }


def typed_of_person(candidate: Candidate) -> Typed:
    """The form as it would have been typed for somebody who is registered."""
    known = msgspec.structs.asdict(candidate)
    return EMPTY | {
        **{field: known[field] if field in LISTS else str(known[field]) for field in FACTS},
        "skills": ", ".join(candidate.skills),
    }


def facts_of(typed: Typed) -> Typed:
    """The ordinary facts; skills are separated by commas, an unreadable number is none."""
    return {
        **{field: typed[field] for field in FACTS},
        "skills": [skill for skill in typed["skills"].split(",") if skill.strip()],
        "travel_km": read_number(typed["travel_km"]),
    }


def registration_of(typed: Typed) -> RegistrationForm:
    """The whole registration, unchecked."""
    return RegistrationForm(
        **facts_of(typed),
        personal_number=typed["personal_number"],
        characteristics=typed["characteristics"],
        referral_source=typed["referral_source"] or None,
        iban=typed["iban"] or None,
        account_holder=typed["account_holder"] or None,
        confirmed_not_duplicate=typed["confirmed_not_duplicate"] == "true",
    )
