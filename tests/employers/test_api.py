"""Employers through the API."""

from typing import Any

import httpx
import msgspec
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.forms import employer_form, next_iban
from tests.given import Given


def body(**fields: Any) -> dict[str, Any]:
    filled: dict[str, Any] = msgspec.to_builtins(employer_form(**fields))
    return filled


async def test_a_firm_is_registered_with_its_account_as_a_proposal(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())

    made = await client.post("/api/employers", json=body(iban=next_iban()), headers=headers)
    employer = made.json()["employer"]
    read = await client.get(f"/api/employers/{employer['id']}", headers=headers)

    assert made.status_code == 201, made.text
    assert made.json()["bank_account_id"]
    assert read.json() == employer


async def test_a_firm_is_registered_once(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    firm = body()
    await client.post("/api/employers", json=firm, headers=headers)

    again = await client.post("/api/employers", json=firm, headers=headers)

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/business-number-taken"


async def test_every_wrong_field_gets_a_sentence_and_nothing_is_saved(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    wrong = body(business_number="12", sector_nace="zz", headcount=-1, iban="XK06")

    refused = await client.post("/api/employers", json=wrong, headers=headers)
    listed = await client.get("/api/employers", headers=headers)

    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {
        "business_number",
        "sector_nace",
        "headcount",
        "iban",
    }
    assert listed.json() == []


async def test_json_with_nan_is_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.case_officer())
    whole = msgspec.json.encode(employer_form(headcount=77)).replace(b":77", b":NaN")

    refused = await client.post(
        "/api/employers", content=whole, headers=headers | {"content-type": "application/json"}
    )

    assert refused.status_code == 400


async def test_firms_are_searched_by_name_without_accents(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    firm = await given.employer(legal_name="Çelik Ndërtimi")
    await given.employer(legal_name="Else")

    found = await client.get(
        "/api/employers?name=ndertimi",
        headers=await signed_in(await given.account(Role.AUDITOR)),
    )

    assert [one["id"] for one in found.json()] == [str(firm.id)]


async def test_a_patch_changes_what_it_names(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    firm = await given.employer()
    headers = await signed_in(await given.case_officer())

    changed = await client.patch(
        f"/api/employers/{firm.id}", json={"headcount": 99}, headers=headers
    )
    refused = await client.patch(
        f"/api/employers/{firm.id}", json={"business_number": "899999999"}, headers=headers
    )

    assert changed.json()["headcount"] == 99
    assert changed.json()["legal_name"] == firm.legal_name
    assert refused.status_code == 400


async def test_an_employer_reads_the_own_firm_and_lists_none(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    own, other = await given.employer(), await given.employer()
    headers = await signed_in(await given.representative(own))

    assert (await client.get(f"/api/employers/{own.id}", headers=headers)).status_code == 200
    assert (await client.get(f"/api/employers/{other.id}", headers=headers)).status_code == 404
    assert (await client.get("/api/employers", headers=headers)).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_OFFICER, Role.ADMINISTRATOR])
async def test_only_case_officers_register_firms(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    refused = await client.post(
        "/api/employers", json=body(), headers=await signed_in(await given.account(role))
    )

    assert refused.status_code == 403
