"""Outcomes in a browser."""

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given

FOUND = {
    "months_after": "0",
    "standing": "same_employer",
    "observed_on": "2026-10-30",
    "source": "payroll",
}


async def test_an_officer_goes_from_the_worklist_to_a_recorded_outcome(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)
    token = await visit(officer)
    worklist = await client.get("/outcomes")

    answer = await client.post(f"/outcomes/{agreement.id}", data=FOUND | token)

    assert agreement.reference in worklist.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/outcomes")
    assert agreement.reference not in (await client.get("/outcomes")).text
    assert "Payroll declaration" in (await client.get(f"/outcomes/{agreement.id}")).text


async def test_the_form_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    agreement = await given.completed_agreement(officer)
    token = await visit(officer)

    unread = await client.post(
        f"/outcomes/{agreement.id}", data=FOUND | token | {"standing": "", "source": "rumour"}
    )
    early = await client.post(
        f"/outcomes/{agreement.id}", data=FOUND | token | {"observed_on": "2026-08-01"}
    )

    assert (unread.status_code, early.status_code) == (422, 422)
    assert "standing-error" in unread.text
    assert "source-error" in unread.text
    assert "observed_on-error" in early.text
    assert 'value="2026-08-01"' in early.text


async def test_the_report_shows_bars_and_counts_with_their_denominators(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await given.completed_agreement()
    await visit(await given.finance_officer())

    answer = await client.get("/reports/outcomes?from=2026-01-01&to=2026-11-02")

    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "100 % (1 of 1)" in answer.text
    assert "Prishtinë" in answer.text


async def test_municipalities_are_named_in_the_readers_language(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await given.completed_agreement()
    await visit(await given.finance_officer())
    client.cookies.set("ura_language", "sr")

    answer = await client.get("/reports/outcomes?from=2026-01-01&to=2026-11-02")

    assert "Priština" in answer.text


async def test_days_that_cannot_be_read_are_said_beside_their_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())

    answer = await client.get("/reports/outcomes?from=soon&to=2026-11-02")
    reversed_days = await client.get("/reports/outcomes?from=2026-11-02&to=2026-11-01")

    assert answer.status_code == 422
    assert "from-error" in answer.text
    assert "to-error" in reversed_days.text


async def test_the_report_is_downloaded_with_the_session(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await given.completed_agreement()
    await visit(await given.account(Role.AUDITOR))

    answer = await client.get("/reports/outcomes.csv?from=2026-01-01&to=2026-11-02")

    assert answer.text.startswith("from,to,municipality,sex,registered")
    assert "2026-01-01,2026-11-02,all,all,1,1,1,1,1" in answer.text
