"""The search box: who finds whom and what, and what stays unsaid."""

import httpx

from service.actor import Role
from service.db import Connection
from tests.conftest import Headers, SignIn
from tests.failures.test_actions import newest, pay
from tests.forms import next_personal_number
from tests.given import Given, act_as, actor_of
from tests.payouts.rows import due_month


async def found(client: httpx.AsyncClient, token: Headers, text: str) -> str:
    answer = await client.post("/find", data={"q": text} | token)
    assert answer.status_code == 200, answer.text
    assert answer.url.query == b""
    return answer.text


async def test_a_person_is_found_by_a_part_of_a_name_a_number_and_a_reference(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, number = await given.case_officer(), next_personal_number()
    person = await given.candidate(
        officer, given_name="Đorđe", family_name="Šoškić", personal_number=number
    )
    token = await visit(officer)

    for text in ("soskic", "DJORD", "šoš đorđe", number, person.reference.lower()):
        page = await found(client, token, text)
        assert f'<a href="/candidates/{person.id}">Đorđe Šoškić</a>' in page, text
        assert number not in page.replace(f'value="{number}"', "")


async def test_people_of_other_offices_are_told_by_initials_and_office(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    number = next_personal_number()
    there = await given.candidate(
        await given.case_officer("prizren"),
        given_name="Besa",
        family_name="Gjergjaj",
        personal_number=number,
    )
    officer = await given.case_officer("peje")
    token = await visit(officer)

    part = await found(client, token, "gjergjaj")
    texts = ("Besa Gjergjaj", number, there.reference)
    pages = [await found(client, token, text) for text in texts]

    assert "Nothing fits" in part
    for page in pages:
        assert "B. G." in page
        assert "Prizren" in page
        assert str(there.id) not in page
    await act_as(tx, actor_of(await given.account(Role.AUDITOR)))
    looks = await tx.fetch("SELECT looked_by, sought_by FROM elsewhere_look ORDER BY id")
    assert [tuple(look) for look in looks] == [
        (officer.id, "name"),
        (officer.id, "personal_number"),
        (officer.id, "reference"),
    ]


async def test_employers_agreements_and_placements_are_found(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    firm = await given.employer(officer, legal_name="Ëmbëltore Çelik")
    agreement = await given.drafted_agreement(
        officer, representative=await given.representative(firm)
    )
    token = await visit(officer)

    by_name = await found(client, token, "embeltore")
    by_number = await found(client, token, firm.business_number)
    by_reference = await found(client, token, agreement.reference)

    assert f"/employers/{firm.id}" in by_name
    assert f"/employers/{firm.id}" in by_number
    assert f"/agreements/{agreement.id}" in by_reference


async def test_an_employer_finds_its_own_people_only(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    agreement = await given.drafted_agreement(officer)
    mine, other = await given.employer_of(agreement), await given.representative()

    own = await found(client, await visit(mine), "krasniqi")
    others = await found(client, await visit(other), "krasniqi")
    by_reference = await found(client, await visit(other), agreement.reference)

    assert f"/agreements/{agreement.id}" in own
    assert "/candidates/" not in own
    assert "Nothing fits" in others
    assert "Nothing fits" in by_reference


async def test_finance_finds_agreements_by_name_and_no_register(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    agreement = await given.drafted_agreement()
    await given.candidate(family_name="Unplaced")
    token = await visit(await given.finance_officer())

    assert f"/agreements/{agreement.id}" in await found(client, token, "Arta Krasniqi")
    assert "Nothing fits" in await found(client, token, "Arta Unplaced")


async def test_too_little_and_too_much_come_back_with_a_sentence(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())

    for text in ("", "a", "x" * 201, "<script>"[:1]):
        answer = await client.post("/find", data={"q": text} | token)
        assert answer.status_code == 422
        assert 'id="q-error"' in answer.text


async def test_a_strange_text_is_only_a_text(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())

    page = await found(client, token, "<script>alert(1)</script> ' OR 1=1 --")

    assert "<script>alert" not in page
    assert "Nothing fits" in page


async def test_a_payment_is_found_by_what_the_bank_calls_it_by_those_who_see_the_bank(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    account = await given.finance_officer()
    await due_month(given)
    await pay(given, actor_of(account))
    attempt, name, _cents = await newest(given, actor_of(account))

    seen = [
        f"/bank/failures/attempts/{attempt}" in await found(client, await visit(one), name.lower())
        for one in (
            account,
            await given.account(Role.AUDITOR),
            await given.case_officer(),
            await given.account(Role.ADMINISTRATOR),
        )
    ]

    assert seen == [True, True, False, False]
