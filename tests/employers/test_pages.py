"""Employers in a browser."""

from typing import Any

import httpx
import msgspec

from tests.conftest import SignIn
from tests.forms import employer_form, next_iban
from tests.given import Given


def filled(**fields: Any) -> dict[str, str]:
    """A form as a browser sends it."""
    typed: dict[str, Any] = msgspec.to_builtins(employer_form(**fields))
    return {field: str(value) for field, value in typed.items() if value is not None}


async def test_a_firm_is_registered_and_shown(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    iban = next_iban()

    sent = await client.post("/employers/new", data=filled(iban=iban) | token)
    shown = await client.get(sent.headers["location"])

    assert sent.status_code == 303, sent.text
    assert "Çelik Ndërtimi" in shown.text
    assert iban not in shown.text
    assert iban[-4:] in shown.text


async def test_a_wrong_form_comes_back_as_typed_with_a_word_beside_each_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())

    refused = await client.post(
        "/employers/new", data=filled(business_number="12") | {"headcount": "many"} | token
    )

    assert refused.status_code == 422
    assert 'id="business_number-error"' in refused.text
    assert 'id="headcount-error"' in refused.text
    assert 'value="many"' in refused.text
    assert 'id="legal_name-error"' not in refused.text


async def test_a_registered_firm_is_told_beside_its_number(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    firm = await given.employer()
    token = await visit(await given.case_officer())

    refused = await client.post(
        "/employers/new", data=filled(business_number=firm.business_number) | token
    )

    assert refused.status_code == 409
    assert 'id="business_number-error"' in refused.text


async def test_firms_are_searched_without_accents(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await given.employer(legal_name="Žito Promet")
    await visit(await given.case_officer())

    found = await client.get("/employers", params={"name": "zito"})
    none = await client.get("/employers", params={"name": "nothing"})

    assert "Žito Promet" in found.text
    assert "No firm is like that." in none.text


async def test_facts_are_changed_in_a_form_that_starts_with_what_is_known(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    firm = await given.employer(representative_name="Vjosa Berisha")
    token = await visit(await given.case_officer())
    path = f"/employers/{firm.id}/change"

    known = await client.get(path)
    saved = await client.post(path, data=filled(headcount=41) | token)
    wrong = await client.post(path, data=filled() | {"sector_nace": "zz"} | token)

    assert 'value="Vjosa Berisha"' in known.text
    assert saved.status_code == 303
    assert "<dd>41</dd>" in (await client.get(f"/employers/{firm.id}")).text
    assert wrong.status_code == 422


async def test_an_employer_sees_the_own_firm_only(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    own, other = await given.employer(), await given.employer()
    await visit(await given.representative(own))

    assert (await client.get(f"/employers/{own.id}")).status_code == 200
    assert (await client.get(f"/employers/{other.id}")).status_code == 404
    assert (await client.get("/employers/new")).status_code == 403
