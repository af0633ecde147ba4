"""Tokens and accounts through the API."""

from datetime import timedelta

import httpx
import pytest

from service.actor import Role
from tests.conftest import FixedClock, SignIn
from tests.given import PASSWORD, Given


async def ask_token(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post(
        "/api/tokens",
        json={"email": email, "password": password, "name": "till", "scopes": ["read"]},
    )


async def test_a_token_is_issued_for_a_password_and_opens_the_api(
    client: httpx.AsyncClient, given: Given
) -> None:
    administrator = await given.account(Role.ADMINISTRATOR)

    issued = await ask_token(client, administrator.email, PASSWORD)
    answer = await client.get(
        "/api/accounts", headers={"authorization": f"Bearer {issued.json()['token']}"}
    )

    assert issued.status_code == 201
    assert answer.status_code == 200
    assert administrator.email in {account["email"] for account in answer.json()}
    assert "password" not in answer.text


async def test_an_unknown_account_and_a_wrong_password_are_answered_alike(
    client: httpx.AsyncClient, given: Given
) -> None:
    officer = await given.case_officer()

    wrong = await ask_token(client, officer.email, "not the password")
    unknown = await ask_token(client, "nobody@example.org", "not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down_and_ends_with_the_right_password_after_the_wait(
    client: httpx.AsyncClient, given: Given, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    for _ in range(5):
        await ask_token(client, officer.email, "a guess, a wrong one")

    refused = await ask_token(client, officer.email, PASSWORD)
    clock.move_to(clock.at + timedelta(seconds=int(refused.headers["retry-after"])))
    admitted = await ask_token(client, officer.email, PASSWORD)

    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems/too-many-attempts"
    assert admitted.status_code == 201


async def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_is_disabled(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, signed_in: SignIn
) -> None:
    administrator = await given.account(Role.ADMINISTRATOR)
    officer, _colleague = await given.case_officer(), await given.case_officer()
    headers, theirs = await signed_in(administrator), await signed_in(officer)

    await client.post(f"/api/accounts/{officer.id}/disable", headers=headers)
    after_disabling = await client.get("/api/tokens", headers=theirs)
    token_id = (await client.get("/api/tokens", headers=headers)).json()[0]["id"]
    await client.delete(f"/api/tokens/{token_id}", headers=headers)
    after_revoking = await client.get("/api/tokens", headers=headers)

    assert after_disabling.status_code == 401
    assert after_revoking.status_code == 401


async def test_a_token_expires(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())

    clock.move_to(clock.at + timedelta(days=1))

    assert (await client.get("/api/tokens", headers=headers)).status_code == 401


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER])
async def test_only_an_administrator_makes_accounts(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    headers = await signed_in(await given.account(role))

    answer = await client.post(
        "/api/accounts",
        headers=headers,
        json={"email": "a@example.org", "name": "A", "role": "auditor", "password": PASSWORD},
    )

    assert answer.status_code == 403


async def test_a_second_account_for_an_address_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    administrator = await given.account(Role.ADMINISTRATOR)

    answer = await client.post(
        "/api/accounts",
        headers=await signed_in(administrator),
        json={
            "email": administrator.email.upper(),
            "name": "Again",
            "role": "auditor",
            "password": PASSWORD,
        },
    )

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/email-taken"


async def test_the_schema_is_openapi_3_1_and_an_unknown_address_is_a_problem(
    client: httpx.AsyncClient,
) -> None:
    schema = await client.get("/schema")
    nowhere = await client.get("/api/nowhere")

    assert schema.json()["openapi"].startswith("3.1")
    assert nowhere.status_code == 404
    assert nowhere.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"{", b'{"email": NaN}', b"", b"[]", b'{"more": 1}'])
async def test_what_is_no_json_of_the_schema_is_answered_in_a_sentence(
    client: httpx.AsyncClient, body: bytes
) -> None:
    answer = await client.post(
        "/api/tokens", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/invalid-request"
