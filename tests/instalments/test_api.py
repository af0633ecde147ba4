"""A month over the API: asked for, followed, and read back to the last line of a trace."""

from datetime import date

import httpx
import pytest

from service.actor import Role
from service.period import Month
from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.hired import hire
from tests.payouts.rows import compute, due_month, report

OCTOBER = Month(date(2026, 10, 1))


async def test_a_finance_officer_computes_a_month_and_follows_it(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    headers = await signed_in(await given.finance_officer())

    asked = await client.post("/api/months/2026-10/compute", headers=headers)
    again = await client.post("/api/months/2026-10/compute", headers=headers)
    run = await client.get("/api/months/2026-10/run", headers=headers)
    month = await client.get("/api/months/2026-10", headers=headers)

    assert asked.status_code == 202
    assert (asked.json()["state"], asked.json()["agreement_count"]) == ("running", 1)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/run-under-way")
    assert (run.json()["id"], run.json()["remaining_count"]) == (asked.json()["id"], 1)
    assert month.json() == {
        "month": "2026-10",
        "reasons": [],
        "uncomputed_count": 1,
        "changes": [{"fact": "start", "agreement_count": 1}],
    }


async def test_a_run_is_cancelled_once(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await given.case_officer()
    await hire(given, officer, scheme="WS-70", starts_on=OCTOBER, wage_cents=600_00)
    headers = await signed_in(await given.finance_officer())
    await client.post("/api/months/2026-10/compute", headers=headers)

    cancelled = await client.post("/api/months/2026-10/cancel", headers=headers)
    again = await client.post("/api/months/2026-10/cancel", headers=headers)

    assert cancelled.status_code == 204
    assert (again.status_code, again.json()["type"]) == (409, "/problems/no-run-under-way")


@pytest.mark.parametrize(
    ("month", "status", "slug"),
    [
        ("2026-11", 422, "month-not-over"),
        ("2026-13", 422, "invalid-month"),
        ("october", 422, "invalid-month"),
    ],
)
async def test_only_a_month_that_is_over_can_be_computed(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, month: str, status: int, slug: str
) -> None:
    headers = await signed_in(await given.finance_officer())

    refused = await client.post(f"/api/months/{month}/compute", headers=headers)

    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}")


async def test_a_month_nobody_asked_for_has_no_run(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.account(Role.AUDITOR))

    run = await client.get("/api/months/2026-10/run", headers=headers)

    assert run.status_code == 404


@pytest.mark.parametrize("role", [Role.FINANCE_AUTHORISER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_others_do_not_compute(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    headers = await signed_in(await given.account(role))

    refused = await client.post("/api/months/2026-10/compute", headers=headers)

    assert refused.status_code == 403


async def test_an_instalment_is_listed_and_explained_line_by_line(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    headers = await signed_in(await given.finance_officer())

    months = await client.get("/api/months", headers=headers)
    listed = await client.get("/api/instalments?month=2026-10&outcome=due", headers=headers)
    blocked = await client.get("/api/instalments?month=2026-10&outcome=blocked", headers=headers)
    one = await client.get(f"/api/instalments/{due.instalment_id}", headers=headers)

    assert (months.json()[0]["month"], months.json()[0]["due_cents"]) == ("2026-10", 350_00)
    assert [row["id"] for row in listed.json()] == [str(due.instalment_id)]
    assert blocked.json() == []
    assert (one.json()["amount_cents"], one.json()["reason"]) == (350_00, None)
    assert "70 % of the gross wage of €500.00 = €350.00." in one.json()["explanation"]
    assert one.json()["trace"][1][0] == 1  # the number of the programme month


async def test_the_next_page_begins_after_the_last_reference(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    for _ in range(2):
        await due_month(given, with_account=False, officers=officers)
    headers = await signed_in(await given.account(Role.AUDITOR))
    path = "/api/instalments?month=2026-10&limit=1"

    (first,) = (await client.get(path, headers=headers)).json()
    (second,) = (
        await client.get(
            f"{path}&after={first['agreement_reference']}/{first['kind']}", headers=headers
        )
    ).json()

    assert first["agreement_reference"] < second["agreement_reference"]


async def test_the_parties_read_their_instalments_and_strangers_find_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    stranger = await given.case_officer("peje")
    path = f"/api/agreements/{due.agreement_id}/instalments"

    own = await client.get(path, headers=await signed_in(due.hired.representative))
    other = await client.get(path, headers=await signed_in(stranger))
    refused = await client.get(
        f"/api/instalments/{due.instalment_id}", headers=await signed_in(stranger)
    )

    assert [row["id"] for row in own.json()] == [str(due.instalment_id)]
    assert other.json() == []
    assert refused.status_code == 404


async def test_a_blocked_month_says_why_in_words(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await report(given, due.hired, OCTOBER, wage_cents=100_00)
    instalment_id, _ = await compute(given, due.hired, OCTOBER)

    blocked = await client.get(
        f"/api/instalments/{instalment_id}", headers=await signed_in(due.hired.officer)
    )

    assert (blocked.json()["outcome"], blocked.json()["version"]) == ("blocked", 2)
    assert blocked.json()["reason"] == "wage_below_minimum"
    assert "below the minimum wage" in blocked.json()["reason_explained"]
    assert "below the minimum wage" in blocked.json()["explanation"][-1]
