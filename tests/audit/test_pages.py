"""The audit trail in a browser."""

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given


async def test_the_page_shows_who_wrote_a_row(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    employer = await given.employer(officer)
    await visit(await given.account(Role.AUDITOR))

    answer = await client.get(f"/audit?table=employer&row={employer.id}")

    assert answer.status_code == 200
    assert officer.name in answer.text
    assert employer.business_number in answer.text


async def test_the_form_comes_back_with_a_word_beside_each_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.account(Role.AUDITOR))

    answer = await client.get("/audit?table=employer&row=17&from=yesterday")

    assert answer.status_code == 422
    assert "row-error" in answer.text
    assert "from-error" in answer.text
    assert 'value="yesterday"' in answer.text


async def test_a_case_officer_gets_no_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.case_officer())

    answer = await client.get("/audit")

    assert answer.status_code == 403
