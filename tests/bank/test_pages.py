"""The bank's pages: send, hand in, look."""

import re

import httpx

from service.actor import Role
from tests.bank.state import answered, approved_payout, content_of, export
from tests.conftest import SignIn
from tests.given import Given, actor_of

FILE = re.compile(r"/bank/files/[0-9a-f-]{36}")


async def test_an_approved_payout_is_sent_from_the_page_and_its_file_saved(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    payout = await approved_payout(given)
    form = await visit(await given.finance_officer())

    before = await client.get("/bank")
    sent = await client.post(f"/bank/payouts/{payout.id}/export", data=form)
    await given.work_done()
    orders = await client.get(sent.headers["location"], follow_redirects=True)
    (file,) = set(FILE.findall(orders.text))
    shown = await client.get(file)
    saved = await client.get(f"{file}/content")

    assert payout.reference in before.text
    assert sent.status_code == 303
    assert "pain.001.001.09" in shown.text
    assert "Sent, not answered" in shown.text
    assert b"CstmrCdtTrfInitn" in saved.content
    assert payout.reference not in (await client.get("/bank")).text


async def test_an_answer_is_handed_in_on_the_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.finance_officer()
    answer = await answered(given, actor_of(officer), 350_00, 280_00, rejected=1)
    form = await visit(officer)

    first = await client.post(
        "/bank/import", data=form, files={"file": ("s.xml", answer.status_report)}
    )
    shown = await client.get(first.headers["location"])
    again = await client.post(
        "/bank/import", data=form, files={"file": ("s.xml", answer.status_report)}
    )

    assert first.status_code == 303
    assert "Rejected by the bank" in shown.text
    assert "was read before" not in shown.text
    assert "was read before" in (await client.get(again.headers["location"])).text


async def test_the_form_comes_back_with_a_word_beside_the_file(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.finance_officer())

    wrong = await client.post("/bank/import", data=form, files={"file": ("s.pdf", b"%PDF-1.7")})
    missing = await client.post("/bank/import", data=form, files={"file": ("", b"")})

    assert (wrong.status_code, missing.status_code) == (422, 422)
    assert "not a bank file" in wrong.text
    assert "Choose the file" in missing.text


async def test_money_that_nobody_explained_is_shown(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.finance_officer()
    answer = await answered(given, actor_of(officer))
    form = await visit(officer)
    strange = answer.statement.replace(b"<EndToEndId>E", b"<EndToEndId>X")

    await client.post("/bank/import", data=form, files={"file": ("s.xml", strange)})
    shown = await client.get("/bank")

    assert "Matches no payment of ours" in shown.text
    assert "350.00" in shown.text


async def test_an_auditor_sees_files_and_no_forms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = actor_of(await given.finance_officer())
    file = await export(given, await approved_payout(given), officer)
    await visit(await given.account(Role.AUDITOR))

    listed = await client.get("/bank")
    shown = await client.get(f"/bank/files/{file.id}")
    content = await client.get(f"/bank/files/{file.id}/content")

    assert f"/bank/files/{file.id}" in listed.text
    assert 'type="file"' not in listed.text
    assert file.sha256.hex() in shown.text
    assert content.status_code == 403
    assert content.content != await content_of(given, file, officer)
