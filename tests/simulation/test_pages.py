"""What-ifs in a browser."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given
from tests.schemes.samples import a_document
from tests.simulation.test_actions import employed

WHAT_IF = "/schemes/WS-70/2/what-if"


async def drafted(client: httpx.AsyncClient, given: Given, visit: SignIn) -> None:
    """A draft of WS-70 that pays 300.00 a month, and the visit of its author."""
    csrf = await visit(await given.account(Role.ADMINISTRATOR))
    text = a_document(code="WS-70", monthly="300.00 EUR", expected="300.00", months=4)
    form = {"document": text, "valid_from": "2027-01-01", **csrf}
    assert (await client.post("/schemes/new", data=form)).status_code == 303


async def test_a_draft_leads_to_its_what_if(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await employed(given)
    await drafted(client, given, visit)

    sheet = await client.get("/schemes/WS-70/2")
    form = await client.get(WHAT_IF)
    found = await client.get(f"{WHAT_IF}?months=2")

    assert f'href="{WHAT_IF}"' in sheet.text
    assert (form.status_code, "<svg" in form.text) == (200, False)
    assert found.status_code == 200
    assert found.text.count("<rect") == 4
    assert "Now: €350.00" in found.text
    assert "What if: €300.00" in found.text
    assert "-€100.00" in found.text
    assert "All others together" in found.text
    assert "Months that the document grants: 4; that the scheme grants: 6." in found.text
    assert "Arta" not in found.text


async def test_who_pays_sees_it_and_an_office_does_not(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await drafted(client, given, visit)
    client.cookies.clear()
    await visit(await given.finance_officer())
    payer = await client.get(f"{WHAT_IF}?months=1")
    client.cookies.clear()
    await visit(await given.case_officer())

    assert payer.status_code == 200
    assert "No agreement of this scheme" in payer.text
    assert (await client.get(WHAT_IF)).status_code == 403
    assert "what-if" not in (await client.get("/schemes/WS-70/1")).text


@pytest.mark.parametrize("months", ["0", "25", "many", "", "1e3"])
async def test_months_that_make_no_sense_come_back_beside_their_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn, months: str
) -> None:
    await visit(await given.finance_officer())

    answer = await client.get("/schemes/WS-70/1/what-if", params={"months": months})

    assert answer.status_code == 422
    assert 'id="months-error"' in answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sq", ("Kostoja sipas muajve", "Po sikur: 300,00", "Prishtinë")),
        ("sr", ("Trošak po mesecima", "Šta ako: 300,00", "Priština")),
    ],
)
async def test_it_is_told_in_the_readers_language(
    client: httpx.AsyncClient, given: Given, visit: SignIn, language: str, words: tuple[str, ...]
) -> None:
    await employed(given)
    await drafted(client, given, visit)
    client.cookies.set("ura_language", language)

    answer = await client.get(f"{WHAT_IF}?months=2")

    for word in words:
        assert word in answer.text.replace("\xa0", " ")


async def test_a_version_that_is_not_there_is_not_found(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())

    assert (await client.get("/schemes/WS-70/77/what-if?months=1")).status_code == 404
