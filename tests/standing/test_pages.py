"""Why not paid, over HTTP and in a browser, for finance and for a firm."""

import httpx

from tests.conftest import SignIn
from tests.given import Given
from tests.pages import texts_of
from tests.payouts.rows import due_month


async def test_the_page_counts_a_month_by_reason_and_names_who_must_act(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    form = await visit(await given.finance_officer())
    await client.post("/checks/runs", data={"month": "2026-10", **form})
    await given.work_done()

    page = await client.get("/standing/2026-10?standing=blocked")
    agreement = await client.get(f"/agreements/{due.agreement_id}/standing")

    assert "The payee has handed in a bank account." in page.text
    assert "the payee" in page.text
    assert due.hired.agreement.reference in page.text
    assert "November 2026" in agreement.text


async def test_the_newest_month_is_shown_in_the_language_of_who_asks(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    form = await visit(await given.finance_officer())
    await client.post("/language", data={"language": "sq", "next": "/", **form})

    page = await client.get("/standing", follow_redirects=True)

    assert str(page.url).endswith("/standing/2026-10")
    assert "Është për pagesë dhe pret dërgesën e radhës." in page.text


async def test_a_firm_reads_payments_and_finance_why_not(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    await visit(due.hired.representative)
    own = await client.get("/standing/2026-10")
    await visit(await given.finance_officer())
    finance = await client.get("/standing/2026-10")

    assert texts_of(own.text, "h1") == ["Payments: October 2026"]
    assert texts_of(own.text, "title")[0].startswith("Payments: October 2026")
    assert "Why not paid" not in own.text
    assert texts_of(finance.text, "h1") == ["Why not paid: October 2026"]


async def test_a_firm_reads_its_own_and_nobody_elses(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due, other = await due_month(given), await due_month(given)
    firm = await signed_in(due.hired.representative)

    own = await client.get(f"/api/agreements/{due.agreement_id}/standing", headers=firm)
    others = await client.get(f"/api/agreements/{other.agreement_id}/standing", headers=firm)
    month = await client.get("/api/standing/2026-10", headers=firm)

    assert [one["standing"] for one in own.json()] == ["scheduled", "scheduled"]
    assert others.json() == []
    assert [one["payment_count"] for one in month.json()["counts"]] == [1]
    assert [one["agreement_id"] for one in month.json()["payments"]] == [str(due.agreement_id)]


async def test_reasons_and_municipalities_are_chosen_in_words(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    await visit(await given.finance_officer())

    page = await client.get("/standing/2026-10")
    found = await client.get("/standing/2026-10?reason=waits_to_be_put_up&office=prishtine")
    elsewhere = await client.get("/standing/2026-10?office=prizren")
    over = await client.get("/standing/2026-10?reason=evidence_missing")
    wrong = await client.get("/standing/2026-10?office=nowhere")

    reason = '<option value="waits_to_be_put_up">It is due and waits for the next payout.</option>'
    assert reason in page.text
    assert '<option value="prishtine">' in page.text
    assert due.hired.agreement.reference in found.text
    assert "There are no such payments." in elsewhere.text
    assert over.status_code == 200  # a link to a reason for which nothing waits any more
    assert "There are no such payments." in over.text
    assert wrong.status_code == 422
    assert "Choose one of the list." in wrong.text


async def test_who_sees_one_office_is_not_asked_for_which(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    await visit(due.hired.officer)

    page = await client.get("/standing/2026-10?standing=scheduled")
    sheet = await client.get("/standing/2026-10/sheet?standing=scheduled&format=csv")

    assert due.hired.agreement.reference in page.text
    assert 'name="office"' not in page.text
    assert due.hired.agreement.reference in sheet.text
