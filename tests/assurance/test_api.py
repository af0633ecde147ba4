"""Assurance over HTTP: who may look, and what they are shown."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.rows import OCTOBER, due_month


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.AUDITOR, 200),
        (Role.FINANCE_OFFICER, 200),
        (Role.FINANCE_AUTHORISER, 200),
        (Role.ADMINISTRATOR, 403),
    ],
)
@pytest.mark.parametrize("path", ["/api/assurance", "/api/ledger?month=2026-10-01"])
async def test_finance_and_auditors_look(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role, status: int, path: str
) -> None:
    headers = await signed_in(await given.account(role))

    answer = await client.get(path, headers=headers)

    assert answer.status_code == status


async def test_an_auditor_has_the_books_checked(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    auditor = await given.account(Role.AUDITOR)
    headers = await signed_in(auditor)

    made = await client.post("/api/assurance/checks", headers=headers)

    assert made.status_code == 201
    assert (made.json()["broken"], made.json()["asked_by_name"]) == ([], auditor.name)
    kept = (await client.get("/api/assurance", headers=headers)).json()["checks"]
    assert [one["id"] for one in kept] == [made.json()["id"]]


async def test_the_sub_ledger_of_a_firm_adds_up_to_what_was_approved(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    due = await due_month(given, amount_cents=297_50, officers=officers)
    await due_month(given, officers=officers)
    headers = await signed_in(await given.account(Role.AUDITOR))

    for name, key in (
        ("employer", due.employer_id),
        ("agreement", due.agreement_id),
        ("candidate", due.candidate_id),
    ):
        answer = (await client.get(f"/api/ledger?{name}={key}", headers=headers)).json()
        october = [row for row in answer["rows"] if row["month"] == OCTOBER.isoformat()]
        assert [row["balances"] for row in october] == [{"calculated": 297_50}]
        assert answer["totals"]["calculated"] == 297_50
        assert answer["is_whole"] is True
    whole = (await client.get("/api/ledger?month=2026-10-15", headers=headers)).json()
    assert whole["totals"] == {"calculated": 647_50}


async def test_nobody_asks_for_everybodys_money_at_once(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    headers = await signed_in(await given.account(Role.AUDITOR))

    answer = await client.get("/api/ledger", headers=headers)

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "nobody-named")


async def test_the_pages_are_shown(client: httpx.AsyncClient, given: Given, visit: SignIn) -> None:
    due = await due_month(given)
    form = await visit(await given.account(Role.AUDITOR))

    await client.post("/assurance/checks", data=form)
    assurance = await client.get("/assurance")
    ledger = await client.get(f"/ledger?agreement={due.agreement_id}")

    assert "Every rule holds." in assurance.text
    assert due.hired.firm_name in ledger.text
    assert "350.00" in ledger.text
