"""Failed payments in a browser: what failed, its history, and the forms to act."""

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.failures.test_actions import fail, pay
from tests.given import Given, actor_of
from tests.payouts.rows import due_month


async def test_a_failed_payment_is_shown_with_its_history_and_asked_for_again(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "AC04")
    form = await visit(account)

    listed = await client.get("/bank/failures")
    one = await client.get(f"/bank/failures/attempts/{failed}")
    asked = await client.post(
        f"/bank/failures/attempts/{failed}/reissue",
        data=form | {"reason": "The payee opened the account again."},
    )
    after = await client.get("/bank/failures")

    assert (listed.status_code, one.status_code, asked.status_code) == (200, 200, 303)
    assert "Account closed" in listed.text
    assert "Rejected by the bank" in one.text
    assert "The next payout pays it again" in after.text


async def test_an_auditor_reads_and_has_no_forms_and_an_office_sees_its_alarms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = actor_of(await given.finance_officer())
    due = await due_month(given)
    await fail(given, officer, await pay(given, officer), "MD07")

    await visit(await given.account(Role.AUDITOR))
    read = await client.get("/bank/failures")
    await visit(await given.officer_of(due.hired.agreement))
    alarms = await client.get("/bank/failures/alarms")
    refused = await client.get("/bank/failures")

    assert "/reissue" not in read.text
    assert "the office stops the placement" in alarms.text
    assert refused.status_code == 403
