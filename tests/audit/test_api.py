"""The audit trail over the API."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given


async def test_an_auditor_finds_what_was_done_to_a_row(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    employer = await given.employer()
    auditor = await given.account(Role.AUDITOR)

    answer = await client.get(
        f"/api/audit?table=employer&row={employer.id}", headers=await signed_in(auditor)
    )

    entries = answer.json()["entries"]
    assert [entry["action"] for entry in entries] == ["insert"]
    assert entries[0]["after"]["legal_name"] == employer.legal_name
    assert answer.json()["next_before"] is None


async def test_pages_follow_one_another_without_a_gap(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)
    headers = await signed_in(auditor)

    first = (await client.get("/api/audit", headers=headers)).json()
    second = (
        await client.get(f"/api/audit?before={first['entries'][0]['id']}", headers=headers)
    ).json()

    assert second["entries"][0] == first["entries"][1]


async def test_days_bound_what_is_found(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)
    headers = await signed_in(auditor)

    before = await client.get("/api/audit?to=2020-12-31", headers=headers)
    since = await client.get("/api/audit?from=2020-12-31", headers=headers)

    assert before.json()["entries"] == []
    assert len(since.json()["entries"]) > 1


@pytest.mark.parametrize(
    "role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.ADMINISTRATOR]
)
async def test_nobody_else_may_look(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    answer = await client.get("/api/audit", headers=await signed_in(await given.account(role)))

    assert answer.status_code == 403


async def test_an_unknown_table_is_refused_with_the_list(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.account(Role.AUDITOR))

    answer = await client.get("/api/audit?table=pg_shadow", headers=headers)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/not-audited"
    assert "employer" in answer.json()["tables"]
