"""The second computation over the API, in a browser and on the command line."""

import httpx
import pytest
from rich.console import Console

from service.actor import SYSTEM, Actor, Role
from service.db import Database
from service.expected import actions, command
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

METHOD = {
    "scheme_code": "WS-70",
    "kind": "subsidy",
    "since": "2027-01-01",
    "form": "wage_share",
    "amount_parameter": "monthly_max",
    "is_wage_tested": True,
}


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR])
async def test_a_month_is_compared_for_finance_and_auditors(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    await due_month(given, amount_cents=297_50)
    await due_month(given, scheme="SP-FLAT", amount_cents=264_00)

    answer = await client.get(
        "/api/expected/2026-10", headers=await signed_in(await given.account(role))
    )

    assert answer.json() == {
        "month": "2026-10",
        "agreement_count": 2,
        "amount_count": 2,
        "without_method_count": 0,
        "waiting_count": 0,
        "ours_cents": 561_50,
        "theirs_cents": 561_50,
        "difference_count": 0,
        "differences": [],
    }


async def test_a_month_that_is_none_is_refused_with_a_sentence(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.account(Role.AUDITOR))

    answer = await client.get("/api/expected/2026-13", headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-month")


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.ADMINISTRATOR])
async def test_others_see_no_months(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    account = await given.case_officer() if role is Role.CASE_OFFICER else await given.account(role)

    answer = await client.get("/api/expected/2026-10", headers=await signed_in(account))

    assert answer.status_code == 403


async def test_an_administrator_states_a_method_once(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.account(Role.ADMINISTRATOR))

    answers = [
        await client.post("/api/expected/methods", headers=headers, json=METHOD) for _ in range(2)
    ]
    unknown = await client.post(
        "/api/expected/methods", headers=headers, json=METHOD | {"scheme_code": "NONE-SUCH"}
    )
    listed = (await client.get("/api/expected/methods", headers=headers)).json()

    assert [one.status_code for one in answers] == [201, 409]
    assert unknown.json()["type"] == "/problems/scheme-unknown"
    assert next(one for one in listed if one["since"] == "2027-01-01")["form"] == "wage_share"
    assert len(listed) == 8


async def test_a_finance_officer_states_none(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.finance_officer())

    answer = await client.post("/api/expected/methods", headers=headers, json=METHOD)

    assert answer.status_code == 403


async def test_the_payouts_page_says_that_it_was_computed_twice(
    client: httpx.AsyncClient, given: Given, visit: SignIn, preparer: Actor
) -> None:
    await due_month(given, amount_cents=297_50)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await visit(await given.account(Role.AUDITOR))

    sheet = await client.get(f"/payouts/{payout.id}")
    month = await client.get("/expected?month=2026-10")
    wrong = await client.get("/expected?month=soon")

    assert "equal, €297.50 for 1 payments" in sheet.text
    assert "/expected?month=2026-10" in sheet.text
    assert "No amount differs." in month.text
    assert "Share of the wage, within a monthly maximum" in month.text
    assert wrong.status_code == 422
    assert "such as 2026-10" in wrong.text


async def test_the_sheet_for_machines_holds_the_second_figure(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, preparer: Actor
) -> None:
    await due_month(given, amount_cents=297_50)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    headers = await signed_in(await given.account(Role.AUDITOR))

    sheet = (await client.get(f"/api/payouts/{payout.id}", headers=headers)).json()

    assert sheet["expected"]["expected_cents"] == 297_50


async def test_the_command_tells_totals(db: Database, given: Given) -> None:
    await due_month(given, amount_cents=297_50)
    async with db.transaction(SYSTEM) as tx:
        found = await actions.compare_month(tx, OCTOBER)
    console = Console(width=200, record=True)

    command.show(console, found, OCTOBER)

    said = console.export_text()
    assert "€297.50 are due for the month, computed twice €297.50." in said
    assert "No amount differs." in said
