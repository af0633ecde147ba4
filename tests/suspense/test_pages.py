"""Suspense in a browser: what waits is shown, and a form says what it is."""

import httpx

from tests.bank.state import approved_payout, export, states
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.statements.reports import Told
from tests.suspense.test_actions import orders, put_in_suspense, waiting


async def test_an_entry_is_explained_and_taken_back_by_forms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    (entry,) = await put_in_suspense(given, officer, Told("FEE", -1_50))
    form = await visit(account)

    shown = await client.get("/bank/suspense")
    one = await client.get(f"/bank/suspense/{entry}")
    done = await client.post(
        f"/bank/suspense/{entry}/explain",
        data=form | {"category": "bank_fee", "reason": "Their price list says so."},
    )

    assert (shown.status_code, one.status_code, done.status_code) == (200, 200, 303)
    assert f"/bank/suspense/{entry}" in shown.text
    after = await client.get("/bank/suspense")
    assert "Their price list says so." in after.text
    assert await waiting(given, officer) == []


async def test_an_entry_is_matched_to_the_payment_that_is_ticked(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await export(given, await approved_payout(given, 70_00), officer)
    (entry,) = await put_in_suspense(given, officer, Told("X", -70_00))
    attempt, name = (await orders(given, officer))[70_00]
    form = await visit(account)

    shown = await client.get(f"/bank/suspense/{entry}")
    done = await client.post(
        f"/bank/suspense/{entry}/match",
        data=form | {"attempts": str(attempt), "reason": "Only this payment has the amount."},
    )

    assert name in shown.text
    assert done.status_code == 303
    assert (await states(given, officer))[name] == ("settled", None)
