"""Hand-overs over the API."""

import httpx

from tests.conftest import SignIn
from tests.given import Given


async def test_a_case_goes_to_another_office_once(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer, other = await given.case_officer("prizren"), await given.case_officer("peje")
    person = await given.candidate(officer)
    giving, taking = await signed_in(officer), await signed_in(other)
    asked = {
        "candidate_id": str(person.id),
        "to_office_id": str(other.office_id),
        "reason": "Moved to Peja",
    }

    offered = await client.post("/api/handovers", json=asked, headers=giving)
    twice = await client.post("/api/handovers", json=asked, headers=giving)
    address = f"/api/handovers/{offered.json()['id']}"
    waiting = await client.get("/api/handovers", headers=taking)
    taken = await client.post(f"{address}/accept", headers=taking)
    late = await client.post(
        f"{address}/decline", json={"reason": "Changed my mind"}, headers=taking
    )

    assert offered.status_code == 201
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/handover-open")
    assert [one["is_incoming"] for one in waiting.json()] == [True]
    assert taken.json() == {"candidate_id": str(person.id)}
    assert (late.status_code, late.json()["type"]) == (409, "/problems/handover-answered")


async def test_finance_hands_nothing_over(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    finance = await signed_in(await given.finance_officer())

    assert (await client.get("/api/handovers", headers=finance)).status_code == 403
