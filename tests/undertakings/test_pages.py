"""Undertakings in a browser and over the API, and the report of a year."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month
from tests.undertakings import aid


async def test_the_page_of_a_firm_says_what_its_undertaking_has_left(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    form = await visit(await given.finance_officer())
    address = f"/undertakings/of/{due.employer_id}"
    fields = {
        "granted_on": "2026-02-01", "granted_by": "Municipality", "amount": "1000",
        "document_reference": "Decision 4",
    }  # fmt: skip

    wrong = await client.post(f"{address}/declarations", data={**fields, "amount": "x", **form})
    kept = await client.post(f"{address}/declarations", data={**fields, **form})
    page = await client.get(address)
    cancel = page.text.split(f'action="{address}/declarations/')[1].split('"')[0]
    await client.post(f"{address}/declarations/{cancel}", data={"reason": "Wrong", **form})
    after = await client.get(address)

    assert (wrong.status_code, kept.status_code, page.status_code) == (422, 303, 200)
    for shown in ("€200,000.00", "€1,350.00", "€198,650.00", "This programme", "Decision 4"):
        assert shown in page.text
    assert "€199,650.00" in after.text
    assert "style=" not in page.text


async def test_two_people_link_firms_in_the_browser(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    parent, child = await given.employer(), await given.employer()
    fields = {
        "business_number": child.business_number, "head_business_number": parent.business_number,
        "linked_on": "2026-01-01", "reason": "Votes", "document_reference": "Extract",
    }  # fmt: skip
    form = await visit(await given.case_officer())
    wrong = await client.post("/undertakings/links", data={**fields, "linked_on": "", **form})
    asked = await client.post("/undertakings/links", data={**fields, **form})
    again = await client.post("/undertakings/links", data={**fields, **form})
    form = await visit(await given.finance_officer())
    page = await client.get("/undertakings")
    link = page.text.split('action="/undertakings/links/')[1].split('"')[0]

    done = await client.post(f"/undertakings/links/{link}", data=form)

    assert [one.status_code for one in (wrong, asked, again, done)] == [422, 303, 422, 303]
    assert (await aid.undertaking(given, child.id)).head.id == parent.id


async def test_the_years_report_is_json_and_csv_by_undertaking(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, visit: SignIn
) -> None:
    due = await due_month(given)
    parent = await given.employer(legal_name="Mother Sh.p.k.")
    await aid.declared(given, parent.id, amount_cents=1_000_00, granted_on="2025-05-05")
    await aid.linked(given, due.employer_id, parent.id)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    headers = await signed_in(await given.account(Role.AUDITOR))

    lines = (await client.get("/api/undertakings/report?year=2026", headers=headers)).json()
    file = await client.get("/api/undertakings/report?year=2026&format=csv", headers=headers)
    await visit(await given.account(Role.AUDITOR))
    download = await client.get("/undertakings/report.csv?year=2026")

    (line,) = lines
    assert (line["legal_name"], line["paid_cents"], line["declared_cents"]) == (
        "Mother Sh.p.k.", 350_00, 0
    )  # fmt: skip
    assert line["used_cents"] == 1_350_00
    assert due.hired.firm_name in line["firms"]
    assert file.text == download.text
    assert "350.00,0.00,1350.00" in file.text


async def test_the_api_links_declares_and_lists(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    parent, child = await given.employer(), await given.employer()
    officer, second = [await signed_in(await given.case_officer()) for _ in range(2)]
    link = {
        "business_number": child.business_number, "head_business_number": parent.business_number,
        "linked_on": "2026-01-01", "reason": "Votes", "document_reference": "Extract",
    }  # fmt: skip
    base = "/api/undertakings"

    asked = await client.post(f"{base}/links", json=link, headers=officer)
    waiting = (await client.get(f"{base}/links", headers=second)).json()
    done = await client.post(f"{base}/links/{asked.json()['id']}/confirm", headers=second)
    turned = await client.post(f"{base}/links/{asked.json()['id']}/refuse", headers=second)
    kept = await client.post(f"{base}/of/{child.id}/declarations", json=aid.PLAIN, headers=officer)
    (use,) = (await client.get(base, headers=officer)).json()
    found = (await client.get(f"{base}/of/{parent.id}", headers=officer)).json()
    gone = await client.post(
        f"{base}/declarations/{kept.json()['id']}/cancel", json={"reason": "Wrong"}, headers=officer
    )

    assert [one.status_code for one in (asked, done, turned, kept, gone)] == [
        201, 204, 409, 201, 204
    ]  # fmt: skip
    assert [one["head_name"] for one in waiting] == [parent.legal_name]
    assert (use["head_id"], use["used_cents"]) == (str(parent.id), 199_800_00)
    assert found["headroom_cents"] == 200_00


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EMPLOYER])
async def test_others_are_refused(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    account = await (given.representative() if role is Role.EMPLOYER else given.account(role))

    answer = await client.get("/api/undertakings", headers=await signed_in(account))

    assert answer.status_code == 403
