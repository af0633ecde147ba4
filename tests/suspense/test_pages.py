"""Suspense in a browser: what waits is shown, and a form says what it is."""

import httpx

from service.actor import Role
from tests.bank.state import approved_payout, export, states
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.statements.reports import Told, account_report
from tests.suspense.test_actions import orders, put_in_suspense, waiting

FROM_A_FIRM = (
    "<RltdPties><Dbtr><Pty><Nm>Guri Ndërtime</Nm></Pty></Dbtr><DbtrAcct><Id>"
    "<IBAN>XK051212012345678906</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>Kthim R-1</Ustrd></RmtInf>"
).encode()


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
    _attempt, name = (await orders(given, officer))[70_00]
    form = await visit(account)

    shown = await client.get(f"/bank/suspense/{entry}")
    done = await client.post(
        f"/bank/suspense/{entry}/match",
        data=form | {"attempts": name, "reason": "Only this payment has the amount."},
    )

    assert name in shown.text
    assert done.status_code == 303
    assert (await states(given, officer))[name] == ("settled", None)


async def test_several_payments_are_named_as_the_bank_calls_them(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await export(given, await approved_payout(given, 70_00, 30_00), officer)
    (entry,) = await put_in_suspense(given, officer, Told("X", -100_00))
    sent = await orders(given, officer)
    names = [sent[cents][1] for cents in (70_00, 30_00)]
    form = await visit(account) | {"reason": "Both left in one sum."}
    address = f"/bank/suspense/{entry}/match"

    wrong = await client.post(address, data=form | {"others": f"{names[0]}\nE-OF-NOBODY"})
    short = await client.post(address, data=form | {"others": names[0]})
    done = await client.post(address, data=form | {"others": "\n".join(names).lower()})

    assert (wrong.status_code, short.status_code, done.status_code) == (422, 422, 303)
    assert "No payment has the reference E-OF-NOBODY at the bank" in wrong.text
    assert names[0] in wrong.text
    assert "Both left in one sum." in short.text
    assert {state for state, _ in (await states(given, officer)).values()} == {"settled"}


async def test_an_entry_shows_what_the_bank_said_and_the_payment_that_it_names(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    await export(given, await approved_payout(given, 70_00), officer)
    attempt, name = (await orders(given, officer))[70_00]
    (entry,) = await put_in_suspense(given, officer, Told("BANK-77", -69_00, name))
    await visit(account)

    shown = await client.get(f"/bank/suspense/{entry}")

    named = f'<a href="/bank/failures/attempts/{attempt}">€70.00, Sent, not answered</a>'
    assert named in shown.text
    assert "BANK-77" in shown.text


async def test_finance_reads_who_paid_and_what_the_payment_says_from_the_file(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    officer = actor_of(account)
    content = account_report("camt.053", "STM-1", [Told("IN-1", 614_00)])
    told = content.replace(b"</TxDtls>", FROM_A_FIRM + b"</TxDtls>")
    await given.read_from_bank(told, by=officer)
    entry = (await waiting(given, officer))[0].id
    await visit(account)

    shown = await client.get(f"/bank/suspense/{entry}")
    words = await client.get(f"/bank/suspense/{entry}/words")
    await visit(await given.account(Role.AUDITOR))
    refused = await client.get(f"/bank/suspense/{entry}/words")

    assert f"/bank/suspense/{entry}/words" in shown.text
    assert "Guri Ndërtime" not in shown.text
    assert all(one in words.text for one in ("Guri Ndërtime", "XK051212012345678906", "Kthim R-1"))
    assert refused.status_code == 403
