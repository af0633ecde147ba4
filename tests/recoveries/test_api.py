"""Receivables over the API and in a browser."""

from datetime import date

import httpx
import pytest

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of
from tests.payouts.corrections import MARCH, Paying, at_work, earn, end
from tests.payouts.hired import Hired


async def owing(given: Given) -> Hired:
    """An ended agreement that was paid 70.00 beyond what is due."""
    paying = Paying(
        given,
        actor_of(await given.finance_officer()),
        actor_of(await given.account(Role.FINANCE_AUTHORISER)),
    )
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await paying.pay(MARCH)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 3, 31))
    return person


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR])
async def test_finance_and_auditors_see_what_is_owed_back(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    person = await owing(given)
    headers = await signed_in(await given.account(role))

    answer = (await client.get("/api/receivables", headers=headers)).json()

    (one,) = answer["listed"]
    assert answer["total_cents"] == one["amount_cents"] == 70_00
    assert one["agreement_id"] == str(person.agreement_id)


async def test_the_page_names_payee_amount_and_total(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))
    before = await client.get("/receivables")
    person = await owing(given)

    page = await client.get("/receivables")

    assert "No ended agreement was paid more than is due." in before.text
    assert person.firm_name in page.text
    assert person.agreement.reference in page.text
    assert page.text.count("€70.00") == 2


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CASE_OFFICER, Role.EMPLOYER])
async def test_others_do_not(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, role: Role
) -> None:
    office_id = await given.office() if role is Role.CASE_OFFICER else None
    employer_id = (await given.employer()).id if role is Role.EMPLOYER else None
    account = await given.account(role, office_id=office_id, employer_id=employer_id)

    answer = await client.get("/api/receivables", headers=await signed_in(account))

    assert answer.status_code == 403
