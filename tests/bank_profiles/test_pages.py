"""The bank profile in a browser: proposed by one person, put in use by another."""

import re

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given
from tests.pages import fields_of

CONFIRM = re.compile(r"/bank-profiles/[0-9a-f-]{36}/confirm")


async def test_a_version_is_proposed_and_put_in_use_by_another_person(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))
    shown = await client.get("/bank-profiles/new")
    typed = filled_in(shown.text) | form

    wrong = await client.post("/bank-profiles", data=typed | {"payment_cents_max": "much"})
    done = await client.post("/bank-profiles", data=typed | {"transliteration": "đ=d"})
    own = await client.get("/bank-profiles")
    second = await visit(await given.account(Role.FINANCE_AUTHORISER))
    (address,) = CONFIRM.findall((await client.get("/bank-profiles")).text)
    confirmed = await client.post(address, data=second)

    assert (wrong.status_code, done.status_code, confirmed.status_code) == (422, 303, 303)
    assert "Write a whole number" in wrong.text
    assert "a colleague has to confirm it" in own.text
    assert "treasury 2: In use" in (await client.get("/bank-profiles")).text


def filled_in(page: str) -> dict[str, str]:
    """What the form holds when it is opened, and what has to be chosen."""
    chosen = {"version": "pain.001.001.09", "charge_bearer": "SHAR", "address_form": "none"}
    return fields_of(page, "/bank-profiles") | chosen


async def test_days_are_noted_on_the_page_and_taken_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.finance_officer())
    day = {"falls_on": "2026-11-03", "is_closed": "true", "reason": "Feast announced late"}

    wrong = await client.post("/bank-profiles/days", data=form | day | {"falls_on": "soon"})
    noted = await client.post("/bank-profiles/days", data=form | day)
    shown = await client.get("/bank-profiles")
    await client.post("/bank-profiles/days/2026-11-03/forget", data=form)

    assert (wrong.status_code, noted.status_code) == (422, 303)
    assert "Write a day such as" in wrong.text
    assert "Feast announced late" in shown.text
    assert "No day differs" in (await client.get("/bank-profiles")).text


async def test_an_auditor_sees_the_profile_and_no_forms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))

    shown = await client.get("/bank-profiles")

    assert "treasury 1: In use" in shown.text
    assert "/bank-profiles/new" not in shown.text
    assert "/confirm" not in shown.text
