"""What looks odd and what was drawn, in a browser and for machines."""

import httpx

from service.actor import Actor
from service.flags.model import Flag
from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.rows import OCTOBER, due_month
from tests.quality.drawing import cases


async def test_a_reviewer_finds_the_payment_and_says_what_is_wrong(
    client: httpx.AsyncClient, given: Given, visit: SignIn, preparer: Actor, reviewer: Actor
) -> None:
    await due_month(given)
    await given.submitted_payout(OCTOBER, by=preparer)
    (case,) = await cases(given, reviewer)
    form = await visit(await given.case_officer("peje"))
    address = f"/quality/cases/{case.payout_line_id}"

    listed = await client.get("/quality")
    refused = await client.post(
        address, data={"result": "error", "error": "12,50", "note": "No.", **form}
    )
    said = await client.post(
        address, data={"result": "error", "error": "12,50", "note": "One day too many.", **form}
    )
    shown = await client.get(address)

    assert address in listed.text
    assert (refused.status_code, 'id="note-error"' in refused.text) == (422, True)
    assert said.status_code == 303
    assert "€12.50" in shown.text
    assert (await client.get("/quality/report")).status_code == 403


async def test_the_payout_shows_what_looks_odd_in_words(
    client: httpx.AsyncClient, given: Given, visit: SignIn, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await visit(await given.finance_officer())

    sheet = await client.get(f"/payouts/{payout.id}")
    flags = await client.get(f"/flags/payouts/{payout.id}")
    report = await client.get("/quality/report")

    assert "confirmed very soon after it was reported" in sheet.text
    assert "1 payments are suspicious, 1 have a flag, of 1." in sheet.text
    assert "Month confirmed in a hurry" in flags.text
    assert "The rate of error" in report.text


async def test_machines_read_flags_and_write_reviews(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, preparer: Actor
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    finance = await signed_in(await given.finance_officer())
    office = await signed_in(await given.case_officer("peje"))

    found = (await client.get(f"/api/flags/payouts/{payout.id}", headers=finance)).json()
    (case,) = (await client.get("/api/quality/cases", headers=office)).json()
    address = f"/api/quality/cases/{case['payout_line_id']}"
    reviewed = await client.post(f"{address}/review", json={"result": "correct"}, headers=office)
    again = await client.post(f"{address}/review", json={"result": "correct"}, headers=office)
    report = await client.get(
        "/api/quality/report", params={"from": "2026-01", "to": "2026-12"}, headers=finance
    )

    assert found["lines"][0]["score"] == sum(one["score"] for one in found["lines"][0]["signs"])
    assert found["tally"]["flagged_count"] == 1
    assert reviewed.json()["result"] == "correct"
    assert (again.status_code, again.json()["type"]) == (409, "/problems/reviewed-before")
    assert report.json() == []
    assert len((await client.get("/api/flags/rules", headers=finance)).json()) == len(Flag)
