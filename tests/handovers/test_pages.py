"""Hand-overs in a browser."""

import httpx

from tests.conftest import SignIn
from tests.given import Given


async def test_a_case_is_offered_and_accepted(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, other = await given.case_officer("prizren"), await given.case_officer("peje")
    person = await given.candidate(officer)
    token = await visit(officer)
    path = f"/handovers/new?candidate_id={person.id}"
    typed = {"candidate_id": str(person.id), "to_office_id": str(other.office_id)}

    form = await client.get(path)
    unsaid = await client.post("/handovers/new", data=typed | {"reason": ""} | token)
    sent = await client.post("/handovers/new", data=typed | {"reason": "Moved to Peja"} | token)
    page = await client.get(f"/candidates/{person.id}")
    token = await visit(other)
    todo = await client.get("/")
    waiting = await client.get("/handovers")
    (address,) = {
        part.split('"')[0] for part in waiting.text.split('action="')[1:] if "accept" in part
    }
    accepted = await client.post(address, data=token)

    assert "Pejë" in form.text
    assert unsaid.status_code == 422
    assert 'id="reason-error"' in unsaid.text
    assert sent.status_code == 303
    assert "The case is offered to" in page.text
    assert "Cases that other offices offer you" in todo.text
    assert "Moved to Peja" in waiting.text
    assert accepted.headers["location"] == f"/candidates/{person.id}"
    assert (await client.get(f"/candidates/{person.id}")).status_code == 200
    await visit(officer)
    assert (await client.get(f"/candidates/{person.id}")).status_code == 404
    assert "A. K." in (await client.get("/handovers")).text


async def test_a_decline_without_a_reason_comes_back(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, other = await given.case_officer("prizren"), await given.case_officer("peje")
    person = await given.candidate(officer)
    token = await visit(officer)
    typed = {
        "candidate_id": str(person.id),
        "to_office_id": str(other.office_id),
        "reason": "Moved to Peja",
    }
    await client.post("/handovers/new", data=typed | token)
    token = await visit(other)
    waiting = await client.get("/handovers")
    address = waiting.text.split('action="/handovers/')[1].split("/")[0]

    refused = await client.post(f"/handovers/{address}/decline", data={"reason": "<b>"} | token)

    assert refused.status_code == 422
    assert f'id="reason-{address}-error"' in refused.text
    assert "&lt;b&gt;</textarea>" in refused.text


async def test_a_strange_office_is_refused_beside_its_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    token = await visit(officer)

    for office in ("", "x", str(person.id), str(officer.office_id)):
        typed = {"candidate_id": str(person.id), "to_office_id": office, "reason": "Moved away"}
        refused = await client.post("/handovers/new", data=typed | token)
        assert refused.status_code == 422
        assert 'id="to_office_id-error"' in refused.text


async def test_hand_overs_are_for_case_officers(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.representative())

    assert (await client.get("/handovers")).status_code == 403
