"""The budget in a browser and over the API."""

import httpx
import pytest

from service.actor import Role
from tests.budget import money
from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.rows import due_month


async def test_the_page_draws_each_donor_and_says_what_is_left(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    await visit(await given.account(Role.AUDITOR))

    page = await client.get("/budget")

    assert page.status_code == 200
    for shown in (
        "Donor A (example)",
        "€10,000,000.00",
        "€9,997,300.00",
        "Nothing is appropriated",
    ):
        assert shown in page.text
    assert page.text.count("<rect") > 10
    assert "style=" not in page.text
    assert "/budget/appropriations" not in page.text


async def test_two_people_appropriate_in_the_browser(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    fields = {
        "scheme_code": "WS-50", "donor_code": "BUDGET", "first_day": "2026-01-01",
        "last_day": "2026-12-31", "priority": "1", "amount": "2500.50",
        "document_reference": "Decision 9/2026",
    }  # fmt: skip
    form = await visit(await given.finance_officer())
    wrong = await client.post(
        "/budget/appropriations", data={**fields, "amount": "-3", "first_day": "", **form}
    )
    asked = await client.post("/budget/appropriations", data={**fields, **form})
    form = await visit(await given.account(Role.FINANCE_AUTHORISER))
    page = await client.get("/budget")
    address = page.text.split('action="/budget/appropriations/')[1].split('"')[0]
    done = await client.post(f"/budget/appropriations/{address}", data=form)

    assert (wrong.status_code, 'value="-3"' in wrong.text) == (422, True)
    assert ('id="amount-error"' in wrong.text, 'id="first_day-error"' in wrong.text) == (True, True)
    assert (asked.status_code, done.status_code) == (303, 303)
    (share,) = await money.shares_of(given, "WS-50")
    assert share.free_cents == 2_500_50


async def test_a_donor_is_opened_and_an_appropriation_reduced_in_the_browser(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    appropriation_id = await money.appropriated(given)
    form = await visit(await given.finance_officer())
    reduce = f"/budget/appropriations/{appropriation_id}/reduce"

    bad = await client.post("/budget/donors", data={"code": "x", "name": "", **form})
    opened = await client.post("/budget/donors", data={"code": "EU-IPA", "name": "EU", **form})
    shown = await client.get(reduce)
    wrong = await client.post(reduce, data={"amount": "", "document_reference": "D", **form})
    done = await client.post(reduce, data={"amount": "1", "document_reference": "D 2", **form})
    page = await client.get("/budget")

    assert (bad.status_code, opened.status_code, shown.status_code) == (422, 303, 200)
    assert (wrong.status_code, done.status_code) == (422, 303)
    assert "-€1.00" in page.text


async def test_the_api_proposes_confirms_and_reports(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await signed_in(await given.finance_officer())
    second = await signed_in(await given.account(Role.FINANCE_AUTHORISER))

    donor = {"code": "EU-IPA", "name": "EU"}
    opened = await client.post("/api/budget/donors", json=donor, headers=officer)
    facts = money.PLAIN | {"donor_code": "EU-IPA"}
    asked = await client.post("/api/budget/appropriations", json=facts, headers=officer)
    address = f"/api/budget/appropriations/{asked.json()['id']}"
    own = await client.post(f"{address}/confirm", headers=officer)
    done = await client.post(f"{address}/confirm", headers=second)
    less = {"amount_cents": 400_00, "document_reference": "D 3"}
    fewer = await client.post(f"{address}/reductions", json=less, headers=officer)
    refused = await client.post(
        f"/api/budget/appropriations/{fewer.json()['id']}/refuse", headers=second
    )
    report = (await client.get("/api/budget", headers=second)).json()

    assert [one.status_code for one in (opened, asked, own, done, fewer, refused)] == [
        201, 201, 403, 204, 201, 204
    ]  # fmt: skip
    (share,) = [one for one in report["shares"] if one["donor_code"] == "EU-IPA"]
    assert (share["appropriated_cents"], share["free_cents"]) == (1_000_00, 1_000_00)
    for address in ("/api/budget/donors", "/api/budget/appropriations"):
        assert (await client.get(address, headers=second)).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EMPLOYER])
async def test_others_are_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    account = await (given.representative() if role is Role.EMPLOYER else given.account(role))

    answer = await client.get("/api/budget", headers=await signed_in(account))

    assert answer.status_code == 403
