"""From registration to settled payment, through the HTTP API, with the approval on a page."""

import re

import httpx

from jobs import instalments as jobs
from service.actor import SYSTEM
from service.bank import simulator
from service.db import Database
from service.ledger import actions as ledger
from tests.conftest import FixedClock, SignIn
from tests.given import Given
from tests.journeys.people import Cast, find_id


async def worked_december(cast: Cast, db: Database) -> tuple[str, str]:
    """A candidate employed from 1 December whose December is reported, confirmed and computed."""
    candidate, firm = await cast.register()
    agreement = await cast.employ(candidate, firm)
    await cast.sign(agreement)
    cast.on(2026, 12, 1)
    await cast.gather_again()
    await cast.officer.post(f"/agreements/{agreement}/start", 200)
    cast.on(2027, 1, 4)
    await cast.gather_again()
    row = {"agreement_id": agreement, "days_expected": 22, "days_worked": 20}
    await cast.employer.post(
        "/attendance",
        month="2026-12",
        rows=[row | {"days_paid_leave": 2, "gross_wage_cents": 500_00}],
    )
    (waiting,) = await cast.officer.get("/attendance/waiting")
    await cast.officer.post(f"/attendance/{waiting['id']}/confirm", 204, confirmed_for="candidate")
    await cast.preparer.post("/months/2026-12/compute", 202)
    await jobs.drain(db, cast.clock)
    return agreement, firm


async def test_from_registration_to_settled_payment(
    given: Given,
    client: httpx.AsyncClient,
    signed_in: SignIn,
    clock: FixedClock,
    db: Database,
    visit: SignIn,
) -> None:
    cast = Cast(given, client, signed_in, clock)
    await cast.gather()
    await worked_december(cast, db)
    (instalment,) = await cast.preparer.get("/instalments?month=2026-12")

    put_up = await cast.preparer.post("/payouts", month="2026-12")
    payout = find_id(put_up["payout"])
    await approve_on_the_page(client, visit, cast, payout)
    sent = await cast.approver.post(f"/bank/payouts/{payout}/export", 200)
    order = await cast.preparer.read(f"/bank/files/{find_id(sent['orders'][0])}/content")
    answer = simulator.answer(order, seed=1)
    await cast.preparer.send("/bank/import", answer.status_report)
    statement = await cast.preparer.send("/bank/import", answer.statement)
    again = await cast.preparer.send("/bank/import", answer.statement)

    explained = await cast.employer.get(f"/instalments/{instalment['id']}")
    assert (explained["outcome"], explained["amount_cents"]) == ("due", 350_00)
    assert "70 % of the gross wage of €500.00 = €350.00." in explained["explanation"]
    assert statement["counts"]["settled"] == 1
    assert again["already_imported"] is True
    async with db.transaction(SYSTEM) as tx:
        lines = {line.scheme_code: line for line in await ledger.list_budget_lines(tx)}
        assert lines["WS-70"].paid_cents == 350_00
        assert not await ledger.broken_invariants(tx)


async def approve_on_the_page(
    client: httpx.AsyncClient, visit: SignIn, cast: Cast, payout: str
) -> None:
    """The preparer is shown no way to approve; a colleague does, and an authoriser authorises."""
    await visit(cast.accounts["preparer"])
    own = await client.get(f"/payouts/{payout}")
    token = await visit(cast.accounts["approver"])
    page = await client.get(f"/payouts/{payout}")
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)

    assert "/approve" not in own.text
    assert digest is not None
    done = await client.post(f"/payouts/{payout}/approve", data={"digest": digest[1], **token})
    assert done.status_code == 303
    token = await visit(cast.accounts["authoriser"])
    form = {"digest": digest[1], **token}
    done = await client.post(f"/payouts/{payout}/authorise", data=form)
    assert done.status_code == 303
