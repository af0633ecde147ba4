"""Failed payments in a browser: what failed, its history, and the forms to act."""

import httpx

from service.actor import Role
from service.db import Connection
from service.ids import new_id
from tests.conftest import SignIn
from tests.failures.test_actions import fail, newest, pay
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


async def test_a_payment_is_found_among_the_payouts_lines_and_offers_what_may_follow(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await due_month(given, amount_cents=350_00)
    file = await pay(given, officer)
    attempt, name, _cents = await newest(given, officer)
    address = f"/bank/failures/attempts/{attempt}"
    form = await visit(account)

    lines = await client.get(f"/payouts/{file.payout_id}/lines")
    sent = await client.get(address)
    await client.post(f"{address}/recall", data=form | {"reason": "It was paid by cheque."})
    recalled = await client.get(address)
    await fail(given, officer, file, "AC04")
    failed = await client.get(address)
    await client.post(f"{address}/reissue", data=form | {"reason": "Another account."})
    asked = await client.get(address)

    assert f'<a href="{address}">Sent, not answered</a>' in lines.text
    assert all(word in sent.text for word in (name, "€350.00", "October 2026"))
    assert forms_of(sent) == {"recall"}
    assert forms_of(recalled) == set()
    assert "It is being called back" in recalled.text
    assert forms_of(failed) == {"reissue", "close"}
    assert forms_of(asked) == {"close"}
    assert "The next payout pays it again" in asked.text


async def test_programs_read_one_payment_and_are_told_of_none(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await due_month(given, amount_cents=350_00)
    await pay(given, officer)
    attempt, name, _cents = await newest(given, officer)
    address, nowhere = (f"/bank/failures/attempts/{one}" for one in (attempt, new_id()))
    headers = await signed_in(account)

    read = await client.get(f"/api{address}", headers=headers)
    none = await client.get(f"/api{nowhere}", headers=headers)
    await visit(account)
    no_page = await client.get(nowhere)

    assert read.json() | {"end_to_end_id": name, "amount_cents": 350_00, "state": "sent"} == (
        read.json()
    )
    assert (none.status_code, no_page.status_code) == (404, 404)


async def test_why_a_bank_refused_is_told_in_the_language_that_is_read(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await due_month(given)
    failed = await fail(given, officer, await pay(given, officer), "AC04")
    await visit(account)

    pages = []
    for language in ("sq", "sr", "en"):
        client.cookies["ura_language"] = language
        pages.append(await client.get(f"/bank/failures/attempts/{failed}"))

    told = ("Llogaria e mbyllur", "Račun zatvoren", "Account closed")
    assert all(words in page.text for words, page in zip(told, pages, strict=True))
    assert await tx.fetchval("SELECT count(*) FROM reason_code") > 100
    assert (
        await tx.fetch("SELECT code FROM reason_code WHERE name_sq IS NULL OR name_sr = ''") == []
    )


def forms_of(page: httpx.Response) -> set[str]:
    """What may be asked for on the page of a payment."""
    return {act for act in ("reissue", "close", "recall") if f"/{act}" in page.text}
