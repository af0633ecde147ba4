"""Long work in a browser: followed live or by a link, and left and found again."""

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.crypto import fingerprint
from tests.bank.state import answered
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import due_month


async def test_work_is_followed_and_leads_to_what_came_of_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    form = await visit(await given.finance_officer())

    asked = await client.post("/payouts", data={"month": "2026-10", **form})
    place = asked.headers["location"]
    waiting = await client.get(place)
    part = await client.get(f"{place}/progress")
    listed = await client.get("/payouts")
    await given.work_done()
    over = await client.get(f"{place}/progress")
    reloaded = await client.get(place)

    assert f'hx-get="{place}/progress" hx-trigger="every 2s"' in waiting.text
    assert f'<a href="{place}">Refresh</a>' in waiting.text
    assert ("<html" in part.text, "hx-redirect" in part.headers) == (False, False)
    assert f'href="{place}"' in listed.text
    assert over.headers["hx-redirect"].startswith("/payouts/")
    assert "every 2s" not in over.text
    assert (reloaded.status_code, reloaded.headers["location"]) == (
        303, over.headers["hx-redirect"],
    )  # fmt: skip


async def test_pressing_twice_asks_once(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    form = await visit(await given.finance_officer())

    twice = [await client.post("/payouts", data={"month": "2026-10", **form}) for _ in range(2)]

    assert twice[0].headers["location"] == twice[1].headers["location"]
    assert await given.work_done() == 1


async def test_a_refusal_says_why_and_where_to_go(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.finance_officer())
    asked = await client.post("/payouts", data={"month": "2026-10", **form})

    await given.work_done()
    told = await client.get(asked.headers["location"])
    part = await client.get(asked.headers["location"] + "/progress")

    assert told.status_code == 200
    assert "nothing is due that is not yet in a payout" in told.text
    assert '<a href="/payouts">' in told.text
    assert part.headers["hx-redirect"] == asked.headers["location"]


async def test_a_large_file_from_the_bank_is_read_by_a_worker(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.finance_officer()
    answer = await answered(given, actor_of(officer), 350_00, 280_00)
    large = answer.statement + b"\n" * 600_000
    form = await visit(officer)

    asked = await client.post("/bank/import", data=form, files={"file": ("s.xml", large)})
    open_now = await client.get("/bank")
    await given.work_done()
    shown = await client.get(asked.headers["location"], follow_redirects=True)
    again = await client.post("/bank/import", data=form, files={"file": ("s.xml", large)})
    await given.work_done()
    repeated = await client.get(again.headers["location"], follow_redirects=True)

    assert asked.headers["location"].startswith("/work/")
    assert "Reading a file from the bank" in open_now.text
    assert "camt.053" in shown.text
    assert fingerprint(large).hex() in shown.text
    assert "was read before" in repeated.text


async def person_of(given: Given, role: Role) -> Account:
    if role is Role.CASE_OFFICER:
        return await given.case_officer()
    return await (given.representative() if role is Role.EMPLOYER else given.account(role))


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.EMPLOYER, Role.ADMINISTRATOR])
async def test_others_do_not_see_the_work_of_finance(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    form = await visit(await given.finance_officer())
    asked = await client.post("/payouts", data={"month": "2026-10", **form})
    await visit(await person_of(given, role))

    answers = [await client.get(at) for at in ("/work", asked.headers["location"])]

    assert [one.status_code for one in answers] == [403, 403]


async def test_the_list_and_the_api_show_what_was_asked_for(
    client: httpx.AsyncClient, given: Given, visit: SignIn, signed_in: SignIn
) -> None:
    officer = await given.finance_officer()
    form = await visit(officer)
    await client.post("/checks/runs", data={"month": "2026-10", **form})

    page = await client.get("/work")
    client.cookies.clear()
    headers = await signed_in(officer)
    (one,) = (await client.get("/api/work", headers=headers)).json()
    alone = await client.get(f"/api/work/{one['id']}", headers=headers)

    assert "Checking October 2026" in page.text
    assert (one["kind"], one["state"], alone.json()["id"]) == ("check_month", "waiting", one["id"])
