"""Schemes and minimum wages as machines read them."""

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given


async def test_a_scheme_shows_its_rules_and_the_act_they_rest_on(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()

    response = await client.get("/api/schemes", headers=await signed_in(officer))

    versions = {version["code"]: version for version in response.json()}
    assert versions["WS-70"]["kind"] == "wage_share"
    assert versions["WS-70"]["rate_bp"] == 7000
    assert versions["WS-70"]["monthly_max_cents"] == 35000
    assert versions["WS-70"]["payee"] == "employer"
    assert versions["SP-FLAT"]["monthly_max_cents"] == 26400
    assert versions["SP-FLAT"]["rate_bp"] is None
    assert versions["SP-FLAT"]["payee"] == "candidate"
    assert all(version["source"] for version in versions.values())


async def test_minimum_wages_come_newest_first_without_an_end_while_in_force(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)

    response = await client.get("/api/minimum-wages", headers=await signed_in(auditor))

    newest, before = response.json()[:2]
    assert newest["monthly_cents"] == 50000
    assert newest["valid_from"] == "2026-07-01"
    assert newest["valid_until"] is None
    assert (before["monthly_cents"], before["valid_until"]) == (42500, "2026-06-30")


async def test_a_stranger_reads_neither(client: httpx.AsyncClient) -> None:
    schemes = await client.get("/api/schemes")
    wages = await client.get("/api/minimum-wages")

    assert (schemes.status_code, wages.status_code) == (401, 401)
