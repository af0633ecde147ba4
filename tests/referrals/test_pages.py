"""Referrals in a browser."""

import httpx

from tests.conftest import SignIn
from tests.given import Given
from tests.referrals.test_actions import FORM


async def test_a_referral_is_recorded_and_read_for_a_purpose(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)
    path = f"/candidates/{person.id}/referrals"

    sent = await client.post(f"{path}/new", data=FORM | token)
    listed = await client.get(path)
    unsaid = await client.post(f"{path}/read", data={"purpose": "x"} | token)
    read = await client.post(f"{path}/read", data={"purpose": "plan the talk"} | token)

    assert sent.status_code == 303
    assert "Sent to us" in listed.text
    assert "Safe house" not in listed.text
    assert unsaid.status_code == 422
    assert 'id="purpose-error"' in unsaid.text
    assert "Safe house" in read.text
    assert "Shelter" in read.text
    assert read.headers["cache-control"] == "no-store"
    assert "Safe house" not in (await client.get(f"/candidates/{person.id}")).text


async def test_a_wrong_form_comes_back_as_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)
    path = f"/candidates/{person.id}/referrals/new"

    refused = await client.post(path, data=FORM | {"reason": "<b>", "service": "self"} | token)

    assert refused.status_code == 422
    assert '<a href="#reason">' in refused.text
    assert 'id="service-error"' in refused.text
    assert "&lt;b&gt;</textarea>" in refused.text


async def test_other_offices_find_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    person = await given.candidate(await given.case_officer("prizren"))
    token = await visit(await given.case_officer("peje"))
    path = f"/candidates/{person.id}/referrals"

    answers = [
        await client.get(path),
        await client.get(f"{path}/new"),
        await client.post(f"{path}/new", data=FORM | token),
        await client.post(f"{path}/read", data={"purpose": "curiosity"} | token),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
