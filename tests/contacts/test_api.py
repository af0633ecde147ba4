"""Contacts, consents and eligibility over the API."""

import httpx

from tests.conftest import SignIn
from tests.given import Given

FORM = {"phone": "044 123 456", "email": "", "address": "", "contact_language": "sq"}


async def test_a_contact_is_kept_and_read_for_a_purpose(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    account = await given.case_officer()
    person = await given.candidate(account)
    officer = await signed_in(account)
    path = f"/api/candidates/{person.id}"

    wrong = await client.put(f"{path}/contact", json=FORM | {"phone": "1"}, headers=officer)
    saved = await client.put(f"{path}/contact", json=FORM, headers=officer)
    read = await client.post(
        f"{path}/contact/read", json={"purpose": "call about work"}, headers=officer
    )
    said = await client.post(f"{path}/consents", json={"messages": False}, headers=officer)
    unknown = await client.post(f"{path}/consents", json={"sale": True}, headers=officer)
    consents = await client.get(f"{path}/consents", headers=officer)

    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["phone"])
    assert saved.status_code == 204
    assert read.json()["phone"] == "+38344123456"
    assert (said.status_code, unknown.status_code) == (204, 400)
    assert [(one["purpose"], one["is_given"]) for one in consents.json()] == [("messages", False)]


async def test_eligibility_is_decided_and_listed(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    account = await given.case_officer()
    person = await given.candidate(account)
    officer = await signed_in(account)
    path = f"/api/candidates/{person.id}/eligibility"

    decided = await client.post(path, headers=officer)
    listed = await client.get(path, headers=officer)
    other = await signed_in(await given.case_officer("peje"))

    assert decided.status_code == 201
    assert {one["code"] for one in listed.json()} == {
        one["scheme"]["code"] for one in decided.json()
    }
    assert (await client.get(path, headers=other)).status_code == 404


async def test_people_are_found_and_work_that_waits_is_listed(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn
) -> None:
    account = await given.case_officer()
    match = await given.proposed_match(account)
    officer = await signed_in(account)

    found = await client.post("/api/find", json={"text": "krasn"}, headers=officer)
    nothing = await client.post("/api/find", json={"text": "k"}, headers=officer)
    todo = await client.get("/api/todo", headers=officer)

    assert [one["candidate_id"] for one in found.json()["people"]] == [str(match.candidate_id)]
    assert (nothing.status_code, nothing.json()["type"]) == (422, "/problems/nothing-to-find")
    kinds = {one["kind"]: one for one in todo.json()}
    assert kinds["matches_to_introduce"]["items"][0]["item_key"] == str(match.id)
