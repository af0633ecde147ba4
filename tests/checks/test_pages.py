"""Checks in a browser: what was found, an override asked and granted, a payment stopped."""

import httpx

from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

WHY = "The bank knows the firm by the name of who owns it."


async def test_an_override_is_asked_for_on_the_page_of_the_payment_and_granted_on_the_list(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, with_account=False)
    await given.bank_account(due.owner, holder_name="Blerim")
    path = f"/checks/instalments/{due.instalment_id}"
    form = await visit(await given.finance_officer())
    await client.post("/checks/runs", data={"month": "2026-10", **form})
    await given.work_done()

    shown = await client.get(path)
    wanted = {"code": "account_in_payees_name", "reason": WHY}
    wrong = await client.post(f"{path}/overrides", data=wanted | form)
    asked = await client.post(
        f"{path}/overrides", data=wanted | form | {"expires_on": "2026-11-20"}
    )
    own = await client.get("/checks/overrides")
    await visit(await given.finance_officer())
    others = await client.get("/checks/overrides")

    assert "stops the payment" in shown.text
    assert (wrong.status_code, asked.status_code) == (422, 303)
    assert WHY in wrong.text
    assert "/grant" not in own.text
    assert "/grant" in others.text


async def test_a_payment_is_stopped_and_let_go_by_another(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    form = await visit(await given.finance_officer())
    path = f"/checks/instalments/{due.instalment_id}/hold"

    wrong = await client.post(path, data={"reason": "No", **form})
    stopped = await client.post(path, data={"reason": "A doubt about it.", **form})
    own = await client.get("/checks/holds")
    await visit(await given.finance_officer())
    others = await client.get("/checks/holds")

    assert (wrong.status_code, stopped.status_code) == (422, 303)
    assert "A doubt about it." in own.text
    assert "/release" not in own.text
    assert "/release" in others.text


async def test_the_page_of_a_payout_leads_to_what_the_checks_found(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    officer = await given.finance_officer()
    payout = await given.submitted_payout(OCTOBER, by=actor_of(officer))
    await visit(officer)

    sheet = await client.get(f"/payouts/{payout.id}")
    found = await client.get(f"/checks/payouts/{payout.id}")

    assert f"/checks/payouts/{payout.id}" in sheet.text
    assert "The account number is whole." in found.text
