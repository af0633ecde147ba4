"""Contacts and consents in a browser, and what a no to introductions stops."""

import asyncpg
import httpx
import pytest

from service.actor import Role
from service.contacts import actions
from service.contacts.model import Purpose
from service.db import Connection
from service.matching import actions as matching
from service.matching.rules import IntroductionRefused
from tests.conftest import FixedClock, SignIn
from tests.given import Given, act_as, actor_of

FORM = {"phone": "044 123 456", "email": "", "address": "", "contact_language": "sq"}
ALL_YES = dict.fromkeys(Purpose, "yes")


async def test_a_contact_is_shown_for_a_purpose_and_the_look_is_kept(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)
    path = f"/candidates/{person.id}/contact"

    empty = await client.get(path)
    saved = await client.post(path, data=FORM | token)
    page = await client.get(f"/candidates/{person.id}")
    unsaid = await client.post(f"{path}/read", data={"purpose": ""} | token)
    read = await client.post(f"{path}/read", data={"purpose": "call about work"} | token)

    assert 'name="phone"' in empty.text
    assert saved.status_code == 303
    assert "… 456" in page.text
    assert "+38344123456" not in page.text
    assert unsaid.status_code == 422
    assert 'id="purpose-error"' in unsaid.text
    assert 'value="+38344123456"' in read.text
    await act_as(tx, actor_of(await given.account(Role.AUDITOR)))
    (kept,) = await tx.fetch("SELECT read_by, purpose FROM sensitive_read")
    assert (kept["read_by"], kept["purpose"]) == (officer.id, "call about work")


async def test_a_wrong_contact_comes_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)

    refused = await client.post(
        f"/candidates/{person.id}/contact", data=FORM | {"phone": "12"} | token
    )

    assert refused.status_code == 422
    assert 'value="12"' in refused.text
    assert (
        "not known how this person is reached"
        in (await client.get(f"/candidates/{person.id}")).text
    )


async def test_other_offices_neither_read_nor_write(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer = await given.case_officer("prizren")
    person = await given.candidate(officer)
    await client.post(f"/candidates/{person.id}/contact", data=FORM | await visit(officer))
    other = await given.case_officer("peje")
    token = await visit(other)
    path = f"/candidates/{person.id}"

    answers = [
        await client.get(f"{path}/contact"),
        await client.post(f"{path}/contact/read", data={"purpose": "curiosity"} | token),
        await client.post(f"{path}/contact", data=FORM | token),
        await client.post(f"{path}/consents", data=ALL_YES | token),
    ]
    await act_as(tx, actor_of(other))

    assert [answer.status_code for answer in answers] == [404] * 4
    assert await tx.fetchval("SELECT count(*) FROM candidate_contact") == 0


async def test_what_a_person_says_is_kept_each_time(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)
    path = f"/candidates/{person.id}/consents"

    silent = await client.post(path, data=ALL_YES | {"messages": ""} | token)
    first = await client.post(path, data=ALL_YES | token)
    again = await client.post(path, data=ALL_YES | {"messages": "no"} | token)
    page = await client.get(path)

    assert silent.status_code == 422
    assert (first.status_code, again.status_code) == (303, 303)
    assert page.text.count("checked") == len(Purpose)
    await act_as(tx, actor_of(officer))
    rows = await tx.fetch("SELECT purpose, is_given FROM candidate_consent ORDER BY id")
    assert [tuple(row) for row in rows][-1] == ("messages", False)
    assert len(rows) == len(Purpose) + 1


async def test_nobody_is_introduced_who_does_not_want_to_be(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    match = await given.proposed_match(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    said = {Purpose.INTRODUCTIONS: False}
    await actions.record_consents(tx, match.candidate_id, said, by=by, at=clock.at)

    with pytest.raises(IntroductionRefused):
        await matching.introduce(tx, match.id, by=by, at=clock.at)


async def test_the_database_says_the_same(given: Given, tx: Connection, clock: FixedClock) -> None:
    officer = await given.case_officer()
    match = await given.proposed_match(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    said = {Purpose.INTRODUCTIONS: False}
    await actions.record_consents(tx, match.candidate_id, said, by=by, at=clock.at)

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await tx.execute(
            "UPDATE placement_match SET state = 'introduced', introduced_at = now(),"
            " introduced_by = $2 WHERE id = $1",
            match.id,
            officer.id,
        )

    assert refused.value.constraint_name == "placement_match_introduced_with_consent"
