"""Placements over JSON."""

from typing import Any

import httpx
import msgspec
import pytest

from tests.conftest import SignIn
from tests.forms import placement_form
from tests.given import Given


def body(**fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(placement_form(**fields))
    return made


async def test_an_employer_posts_a_placement(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative = await given.representative()

    response = await client.post(
        "/api/placements", json=body(), headers=await signed_in(representative)
    )

    assert response.status_code == 201
    assert response.json()["state"] == "submitted"
    assert response.json()["period"] == {"start": "2026-12-01", "end": "2027-12-01"}


async def test_every_wrong_field_is_told_with_its_sentence(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    wrong = body(gross_wage_cents=-1, starts_on="2026-02-30", municipality_code="atlantis")

    response = await client.post(
        "/api/placements", json=wrong, headers=await signed_in(await given.representative())
    )

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/invalid-fields"
    assert set(response.json()["fields"]) == {
        "gross_wage_cents", "starts_on", "municipality_code"
    }  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"gross_wage_cents": 500.5}, {"gross_wage_cents": "much"}, {"surprise": 1}]
)
async def test_what_cannot_be_read_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, change: dict[str, object]
) -> None:
    headers = await signed_in(await given.representative())

    response = await client.post("/api/placements", json=body() | change, headers=headers)

    assert response.status_code == 400
    assert response.json()["type"] == "/problems/invalid-request"


async def test_an_officer_approves_and_the_employer_may_not(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative, officer = await given.representative(), await given.case_officer()
    placement = await given.submitted_placement(representative)
    address = f"/api/placements/{placement.id}/approve"

    refused = await client.post(address, headers=await signed_in(representative))
    approved = await client.post(address, headers=await signed_in(officer))
    again = await client.post(address, headers=await signed_in(officer))

    assert refused.status_code == 403
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/placement-moved-on")


async def test_a_refusal_needs_a_reason(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    placement = await given.submitted_placement()
    headers = await signed_in(await given.case_officer())
    address = f"/api/placements/{placement.id}/refuse"

    without = await client.post(address, json={"reason": ""}, headers=headers)
    refused = await client.post(address, json={"reason": "No mentor there."}, headers=headers)

    assert (without.status_code, without.json()["type"]) == (422, "/problems/reason-missing")
    assert refused.json()["decision_reason"] == "No mentor there."


async def test_the_employer_closes_it(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative = await given.representative()
    placement = await given.approved_placement(representative)

    response = await client.post(
        f"/api/placements/{placement.id}/close", headers=await signed_in(representative)
    )

    assert response.json()["state"] == "closed"


async def test_another_employers_placement_is_not_there(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    placement = await given.approved_placement()
    headers = await signed_in(await given.representative())

    shown = await client.get(f"/api/placements/{placement.id}", headers=headers)
    listed = await client.get("/api/placements", headers=headers)
    closed = await client.post(f"/api/placements/{placement.id}/close", headers=headers)

    assert (shown.status_code, closed.status_code) == (404, 404)
    assert listed.json() == {"placements": [], "before": None}


async def test_a_list_is_read_in_parts(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    representative = await given.representative()
    posted = [str((await given.submitted_placement(representative)).id) for _ in range(3)]
    headers = await signed_in(representative)

    first = (await client.get("/api/placements?most=2", headers=headers)).json()
    rest = await client.get(f"/api/placements?most=2&before={first['before']}", headers=headers)

    assert [line["id"] for line in first["placements"]] == posted[:0:-1]
    assert [line["id"] for line in rest.json()["placements"]] == posted[:1]
    assert rest.json()["before"] is None


async def test_offices_list_by_state_and_what_is_open(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    waiting, approved = await given.submitted_placement(), await given.approved_placement()
    headers = await signed_in(await given.case_officer())

    submitted = await client.get("/api/placements?state=submitted", headers=headers)
    still_open = await client.get("/api/placements?open_only=true", headers=headers)

    assert [line["id"] for line in submitted.json()["placements"]] == [str(waiting.id)]
    assert [line["id"] for line in still_open.json()["placements"]] == [str(approved.id)]


@pytest.mark.parametrize("query", ["most=0", "most=201", "state=lost", "before=1"])
async def test_a_question_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, query: str
) -> None:
    headers = await signed_in(await given.case_officer())

    response = await client.get(f"/api/placements?{query}", headers=headers)

    assert response.status_code == 400


async def test_nobody_unknown_reads_placements(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/placements")).status_code == 401
