"""Rules of approval, freezes and the acts on payouts over the JSON API."""

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

RULE = {
    "valid_from": "2026-11-02",
    "basis": "The act on public finance.",
    "bands": [
        {"below_cents": 100_00, "approval_count": 1, "authorisation_count": 1},
        {"below_cents": None, "approval_count": 3, "authorisation_count": 1},
    ],
}
FREEZE = {
    "first_day": "2026-11-02",
    "last_day": "2026-11-03",
    "stops": ["put_up", "export"],
    "reason": "The year is closed.",
}


async def test_two_administrators_set_a_rule_and_the_next_payout_takes_more_people(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))
    other = await signed_in(await given.account(Role.ADMINISTRATOR))
    await due_month(given)

    proposed = await client.post("/api/approval-rules", json=RULE, headers=author)
    address = f"/api/approval-rules/{proposed.json()['id']}/confirm"
    alone = await client.post(address, headers=author)
    confirmed = await client.post(address, headers=other)

    payout = await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    officer = await signed_in(await given.finance_officer())
    seen = {"digest": payout.digest.hex()}
    await client.post(f"/api/payouts/{payout.id}/approve", json=seen, headers=officer)
    sheet = await client.get(f"/api/payouts/{payout.id}", headers=officer)
    standing = sheet.json()["standing"]
    assert (proposed.status_code, alone.status_code, confirmed.status_code) == (201, 403, 200)
    assert alone.json()["type"] == "/problems/second-administrator-needed"
    assert (standing["approvals"], standing["required_approvals"]) == (1, 3)
    assert (standing["following"], standing["acts"][0]["kind"]) == ("approval", "approval")


async def test_a_freeze_stops_what_it_says_until_it_is_lifted(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))
    other = await signed_in(await given.account(Role.ADMINISTRATOR))
    officer = await signed_in(await given.finance_officer())
    await due_month(given)

    proposed = await client.post("/api/freezes", json=FREEZE, headers=author)
    address = f"/api/freezes/{proposed.json()['id']}"
    alone = await client.post(f"{address}/confirm", headers=author)
    await client.post(f"{address}/confirm", headers=other)
    stopped = await client.post("/api/payouts", json={"month": "2026-10"}, headers=officer)
    own = await client.post(f"{address}/lift", headers=author)
    await client.post(f"{address}/lift", headers=other)
    put_up = await client.post("/api/payouts", json={"month": "2026-10"}, headers=officer)

    assert (alone.status_code, own.status_code) == (403, 403)
    assert (stopped.status_code, stopped.json()["type"]) == (409, "/problems/frozen")
    assert "From 2026-11-02 to 2026-11-03" in stopped.json()["detail"]
    assert put_up.status_code == 201


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"bands": []}, 422),
        ({"bands": RULE["bands"][:1]}, 422),
        ({"valid_from": "2026-11-01"}, 422),
        ({"basis": " "}, 422),
        ({"bands": [{"below_cents": -1, "approval_count": 1, "authorisation_count": 1}]}, 400),
        ({"bands": [{"below_cents": None, "approval_count": 0, "authorisation_count": 1}]}, 400),
    ],
)
async def test_a_rule_that_does_not_fit_is_refused(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    wrong: dict[str, object],
    status: int,
) -> None:
    author = await signed_in(await given.account(Role.ADMINISTRATOR))

    answer = await client.post("/api/approval-rules", json=RULE | wrong, headers=author)

    assert answer.status_code == status
    assert len((await client.get("/api/approval-rules", headers=author)).json()) == 1


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR])
async def test_only_administrators_propose(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    somebody = await signed_in(await given.account(role))

    rule = await client.post("/api/approval-rules", json=RULE, headers=somebody)
    freeze = await client.post("/api/freezes", json=FREEZE, headers=somebody)
    read = await client.get("/api/freezes", headers=somebody)

    assert (rule.status_code, freeze.status_code, read.status_code) == (403, 403, 200)


async def test_voided_by_two_and_put_up_anew(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given)
    preparer, first, second, third = [await given.finance_officer() for _ in range(4)]
    payout = await given.approved_payout(
        await given.submitted_payout(OCTOBER, by=actor_of(preparer)), by=actor_of(first)
    )
    address, said = f"/api/payouts/{payout.id}", {"digest": payout.digest.hex()}
    asking, agreeing = await signed_in(second), await signed_in(third)

    unasked = await client.post(f"{address}/void", json=said, headers=agreeing)
    asked = await client.post(
        f"{address}/void/request", json=said | {"reason": "Paid twice."}, headers=asking
    )
    alone = await client.post(f"{address}/void", json=said, headers=asking)
    done = await client.post(f"{address}/void", json=said, headers=agreeing)
    anew = await client.post(f"{address}/reopen", headers=await signed_in(preparer))

    assert (unasked.status_code, asked.status_code, alone.status_code) == (409, 200, 409)
    assert (done.status_code, done.json()["state"]) == (200, "voided")
    assert (anew.status_code, anew.json()["reopens"]) == (201, str(payout.id))
