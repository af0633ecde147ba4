"""The bank profile and the bank days by API: two people for a profile, one for a day."""

from typing import Any

import httpx
import pytest

from service.actor import Role
from tests.bank.state import approved_payout, content_of, export
from tests.conftest import SignIn
from tests.given import Given, actor_of


async def proposed(
    client: httpx.AsyncClient, headers: dict[str, str], **changes: object
) -> httpx.Response:
    """The answer to a proposal like the version in use, with changes."""
    profiles = (await client.get("/api/bank-profiles", headers=headers)).json()
    (in_use,) = [one for one in profiles if one["state"] == "in_use"]
    body: dict[str, Any] = {"specification": in_use["specification"] | changes}
    return await client.post("/api/bank-profiles", json=body, headers=headers)


async def test_a_second_person_puts_a_version_in_use_and_orders_follow_it(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))
    second = await signed_in(await given.account(Role.FINANCE_AUTHORISER))
    officer = actor_of(await given.finance_officer())

    answer = await proposed(client, author, version="pain.001.001.03", service_level="NURG")
    address = f"/api/bank-profiles/{answer.json()['id']}"
    own = await client.post(f"{address}/confirm", headers=author)
    confirmed = await client.post(f"{address}/confirm", headers=second)
    again = await client.post(f"{address}/confirm", headers=second)

    assert (answer.status_code, own.status_code, confirmed.status_code) == (201, 403, 200)
    assert again.json()["type"] == "/problems/profile-decided"
    listed = (await client.get("/api/bank-profiles", headers=second)).json()
    assert [(one["number"], one["state"]) for one in listed] == [(2, "in_use"), (1, "retired")]
    file = await export(given, await approved_payout(given), officer)
    assert file.message_type == "pain.001.001.03"
    assert b"<SvcLvl><Cd>NURG</Cd></SvcLvl>" in await content_of(given, file, officer)


async def test_one_proposal_waits_at_a_time_and_can_be_taken_back(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))

    first = await proposed(client, author, is_batch_booked=True)
    second = await proposed(client, author, is_batch_booked=True)
    refused = await client.post(f"/api/bank-profiles/{first.json()['id']}/refuse", headers=author)
    third = await proposed(client, author, is_batch_booked=True)

    assert second.json()["type"] == "/problems/profile-already-proposed"
    assert refused.json()["state"] == "refused"
    assert third.status_code == 201


async def test_a_code_that_tells_of_a_person_is_refused_beside_its_field(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))

    answer = await proposed(client, author, purpose="BENE")

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["purpose"]


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.AUDITOR, Role.CASE_OFFICER])
async def test_nobody_else_proposes(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    office_id = await given.office() if role is Role.CASE_OFFICER else None
    headers = await signed_in(await given.account(role, office_id=office_id))

    answer = await client.post("/api/bank-profiles", json={}, headers=headers)

    assert answer.status_code == 403


async def test_a_day_is_noted_moves_the_order_and_is_forgotten(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    account = await given.finance_officer()
    headers = await signed_in(account)
    day = "/api/bank-days/2026-11-03"

    noted = await client.put(
        day, json={"is_closed": True, "reason": "Feast announced late"}, headers=headers
    )
    payout = await approved_payout(given)
    sent = await client.post(f"/api/bank/payouts/{payout.id}/export", headers=headers)
    forgotten = await client.delete(day, headers=headers)
    nothing = await client.delete(day, headers=headers)

    assert noted.status_code == 200
    assert sent.json()["orders"][0]["execute_on"] == "2026-11-04"
    assert (forgotten.status_code, nothing.status_code) == (204, 404)
    assert (await client.get("/api/bank-days", headers=headers)).json() == []


async def test_a_day_without_a_reason_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.finance_officer())

    answer = await client.put(
        "/api/bank-days/2026-11-03", json={"is_closed": True, "reason": " "}, headers=headers
    )

    assert list(answer.json()["fields"]) == ["reason"]
