"""Rules of approval and freezes in a browser."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

RULE = {
    "valid_from": "2026-11-05",
    "basis": "The act on public finance.",
    "first_limit": "20000",
    "first_approvals": "1",
    "first_authorisations": "1",
    "second_limit": "200000,00",
    "second_approvals": "2",
    "second_authorisations": "1",
    "above_approvals": "3",
    "above_authorisations": "2",
}
FREEZE = {
    "first_day": "2026-12-30",
    "last_day": "2027-01-02",
    "stops": ["acts", "export"],
    "reason": "The year is closed.",
}


async def test_a_rule_is_proposed_from_the_page_and_confirmed_by_another(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))
    answer = await client.post("/approvals/rules", data=RULE | form)
    own = await client.get("/approvals")
    form = await visit(await given.account(Role.ADMINISTRATOR))
    other = await client.get("/approvals")
    (address,) = {
        part.split('"')[0] for part in other.text.split('action="') if "/confirm" in part[:90]
    }

    confirmed = await client.post(address, data=form)

    page = await client.get("/approvals")
    assert (answer.status_code, confirmed.status_code) == (303, 303)
    assert ("/confirm" in own.text, "Below €20,000.00" in own.text) == (False, True)
    assert "Waits for another administrator." in other.text
    assert "Waits for another administrator." not in page.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_limit": "many"}, "first_limit"),
        ({"above_approvals": "0"}, "above_approvals"),
        ({"valid_from": "tomorrow"}, "valid_from"),
        ({"valid_from": "2026-11-01"}, "valid_from"),
    ],
)
async def test_a_rule_that_does_not_fit_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, given: Given, visit: SignIn, wrong: dict[str, str], field: str
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))

    answer = await client.post("/approvals/rules", data=RULE | wrong | form)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{wrong[field]}"' in answer.text


async def test_a_freeze_is_proposed_and_dropped_from_the_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.account(Role.ADMINISTRATOR))

    nothing = await client.post("/approvals/freezes", data=FREEZE | {"stops": []} | form)
    one = await client.post("/approvals/freezes", data=FREEZE | {"stops": "acts"} | form)
    answer = await client.post("/approvals/freezes", data=FREEZE | form)
    page = await client.get("/approvals")

    assert (nothing.status_code, 'id="stops-error"' in nothing.text) == (422, True)
    assert one.status_code == answer.status_code == 303
    assert "30 Dec 2026 – 2 Jan 2027" in page.text
    assert "Deciding on payouts, Sending payouts to the bank" in page.text


async def test_finance_reads_and_has_no_forms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.finance_officer())

    page = await client.get("/approvals")

    assert "Below €10,000.00" in page.text
    assert '<form method="post" action="/approvals' not in page.text


async def test_the_page_of_a_payout_leads_from_approval_to_void(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    preparer, first, second, third = [await given.finance_officer() for _ in range(4)]
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=actor_of(preparer)), by=actor_of(first)
    )
    address, said = f"/payouts/{payout.id}", {"digest": payout.digest.hex()}

    form = await visit(second)
    silent = await client.post(f"{address}/void/request", data=said | {"reason": ""} | form)
    await client.post(f"{address}/void/request", data=said | {"reason": "Paid twice."} | form)
    form = await visit(third)
    asked = await client.get(address)
    await client.post(f"{address}/void", data=said | form)
    form = await visit(preparer)
    closed = await client.get(address)
    anew = await client.post(f"{address}/reopen", data=form)
    await given.work_done()
    reopened = await client.get(anew.headers["location"], follow_redirects=True)

    assert (silent.status_code, 'id="reason-error"' in silent.text) == (422, True)
    assert "Paid twice." in asked.text
    assert f'action="{address}/reopen"' in closed.text
    assert "Nothing: it pays the same to the same accounts." in reopened.text
