"""Visits in a browser."""

from datetime import date

import httpx

from tests.conftest import SignIn
from tests.given import Given


async def test_a_visit_is_planned_recorded_and_shown(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 10, 1))
    token = await visit(await given.officer_of(agreement))
    plan = {"agreement_id": str(agreement.id), "planned_on": "2026-11-02", "is_announced": "no"}

    wanted = await client.get("/visits")
    past = await client.post("/visits/new", data=plan | {"planned_on": "2026-01-01"} | token)
    sent = await client.post("/visits/new", data=plan | token)
    twice = await client.post("/visits/new", data=plan | token)
    listed = await client.get("/visits")
    address = listed.text.split('<td><a href="/visits/')[1].split('"')[0]
    silent = await client.post(
        f"/visits/{address}/report",
        data={"visited_on": "2026-11-02", "finding": "not_present", "note": ""} | token,
    )
    found = await client.post(
        f"/visits/{address}/report",
        data={"visited_on": "2026-11-02", "finding": "not_present", "note": "Nobody knew her."}
        | token,
    )
    shown = await client.get(f"/visits/{address}")
    on_agreement = await client.get(f"/agreements/{agreement.id}")

    assert agreement.reference in wanted.text
    assert past.status_code == 422
    assert 'id="planned_on-error"' in past.text
    assert (sent.status_code, twice.status_code) == (303, 409)
    assert silent.status_code == 422
    assert 'id="note-error"' in silent.text
    assert found.status_code == 303
    assert "Amiss" in shown.text
    assert "Not present, without a reason" in on_agreement.text


async def test_a_visit_is_called_off_with_a_reason(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.active_agreement(starts_on=date(2026, 10, 1))
    token = await visit(await given.officer_of(agreement))
    plan = {"agreement_id": str(agreement.id), "planned_on": "2026-11-02", "is_announced": "yes"}
    await client.post("/visits/new", data=plan | token)
    listed = await client.get("/visits")
    address = listed.text.split('<td><a href="/visits/')[1].split('"')[0]

    unsaid = await client.post(f"/visits/{address}/call-off", data={"reason": ""} | token)
    done = await client.post(f"/visits/{address}/call-off", data={"reason": "Snow" * 2} | token)

    assert unsaid.status_code == 422
    assert 'id="reason-error"' in unsaid.text
    assert done.status_code == 303
    assert "Called off" in (await client.get(f"/visits/{address}")).text


async def test_finance_reads_and_an_employer_does_not(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())
    read = await client.get("/visits")
    await visit(await given.representative())
    refused = await client.get("/visits")

    assert (read.status_code, refused.status_code) == (200, 403)
