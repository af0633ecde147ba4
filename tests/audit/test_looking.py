"""Who opened what is sealed, and who was told of other offices' people, as auditors read it."""

import httpx

from service.actor import Role
from tests.conftest import SignIn
from tests.given import Given, actor_of

ADDRESSES = (
    "/audit/readings",
    "/audit/readings/sheet",
    "/audit/elsewhere",
    "/audit/elsewhere/sheet",
)


async def test_who_opened_what_is_sealed_is_listed_with_what_for(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer, family_name="Zogaj")
    other = await given.candidate(officer)
    form = await visit(officer)
    for one, purpose in ((candidate, "Plan the interview"), (other, "Look at a complaint")):
        await client.post(f"/candidates/{one.id}/sensitive/read", data=form | {"purpose": purpose})
    form = await visit(await given.account(Role.AUDITOR))

    listed = await client.get("/audit/readings")
    asked = {"reader": officer.name.split()[0], "purpose": "INTERVIEW"}
    found = await client.post("/audit/readings/search", data=form | asked, follow_redirects=True)
    sheet = await client.get(f"/audit/readings/sheet?candidate={other.reference.lower()}")

    assert listed.text.count(officer.name) == 2
    assert f'href="/candidates/{candidate.id}"' in listed.text
    assert "Zogaj" not in listed.text
    assert [candidate.reference in found.text, other.reference in found.text] == [True, False]
    assert "INTERVIEW".lower() not in str(found.url).lower()
    assert [candidate.reference in sheet.text, other.reference in sheet.text] == [False, True]


async def test_who_was_told_of_other_offices_people_is_listed_with_how_many(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await given.candidate(await given.case_officer("peje"), given_name="Arta", family_name="Zogaj")
    officer = await given.case_officer("prizren")
    form = await visit(officer)
    await client.post("/find", data=form | {"q": "Arta Zogaj"})
    await visit(await given.account(Role.AUDITOR))

    listed = await client.get("/audit/elsewhere?sought=name")
    none = await client.get("/audit/elsewhere?sought=reference")
    before = await client.get("/audit/elsewhere?to=2020-01-01")
    sheet = await client.get("/audit/elsewhere/sheet?format=csv")

    assert officer.name in listed.text
    assert '<td class="number">1</td>' in listed.text
    assert [officer.name in page.text for page in (none, before, sheet)] == [False, False, True]


async def test_nobody_else_reads_them(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    answers = {}
    for account in (await given.case_officer(), await given.account(Role.ADMINISTRATOR)):
        await visit(account)
        answers[actor_of(account).role] = {(await client.get(one)).status_code for one in ADDRESSES}

    assert answers == {Role.CASE_OFFICER: {403}, Role.ADMINISTRATOR: {403}}
