"""The steps of a recovery over the API and in a browser, by the people whose task they are."""

import httpx
import pytest

from service.actor import Role
from service.recoveries.model import RecoveryState
from tests.conftest import SignIn
from tests.given import Given
from tests.recoveries.owing import Office, dismissed, overpaid


async def test_a_recovery_goes_its_way_over_the_api(
    client: httpx.AsyncClient, given: Given, office: Office, signed_in: SignIn
) -> None:
    person = await dismissed(office, months=1)
    officer = await signed_in(await given.finance_officer())
    second = await signed_in(await given.account(Role.FINANCE_AUTHORISER))
    employer = await signed_in(person.representative)
    raised = await client.post(f"/api/recoveries/raise/{person.agreement_id}", headers=officer)
    (one,) = (await client.get("/api/recoveries?open=true", headers=officer)).json()
    at = f"/api/recoveries/{one['id']}"
    hidden = (await client.get("/api/recoveries", headers=employer)).json()

    told = await client.post(f"{at}/notify", json={"letter": "You owe 350.00."}, headers=officer)
    asked = await client.post(f"{at}/appeal", json={"reason": "She left."}, headers=employer)
    decided = await client.post(
        f"{at}/decide-appeal",
        json={"outcome": "partly", "less_cents": 50_00, "reason": "Half of it is so."},
        headers=second,
    )

    assert raised.json() == {"changed": 1}
    assert hidden == []
    assert told.json()["recovery"]["state"] == "notified"
    assert asked.json()["recovery"]["state"] == "appealed"
    body = decided.json()
    assert (body["recovery"]["state"], body["recovery"]["open_cents"]) == ("netting", 300_00)
    assert [step["step"] for step in body["steps"]] == [
        "raised", "notified", "appealed", "appeal_partly",
    ]  # fmt: skip
    assert body["changes"][0]["month"] == "2026-03"


async def test_payments_and_write_offs_take_two_over_the_api(
    client: httpx.AsyncClient, given: Given, office: Office, signed_in: SignIn
) -> None:
    await overpaid(office, to_wage_cents=490_00)
    await office.sweep()
    at = f"/api/recoveries/{(await office.only()).id}"
    officer = await signed_in(await given.finance_officer())
    second = await signed_in(await given.finance_officer())
    paid = {"amount_cents": 2_00, "received_on": "2026-11-01", "bank_reference": "FT-0001"}
    given_up = {"amount_cents": 5_00, "reason": "Not worth a letter."}

    payment = (await client.post(f"{at}/payments", json=paid, headers=officer)).json()
    write_off = (await client.post(f"{at}/write-offs", json=given_up, headers=officer)).json()
    confirm = f"/api/recoveries/payments/{payment['payment_id']}/confirm"
    sign = f"/api/recoveries/write-offs/{write_off['write_off_id']}/sign"
    alone = [(await client.post(url, headers=officer)).status_code for url in (confirm, sign)]
    together = [(await client.post(url, headers=second)).status_code for url in (confirm, sign)]

    assert alone == [403, 403]
    assert together == [204, 204]
    one = await office.only()
    assert (one.settled_cents, one.written_off_cents, one.open_cents) == (2_00, 5_00, 0)
    assert one.state is RecoveryState.WRITTEN_OFF


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CASE_OFFICER])
async def test_others_see_no_recoveries(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    office_id = await given.office() if role is Role.CASE_OFFICER else None
    headers = await signed_in(await given.account(role, office_id=office_id))

    answers = [
        (await client.get(f"/api/recoveries{path}", headers=headers)).status_code
        for path in ("", "/forecast")
    ]

    assert answers == [403, 403]


async def test_the_pages_explain_the_amount_and_take_the_steps(
    client: httpx.AsyncClient, given: Given, office: Office, visit: SignIn
) -> None:
    person = await overpaid(office)
    await office.sweep()
    one = await office.only()
    form = await visit(await given.finance_officer())

    listed = await client.get("/recoveries")
    page = await client.get(f"/recoveries/{one.id}")
    silent = await client.post(f"/recoveries/{one.id}/notify", data=form | {"letter": " "})
    told = await client.post(f"/recoveries/{one.id}/notify", data=form | {"letter": "You owe it."})
    ahead = await client.get("/recoveries/forecast")
    form = await visit(person.representative)
    own = await client.get(f"/recoveries/{one.id}")
    appealed = await client.post(
        f"/recoveries/{one.id}/appeal", data=form | {"reason": "It was right."}
    )

    assert person.firm_name in listed.text
    assert "Due for this month: €280.00. Paid: €350.00. Beyond what is due: €70.00." in page.text
    assert silent.status_code == 422
    assert "Write a letter of 5 to 10000 letters." in silent.text
    assert (told.status_code, appealed.status_code) == (303, 303)
    assert "Open now: €70.00" in ahead.text
    assert "Why this is not owed" in own.text
    assert (await office.only()).state is RecoveryState.APPEALED


async def test_wrong_amounts_come_back_with_a_word_beside_them(
    client: httpx.AsyncClient, given: Given, office: Office, visit: SignIn
) -> None:
    await overpaid(office)
    await office.sweep()
    one = await office.only()
    form = await visit(await given.finance_officer())
    at = f"/recoveries/{one.id}"
    right = {"amount": "70.00", "received_on": "2026-11-01", "bank_reference": "FT-0001"}

    answers = [
        await client.post(f"{at}/payments", data=form | right | wrong)
        for wrong in (
            {"amount": "much"},
            {"amount": "0"},
            {"amount": "70.01"},
            {"received_on": "2027-01-01"},
            {"received_on": "yesterday"},
            {"bank_reference": ""},
        )
    ]
    large = await client.post(f"{at}/write-offs", data=form | {"given_up": "70", "why": "Gone."})
    good = await client.post(f"{at}/payments", data=form | right)

    assert [answer.status_code for answer in answers] == [422] * 6
    assert large.status_code == 409
    assert "Only a small sum can be written off" in large.text
    assert good.status_code == 303
    assert "Waits for a second person" in (await client.get(at)).text


async def test_a_case_officer_notes_a_dismissal_after_the_subsidy(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.completed_agreement()
    form = await visit(await given.officer_of(agreement))
    at = f"/recoveries/dismissals/{agreement.id}"
    said = {"cause": "employer_dismissed", "reason": "Dismissed in autumn."}

    shown = await client.get(at)
    early = await client.post(at, data=form | said | {"dismissed_on": "2026-05-01"})
    right = await client.post(at, data=form | said | {"dismissed_on": "2026-10-20"})
    twice = await client.post(at, data=form | said | {"dismissed_on": "2026-10-20"})
    withdrawn = await client.post(f"{at}/withdraw", data=form)

    assert "First day without the job" in shown.text
    assert (early.status_code, right.status_code) == (422, 303)
    assert (twice.status_code, withdrawn.status_code) == (409, 303)
