"""Months and instalments in a browser."""

from datetime import date

import httpx

from service.actor import Role
from service.period import Month
from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.hired import hire
from tests.payouts.rows import compute, due_month, report

OCTOBER = Month(date(2026, 10, 1))


async def test_a_month_is_asked_for_and_its_page_follows_the_run(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    form = await visit(await given.finance_officer())

    asked = await client.post("/months", data={**form, "month": "2026-10"})
    followed = await client.get("/months/2026-10")

    assert (asked.status_code, asked.headers["location"]) == (303, "/months/2026-10")
    assert 'hx-get="/months/2026-10/progress" hx-trigger="every 2s"' in followed.text
    assert "Being computed: 0 of 1 agreements" in followed.text
    assert '<a href="/months/2026-10">Refresh</a>' in followed.text


async def test_a_month_that_still_runs_comes_back_with_a_word_beside_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.finance_officer())

    refused = await client.post("/months", data={**form, "month": "2026-11"})

    assert refused.status_code == 422
    assert 'value="2026-11"' in refused.text
    assert "This month has not ended yet." in refused.text


async def test_a_run_is_cancelled_from_its_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    form = await visit(await given.finance_officer())
    await client.post("/months", data={**form, "month": "2026-10"})

    running = await client.get("/months/2026-10/progress")
    cancelled = await client.post("/months/2026-10/cancel", data=form)
    over = await client.get("/months/2026-10/progress")

    assert cancelled.status_code == 303
    assert ("every 2s" in running.text, "hx-refresh" in running.headers) == (True, False)
    assert ("every 2s" in over.text, over.headers["hx-refresh"]) == (False, "true")


async def test_a_month_shows_how_it_came_out_and_who_is_blocked(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await hire(given, due.hired.officer, scheme="SP-FLAT", starts_on=OCTOBER, wage_cents=600_00)
    await compute(given, due.hired, OCTOBER)
    await visit(await given.account(Role.AUDITOR))

    months = await client.get("/months")
    month = await client.get("/months/2026-10/instalments")
    blocked = await client.get("/months/2026-10/instalments?outcome=blocked")

    assert "€350.00" in months.text
    assert "Compute a month" not in months.text
    assert f"/instalments/{due.instalment_id}" in month.text
    assert "has not reported" in month.text
    assert f"/instalments/{due.instalment_id}" not in blocked.text


async def test_an_active_agreement_that_was_left_out_is_pointed_out(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await hire(given, due.hired.officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    await visit(await given.finance_officer())

    month = await client.get("/months/2026-10")

    assert "neither an instalment nor a reason why not: 1." in month.text


async def test_an_instalment_tells_how_it_came_about_and_what_it_was_before(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await report(given, due.hired, OCTOBER, wage_cents=600_00)
    now, _ = await compute(given, due.hired, OCTOBER)
    await visit(due.hired.representative)

    shown = await client.get(f"/instalments/{now}")
    before = await client.get(f"/instalments/{due.instalment_id}")

    assert "70 % of the gross wage of €600.00 = €420.00." in shown.text
    assert f"/instalments/{due.instalment_id}" in shown.text
    assert "A newer version has replaced this one." in before.text
    assert "/months/2026-10" not in shown.text


async def test_a_trace_is_told_in_the_readers_language(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await visit(due.hired.officer)
    client.cookies.set("ura_language", "sr")

    shown = await client.get(f"/instalments/{due.instalment_id}")

    assert "350,00\N{NO-BREAK SPACE}€" in shown.text
    assert "oktobar 2026" in shown.text
