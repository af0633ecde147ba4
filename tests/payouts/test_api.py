"""Payouts over the JSON API."""

from datetime import UTC, datetime

import httpx
import pytest

from service.actor import Actor, Role
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.payouts.corrections import APRIL, Paying, overpaid_once
from tests.payouts.rows import due_month

NOBODYS = "01a20b07-0000-7000-8000-000000000000"


async def test_a_month_is_put_up_read_approved_and_authorised(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given, amount_cents=297_50)
    preparer = await signed_in(await given.finance_officer())
    approver = await signed_in(await given.finance_officer())
    authoriser = await signed_in(await given.account(Role.FINANCE_AUTHORISER))

    put_up = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    address = f"/api/payouts/{put_up.json()['payout']['id']}"
    sheet = (await client.get(address, headers=approver)).json()
    seen = {"digest": sheet["payout"]["digest"]}
    approved = await client.post(f"{address}/approve", json=seen, headers=approver)
    signed = await client.post(f"{address}/authorise", json=seen, headers=authoriser)

    assert put_up.status_code == 201, put_up.text
    assert put_up.json()["left_out"] == []
    assert [line["amount_cents"] for line in sheet["lines"]] == [297_50]
    assert sheet["changes"] == {
        "new_payee_count": 1, "new_account_count": 0, "gone_payee_count": 0,
    }  # fmt: skip
    assert (approved.status_code, approved.json()["state"]) == (200, "submitted")
    assert (signed.status_code, signed.json()["state"]) == (200, "approved")


async def test_what_is_kept_back_and_for_which_month_is_told(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, preparer: Actor, approver: Actor
) -> None:
    await overpaid_once(Paying(given, preparer, approver))
    payout = await given.submitted_payout(APRIL, by=preparer)
    headers = await signed_in(await given.account(Role.AUDITOR))

    sheet = (await client.get(f"/api/payouts/{payout.id}", headers=headers)).json()

    (line,) = sheet["lines"]
    assert (line["due_cents"], line["netted_cents"], line["amount_cents"]) == (35000, 7000, 28000)
    assert (line["month"], line["netted_months"]) == ("2026-04", ["2026-03"])
    assert sheet["schemes"] == [
        {
            "scheme_code": "WS-70",
            "line_count": 1,
            "due_cents": 35000,
            "netted_cents": 7000,
            "total_cents": 28000,
        }
    ]


async def test_a_later_payout_is_compared_with_the_one_approved_before(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, clock: FixedClock
) -> None:
    preparer = await signed_in(await given.finance_officer())
    approver = await signed_in(await given.finance_officer())
    await due_month(given, amount_cents=350_00)
    first = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    payout = first.json()["payout"]
    authoriser = await signed_in(await given.account(Role.FINANCE_AUTHORISER))
    for verb, headers in (("approve", approver), ("authorise", authoriser)):
        await client.post(
            f"/api/payouts/{payout['id']}/{verb}",
            json={"digest": payout["digest"]},
            headers=headers,
        )
    clock.move_to(datetime(2026, 11, 2, 15, 0, tzinfo=UTC))
    await due_month(given, amount_cents=280_00)

    later = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    sheet = await client.get(f"/api/payouts/{later.json()['payout']['id']}", headers=approver)

    assert sheet.json()["previous"]["id"] == payout["id"]
    assert sheet.json()["difference_cents"] == -70_00
    assert sheet.json()["changes"]["gone_payee_count"] == 1


async def test_nobody_approves_their_own_payout(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given)
    preparer = await signed_in(await given.finance_officer())
    put_up = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    payout = put_up.json()["payout"]

    answer = await client.post(
        f"/api/payouts/{payout['id']}/approve", json={"digest": payout["digest"]}, headers=preparer
    )

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/second-person-needed"


async def test_a_wrong_digest_and_a_second_decision_are_conflicts(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given)
    preparer = await signed_in(await given.finance_officer())
    approver = await signed_in(await given.finance_officer())
    put_up = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    approve = f"/api/payouts/{put_up.json()['payout']['id']}/approve"
    right = {"digest": put_up.json()["payout"]["digest"]}

    wrong = await client.post(approve, json={"digest": "0" * 64}, headers=approver)
    first = await client.post(approve, json=right, headers=approver)
    second = await client.post(approve, json=right, headers=approver)

    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/content-changed")
    assert first.status_code == 200
    assert (second.status_code, second.json()["type"]) == (409, "/problems/acted-before")
    assert "acted on this payout before" in second.json()["detail"]


async def test_a_rejection_needs_a_reason_and_keeps_it(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    await due_month(given)
    preparer = await signed_in(await given.finance_officer())
    officer = await signed_in(await given.finance_officer())
    put_up = await client.post("/api/payouts", json={"month": "2026-10"}, headers=preparer)
    payout = put_up.json()["payout"]
    address = f"/api/payouts/{payout['id']}"
    why = {"digest": payout["digest"], "code": "wrong_amount"}

    silent = await client.post(f"{address}/reject", json=why | {"reason": " "}, headers=officer)
    said = await client.post(
        f"{address}/reject", json=why | {"reason": "A wage is wrong."}, headers=officer
    )
    sheet = await client.get(address, headers=officer)

    (act,) = sheet.json()["standing"]["acts"]
    assert (silent.status_code, list(silent.json()["fields"])) == (422, ["reason"])
    assert (said.status_code, said.json()["state"]) == (200, "rejected")
    assert (act["kind"], act["code"], act["reason"]) == (
        "rejection", "wrong_amount", "A wage is wrong.",
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER])
async def test_only_a_finance_officer_puts_up(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    somebody = await signed_in(await given.account(role))

    answer = await client.post("/api/payouts", json={"month": "2026-10"}, headers=somebody)

    assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize(
    "verb",
    ["approve", "authorise", "reject", "withdraw", "void/request", "void", "void/refuse", "reopen"],
)
async def test_auditors_and_administrators_decide_nothing(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role, verb: str
) -> None:
    somebody = await signed_in(await given.account(role))
    said = {"digest": "0" * 64, "code": "other", "reason": "I would like to."}

    answer = await client.post(f"/api/payouts/{NOBODYS}/{verb}", json=said, headers=somebody)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDITOR, 200), (Role.FINANCE_AUTHORISER, 200), (Role.ADMINISTRATOR, 403)],
)
async def test_finance_and_auditors_read_payouts(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role, status: int
) -> None:
    somebody = await signed_in(await given.account(role))

    answer = await client.get("/api/payouts", headers=somebody)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("said", "status"),
    [({"month": "2026-13"}, 422), ({"month": "2026-11"}, 422), ({}, 400), ({"month": 10}, 400)],
)
async def test_a_month_that_cannot_be_paid_is_refused(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    said: dict[str, object],
    status: int,
) -> None:
    officer = await signed_in(await given.finance_officer())

    answer = await client.post("/api/payouts", json=said, headers=officer)

    assert answer.status_code == status


async def test_a_payout_that_is_not_there_is_not_found(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    officer = await signed_in(await given.finance_officer())

    answer = await client.get(f"/api/payouts/{NOBODYS}", headers=officer)

    assert answer.status_code == 404
