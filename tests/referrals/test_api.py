"""Referrals over the API."""

import httpx

from tests.conftest import SignIn
from tests.given import Given
from tests.referrals.test_actions import FORM


async def test_what_is_sealed_is_told_for_a_purpose_only(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    account = await given.case_officer()
    person = await given.candidate(account)
    officer = await signed_in(account)
    path = f"/api/candidates/{person.id}/referrals"

    recorded = await client.post(path, json=FORM, headers=officer)
    listed = await client.get(path, headers=officer)
    unsaid = await client.post(f"{path}/read", json={"purpose": ""}, headers=officer)
    read = await client.post(f"{path}/read", json={"purpose": "plan the talk"}, headers=officer)
    closed = await client.post(
        f"{path}/{recorded.json()['id']}/close", json={"result": "Found work"}, headers=officer
    )
    other = await signed_in(await given.case_officer("peje"))

    assert recorded.status_code == 201
    assert "Safe house" not in listed.text
    assert unsaid.status_code == 422
    assert read.json()[0]["confidential"]["organisation"] == "Safe house"
    assert closed.status_code == 204
    assert (await client.get(path, headers=other)).status_code == 404
