"""Checks over HTTP: run, read, override by two, hold and release."""

import httpx

from tests.conftest import SignIn
from tests.given import Given
from tests.payouts.rows import due_month

WHY = "The firm is known by its owner's name at the bank."


async def test_an_override_takes_two_and_lets_the_payment_through(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await given.bank_account(due.owner, holder_name="Blerim")
    first = await signed_in(await given.finance_officer())
    second = await signed_in(await given.finance_officer())

    run = await client.post("/api/checks/runs", json={"month": "2026-10"}, headers=first)
    results = await client.get(f"/api/checks/instalments/{due.instalment_id}", headers=first)
    wanted = {
        "instalment_id": str(due.instalment_id),
        "code": "account_in_payees_name",
        "reason": WHY,
        "expires_on": "2026-11-20",
    }
    asked = await client.post("/api/checks/overrides", json=wanted, headers=first)
    own = await client.post(f"/api/checks/overrides/{asked.json()['id']}/grant", headers=first)
    other = await client.post(f"/api/checks/overrides/{asked.json()['id']}/grant", headers=second)
    again = await client.post("/api/checks/runs", json={"month": "2026-10"}, headers=first)

    assert run.json()["blocked"] == [str(due.instalment_id)]
    assert {one["code"] for one in results.json() if one["outcome"] == "failed"} >= {
        "account_in_payees_name"
    }
    assert (own.status_code, other.status_code) == (403, 204)
    assert again.json()["blocked"] == []


async def test_a_hold_is_placed_listed_and_released_by_another(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given)
    first = await signed_in(await given.finance_officer())
    second = await signed_in(await given.finance_officer())
    wanted = {"instalment_id": str(due.instalment_id), "reason": "A doubt about the report."}
    release = {"reason": "The report was shown to be right."}

    placed = await client.post("/api/checks/holds", json=wanted, headers=first)
    path = f"/api/checks/holds/{placed.json()['id']}/release"
    own = await client.post(path, json=release, headers=first)
    other = await client.post(path, json=release, headers=second)
    (listed,) = (await client.get("/api/checks/holds", headers=first)).json()

    assert (own.status_code, other.status_code) == (403, 204)
    assert own.json()["type"] == "/problems/second-person-needed"
    assert listed["release_reason"] == release["reason"]


async def test_two_things_at_once_are_not_held(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given)
    officer = await signed_in(await given.finance_officer())
    both = {
        "instalment_id": str(due.instalment_id),
        "employer_id": str(due.employer_id),
        "reason": "A doubt about the report.",
    }

    refused = await client.post("/api/checks/holds", json=both, headers=officer)

    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/one-scope-needed"


async def test_an_employer_reads_no_checks_and_every_rule_is_told_to_staff(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    due = await due_month(given)
    employer = await signed_in(due.hired.representative)
    officer = await signed_in(due.hired.officer)

    refused = await client.get(f"/api/checks/instalments/{due.instalment_id}", headers=employer)
    rules = await client.get("/api/checks/rules", headers=officer)

    assert refused.status_code == 403
    assert {one["code"] for one in rules.json() if not one["is_overridable"]} >= {
        "age_eligible",
        "no_other_subsidy",
    }
