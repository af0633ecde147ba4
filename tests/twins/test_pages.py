"""People who may be one, in a browser."""

import httpx

from service.db import Connection
from tests.conftest import SignIn
from tests.given import Given, act_as, actor_of


async def test_two_of_one_office_are_told_apart_once(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    first, second = await given.candidate(officer), await given.candidate(officer)
    token = await visit(officer)
    pair = {"candidate_id": str(first.id), "other_id": str(second.id)}

    todo = await client.get("/")
    listed = await client.get("/candidates/twins")
    unsaid = await client.post("/candidates/twins", data=pair | {"reason": "no"} | token)
    told = await client.post("/candidates/twins", data=pair | {"reason": "Two cards"} | token)
    swapped = {"candidate_id": str(second.id), "other_id": str(first.id)}
    again = await client.post("/candidates/twins", data=swapped | {"reason": "Two cards"} | token)

    assert "Possible duplicates" in todo.text
    assert listed.text.count("They are two people") == 2  # the words and the label of one button
    assert unsaid.status_code == 422
    assert f'id="reason-{first.id}-{second.id}-error"' in unsaid.text
    assert told.status_code == 303
    assert again.status_code == 409
    assert "There are no duplicates to decide" in (await client.get("/candidates/twins")).text


async def test_a_twin_elsewhere_is_told_by_initials(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer("peje")
    await given.candidate(officer)
    there = await given.candidate(await given.case_officer("prizren"))
    await visit(officer)

    listed = await client.get("/candidates/twins")

    assert "A. K." in listed.text
    assert "Prizren" in listed.text
    assert there.reference not in listed.text


async def test_who_has_left_is_nobodys_twin(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer)
    await given.candidate(officer)
    token = await visit(officer)

    await client.post(f"/candidates/{first.id}/withdraw", data=token)

    assert "There are no duplicates to decide" in (await client.get("/candidates/twins")).text


async def test_nobody_decides_about_other_offices_people(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    there = await given.case_officer("prizren")
    first, second = await given.candidate(there), await given.candidate(there)
    other = await given.case_officer("peje")
    token = await visit(other)
    pair = {"candidate_id": str(first.id), "other_id": str(second.id), "reason": "Two cards"}

    refused = await client.post("/candidates/twins", data=pair | token)

    assert refused.status_code == 404
    await act_as(tx, actor_of(there))
    assert await tx.fetchval("SELECT count(*) FROM twin_decision") == 0


async def test_only_a_pair_that_is_alike_is_told_apart(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer)
    other = await given.candidate(officer, given_name="Besnik", born_on="1999-01-01")
    token = await visit(officer)

    for other_id in (str(other.id), str(officer.id), str(first.id)):
        pair = {"candidate_id": str(first.id), "other_id": other_id, "reason": "Two cards"}
        refused = await client.post("/candidates/twins", data=pair | token)
        assert refused.status_code == 404
    await act_as(tx, actor_of(officer))
    assert await tx.fetchval("SELECT count(*) FROM twin_decision") == 0
