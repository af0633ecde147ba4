"""Visits over the API."""

from datetime import date

import httpx

from tests.conftest import SignIn
from tests.given import Given


async def test_a_visit_is_wanted_planned_and_recorded(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 10, 1))
    officer = await signed_in(await given.officer_of(agreement))
    asked = {"agreement_id": str(agreement.id), "planned_on": "2026-11-02", "is_announced": True}

    wanted = await client.get("/api/visits/wanted", headers=officer)
    planned = await client.post("/api/visits", json=asked, headers=officer)
    address = f"/api/visits/{planned.json()['id']}"
    found = {"visited_on": "2026-11-02", "finding": "other_work"}
    silent = await client.post(f"{address}/report", json=found, headers=officer)
    done = await client.post(
        f"{address}/report", json=found | {"note": "In the store room."}, headers=officer
    )
    over = await client.post(f"{address}/call-off", json={"reason": "Too late"}, headers=officer)
    unknown = await client.post(
        f"{address}/report", json=found | {"finding": "asleep"}, headers=officer
    )

    assert {one["agreement_reference"] for one in wanted.json()} == {agreement.reference}
    assert (planned.status_code, planned.json()["state"]) == (201, "planned")
    assert (silent.status_code, list(silent.json()["fields"])) == (422, ["note"])
    assert (done.json()["state"], done.json()["finding"]) == ("done", "other_work")
    assert (over.status_code, over.json()["type"]) == (409, "/problems/visit-over")
    assert unknown.status_code == 400


async def test_an_employer_asks_in_vain(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    employer = await signed_in(await given.representative())

    assert (await client.get("/api/visits", headers=employer)).status_code == 403
