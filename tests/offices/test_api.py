"""The map of the country over the API, and the reference data behind it."""

import httpx
import pytest

from service.actor import SYSTEM, Role
from service.db import Connection
from service.iban import parse_iban
from tests.conftest import SignIn
from tests.given import Given, act_as


async def test_everybody_signed_in_sees_the_38_municipalities(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)

    answer = await client.get("/api/municipalities", headers=await signed_in(auditor))

    named = {one["code"]: (one["name_sq"], one["name_sr"]) for one in answer.json()}
    assert len(named) == 38
    assert named["ferizaj"] == ("Ferizaj", "Uroševac")
    assert named["gjakove"] == ("Gjakovë", "Đakovica")
    assert named["mitrovice-e-veriut"] == ("Mitrovicë e Veriut", "Severna Mitrovica")


async def test_each_municipality_has_one_office(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer("peje")

    answer = await client.get("/api/offices", headers=await signed_in(officer))

    offices = {one["municipality_code"]: one for one in answer.json()}
    assert len(offices) == 38
    assert offices["peje"]["id"] == str(officer.office_id)
    assert offices["peje"]["name_sr"] == "Biro za zapošljavanje Peć"


@pytest.mark.parametrize("path", ["/api/municipalities", "/api/offices"])
async def test_nobody_unknown_is_answered(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 401


async def test_the_country_pays_from_a_valid_account(tx: Connection) -> None:
    iban = await tx.fetchval("SELECT debtor_iban FROM bank_profile")

    assert parse_iban(iban) == iban


async def test_each_scheme_has_a_budget_line_and_its_accounts(tx: Connection) -> None:
    await act_as(tx, SYSTEM)

    lines = await tx.fetch(
        "SELECT s.code, count(a.id) AS accounts, (SELECT sum(t.amount_cents)::bigint FROM transfer"
        " AS t WHERE t.budget_line_id = b.id AND t.reason = 'appropriated') AS cents"
        " FROM scheme AS s JOIN budget_line AS b ON b.scheme_id = s.id"
        " JOIN ledger_account AS a ON a.budget_line_id = b.id GROUP BY s.code, b.id ORDER BY s.code"
    )

    assert [tuple(line) for line in lines] == [
        ("OJT", 12, None),
        ("OJT-DISABILITY", 12, None),
        ("SP-FLAT", 12, 1_500_000_000),
        ("WS-50", 12, None),
        ("WS-70", 12, 1_500_000_000),
    ]
