"""A registration in steps as a browser sends it, for tests that care about one field of it."""

from typing import Any

import httpx

from service.registrations.model import CONSENTS, Step
from tests.conftest import Headers
from tests.forms import next_personal_number


def typed(step: Step, **fields: Any) -> dict[str, Any]:
    """The fields of a step, all of them in order unless told."""
    plain: dict[Step, dict[str, Any]] = {
        Step.PERSON: {
            "given_name": "Arta",
            "family_name": "Krasniqi",
            "born_on": "2003-05-14",
            "sex": "female",
            "personal_number": next_personal_number(),
            "municipality_code": "prishtine",
        },
        Step.CONTACT: {
            "phone": "044 123 456",
            "email": "Arta@Example.org",
            "address": "",
            "contact_language": "sq",
            "iban": "",
            "account_holder": "",
        },
        Step.WORK: {
            "education": "vocational",
            "occupations": ["5223", "9412"],
            "skills": "Excel, till",
            "languages": ["sq"],
            "driving_licences": [],
            "unemployed_since": "2026-01-10",
            "travel_km": "20",
        },
        Step.PRIORITY: {
            "characteristics": ["disability"],
            "referral_source": "health",
            **dict.fromkeys(CONSENTS.values(), "yes"),
        },
        Step.COMPARE: {},
        Step.CHECK: {},
    }
    return plain[step] | fields


async def begin(client: httpx.AsyncClient, token: Headers, **fields: Any) -> str:
    """The address of a draft whose first step is in order."""
    sent = await client.post("/candidates/new", data=typed(Step.PERSON, **fields) | token)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"]).rsplit("/", 1)[0]


async def send(
    client: httpx.AsyncClient, token: Headers, draft: str, step: Step, **fields: Any
) -> httpx.Response:
    """What answers to one step."""
    return await client.post(f"{draft}/{step}", data=typed(step, **fields) | token)


async def fill(client: httpx.AsyncClient, token: Headers, **fields: Any) -> str:
    """The address of a draft that only has to be registered."""
    draft = await begin(client, token, **fields)
    for step in (Step.CONTACT, Step.WORK, Step.PRIORITY, Step.COMPARE):
        sent = await send(client, token, draft, step)
        assert sent.status_code == 303, sent.text
    return draft
