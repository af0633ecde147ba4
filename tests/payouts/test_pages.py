"""Payouts in a browser: a finance officer sees what to sign, and signs what was seen."""

import re

import httpx
import pytest

from service.actor import Actor, Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.corrections import APRIL, Paying, overpaid_once
from tests.payouts.rows import OCTOBER, due_month, supersede

DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


async def test_a_month_is_put_up_from_the_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given, amount_cents=297_50)
    form = await visit(await given.finance_officer())

    answer = await client.post("/payouts", data={"month": "2026-10", **form})
    await given.work_done()
    page = await client.get(answer.headers["location"], follow_redirects=True)

    assert answer.status_code == 303
    assert "€297.50" in page.text


async def test_a_month_that_waits_for_a_decision_is_not_put_up_again(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    form = await visit(await given.finance_officer())

    answer = await client.post("/payouts", data={"month": "2026-10", **form})

    assert answer.status_code == 409
    assert "A payout for this month waits for a decision." in answer.text
    assert await given.work_done() == 0


async def test_the_form_comes_back_with_what_was_typed_and_a_word_beside_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    form = await visit(await given.finance_officer())

    answer = await client.post("/payouts", data={"month": "October", **form})

    assert answer.status_code == 422
    assert 'value="October"' in answer.text
    assert 'id="month-error"' in answer.text


async def test_the_second_person_sees_what_there_is_to_sign_and_signs_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given, amount_cents=297_50)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    form = await visit(await given.finance_officer())

    page = await client.get(f"/payouts/{payout.id}")
    (digest,) = set(DIGEST.findall(page.text))
    answer = await client.post(f"/payouts/{payout.id}/approve", data={"digest": digest, **form})
    decided = await client.get(answer.headers["location"])

    assert digest == payout.digest.hex()
    for shown in (digest[:16], "€297.50", "WS-70", "never paid before"):
        assert shown in page.text
    assert f'href="/instalments/{due.instalment_id}"' in page.text
    assert (answer.status_code, "/approve" in decided.text) == (303, False)
    assert "0 of 1 approvals, 0 of 1 authorisations." in page.text
    assert "1 of 1 approvals, 0 of 1 authorisations." in decided.text


async def test_the_second_person_sees_what_is_kept_back_and_for_which_month(
    client: httpx.AsyncClient, given: Given, visit: SignIn, preparer: Actor, approver: Actor
) -> None:
    await overpaid_once(Paying(given, preparer, approver))
    payout = await given.submitted_payout(APRIL, by=preparer)
    await visit(await given.account(Role.FINANCE_AUTHORISER))

    page = await client.get(f"/payouts/{payout.id}")

    assert "€70.00 (overpaid for March 2026)" in page.text
    assert "€280.00" in page.text


async def test_the_preparer_reads_why_there_is_no_button_to_approve(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    preparer = await given.finance_officer()
    payout = await given.submitted_payout(OCTOBER, by=actor_of(preparer))
    await visit(preparer)

    page = await client.get(f"/payouts/{payout.id}")

    assert "/approve" not in page.text
    assert "you put it up" in page.text
    assert "/withdraw" in page.text


async def test_an_auditor_reads_and_has_no_forms(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await visit(await given.account(Role.AUDITOR))

    everything = await client.get("/payouts")
    page = await client.get(f"/payouts/{payout.id}")

    assert payout.reference in everything.text
    assert 'name="month"' not in everything.text
    assert "/approve" not in page.text
    assert "/reject" not in page.text


async def test_lines_that_changed_are_named_and_only_rejecting_is_offered(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    await supersede(given, due)
    await visit(await given.finance_officer())

    page = await client.get(f"/payouts/{payout.id}")

    assert "computed again with another result" in page.text
    assert "/approve" not in page.text
    assert "/reject" in page.text


async def test_a_rejection_without_a_reason_comes_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    form = await visit(await given.finance_officer())
    reject = f"/payouts/{payout.id}/reject"

    form |= {"digest": payout.digest.hex(), "code": "wrong_amount"}
    silent = await client.post(reject, data={"reason": "", **form})
    said = await client.post(reject, data={"reason": "A wage is wrong.", **form})

    assert (silent.status_code, 'id="reason-error"' in silent.text) == (422, True)
    assert said.status_code == 303


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
async def test_others_cannot_put_up(
    client: httpx.AsyncClient, given: Given, visit: SignIn, role: Role
) -> None:
    form = await visit(await given.account(role))

    answer = await client.post("/payouts", data={"month": "2026-10", **form})

    assert answer.status_code == 403
