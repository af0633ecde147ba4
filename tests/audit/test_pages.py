"""The audit trail in a browser."""

import asyncpg
import httpx
import pytest

from service.actor import Role
from service.audit import actions
from service.ids import new_id
from tests.conftest import SignIn
from tests.given import Given, actor_of


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


async def test_a_rows_history_shows_each_change_and_the_row_as_it_was(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    employer = await given.employer(officer, headcount=12)
    by = actor_of(officer)
    async with given.db.transaction(by) as tx:
        await tx.execute("UPDATE employer SET headcount = 15 WHERE id = $1", employer.id)
    await visit(await given.account(Role.AUDITOR))

    history = await client.get(f"/audit/employer/{employer.id}?on=2030-01-01")
    before = await client.get(f"/audit/employer/{employer.id}?on=2020-01-01")
    wrong = await client.get(f"/audit/employer/{employer.id}?on=yesterday")

    assert '<th scope="row">headcount</th><td>12</td><td>15</td>' in history.text
    assert '<th scope="row">headcount</th><td>15</td></tr>' in history.text
    assert officer.name in history.text
    assert "The row was not there by" in before.text
    assert (wrong.status_code, 'id="on-error"' in wrong.text) == (422, True)


async def test_personal_data_is_masked_until_a_purpose_is_given_and_noted(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    candidate = await given.candidate(family_name="Zogaj")
    auditor = await given.account(Role.AUDITOR)
    form = await visit(auditor)
    address = f"/audit/candidate/{candidate.id}"

    listed = await client.get(f"/audit?table=candidate&row={candidate.id}")
    sheet = await client.get(f"/audit/sheet?table=candidate&row={candidate.id}")
    masked = await client.get(address)
    silent = await client.post(address, data={"purpose": " ", **form})
    shown = await client.post(address, data={"purpose": "Complaint 17 of 2026", **form})

    assert ["Zogaj" in one.text for one in (listed, sheet, masked, silent, shown)] == [
        False, False, False, False, True,
    ]  # fmt: skip
    assert "family_name: – → ••••" in sheet.text
    assert f'href="{address}"' in listed.text
    assert (silent.status_code, 'id="purpose-error"' in silent.text) == (422, True)
    assert "on record" in shown.text
    again = await client.get(address)
    assert "Complaint 17 of 2026" in again.text
    assert "Zogaj" not in again.text


async def test_only_an_auditor_reads_a_history_and_only_of_what_is_kept(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    employer = await given.employer()
    form = await visit(await given.finance_officer())
    address = f"/audit/employer/{employer.id}"

    refused = [
        await client.get(address),
        await client.post(address, data={"purpose": "I am curious", **form}),
    ]
    await visit(await given.account(Role.AUDITOR))
    unknown = [
        await client.get(f"/audit/employer/{new_id()}"),
        await client.get(f"/audit/session/{employer.id}"),
    ]

    assert [one.status_code for one in refused] == [403, 403]
    assert [one.status_code for one in unknown] == [404, 422]


async def test_a_look_cannot_be_taken_back(given: Given) -> None:
    candidate = await given.candidate()
    auditor = actor_of(await given.account(Role.AUDITOR))
    async with given.db.transaction(auditor) as tx:
        await actions.look_into(
            tx,
            "candidate",
            candidate.id,
            purpose="Complaint 17",
            by=auditor,
            at=given.clock.now(),
        )

    for change in ("UPDATE audit_look SET purpose = 'another'", "DELETE FROM audit_look"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with given.db.transaction(auditor) as tx:
                await tx.execute(change)
