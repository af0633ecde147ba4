"""Registering a person step by step in a browser."""

from datetime import timedelta

import httpx

from jobs.registrations import sweep
from service.actor import Role
from service.db import Connection, Database
from service.registrations.model import Step
from tests.conftest import FixedClock, SignIn
from tests.forms import next_iban, next_personal_number
from tests.given import Given, act_as, actor_of
from tests.registrations.steps import begin, fill, send, typed


async def test_a_person_is_registered_step_by_step(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    number = next_personal_number()

    draft = await fill(client, token, family_name="Çelik", personal_number=number)
    check = await client.get(f"{draft}/check")
    sent = await client.post(f"{draft}/check", data=token)
    shown = await client.get(sent.headers["location"])

    assert "step 6 of 6" in check.text
    assert f"ends in {number[-3:]}" in check.text
    assert number not in check.text
    assert "Disability" not in check.text
    assert sent.status_code == 303
    assert "Çelik" in shown.text
    assert "5223 Shop sales assistant, 9412 Kitchen helper" in shown.text
    assert "a…@example.org" in shown.text
    assert "arta@example.org" not in shown.text
    assert shown.text.count("Eligible</strong>") > 1
    assert "Disability" not in shown.text


async def test_each_step_comes_back_as_typed_with_a_word_beside_each_field(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    wrong = typed(Step.PERSON, given_name="<b>Arta", born_on="2003-02-30")

    refused = await client.post("/candidates/new", data=wrong | token)
    draft = await begin(client, token)
    contact = await send(
        client, token, draft, Step.CONTACT, phone="12", email="at home", iban="XK05 12"
    )
    await send(client, token, draft, Step.CONTACT)
    work = await send(client, token, draft, Step.WORK, travel_km="far", occupations=[])

    assert (refused.status_code, contact.status_code, work.status_code) == (422, 422, 422)
    for page, fields in (
        (refused, ("given_name", "born_on")),
        (contact, ("phone", "email", "iban")),
        (work, ("travel_km", "occupations")),
    ):
        for field in fields:
            assert f'<a href="#{field}">' in page.text
            assert f'id="{field}-error"' in page.text
    assert 'value="&lt;b&gt;Arta"' in refused.text
    assert 'value="far"' in work.text


async def test_a_step_is_left_and_taken_up_again(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    draft = await begin(client, token, given_name="Besa")

    left = await send(client, token, draft, Step.CONTACT, phone="12", later="true")
    first_page = await client.get("/")
    again = await client.get(draft, follow_redirects=True)

    assert left.headers["location"] == "/"
    assert "Besa Krasniqi" in first_page.text
    assert "Unfinished registrations" in first_page.text
    assert again.url.path == f"{draft}/contact"
    assert 'value="12"' in again.text


async def test_no_step_is_jumped_over(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    draft = await begin(client, token)

    ahead = await client.get(f"{draft}/compare")
    registered = await client.post(f"{draft}/check", data=token)

    assert ahead.headers["location"] == f"{draft}/contact"
    assert registered.status_code == 409


async def test_a_draft_is_its_officers_alone(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer, colleague = await given.case_officer(), await given.case_officer()
    draft = await begin(client, await visit(officer))
    token = await visit(colleague)

    asked = [
        await client.get(draft),
        await client.get(f"{draft}/contact"),
        await send(client, token, draft, Step.CONTACT),
        await client.post(f"{draft}/discard", data=token),
    ]
    await act_as(tx, actor_of(colleague))
    rows = await tx.fetch("SELECT id FROM registration_draft")

    assert [answer.status_code for answer in asked] == [404, 404, 404, 404]
    assert not rows


async def test_what_was_typed_is_sealed_and_swept_after_thirty_days(
    client: httpx.AsyncClient,
    given: Given,
    visit: SignIn,
    tx: Connection,
    db: Database,
    clock: FixedClock,
) -> None:
    officer = await given.case_officer()
    await begin(client, await visit(officer), family_name="Verysecret")
    await act_as(tx, actor_of(officer))
    sealed = await tx.fetchval("SELECT sealed FROM registration_draft")

    early = await sweep(db, clock)
    clock.move_to(clock.at + timedelta(days=30))
    swept = await sweep(db, clock)

    assert b"Verysecret" not in sealed
    assert (early, swept) == (0, 1)


async def test_a_registration_sent_twice_registers_one_person(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    draft = await fill(client, token)

    first = await client.post(f"{draft}/check", data=token)
    second = await client.post(f"{draft}/check", data=token)

    assert (first.status_code, second.status_code) == (303, 404)


async def test_a_lookalike_of_the_office_is_compared(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    first = await given.candidate(officer, family_name="Çelik")
    token = await visit(officer)
    draft = await begin(client, token, family_name="Celik")
    for step in (Step.CONTACT, Step.WORK, Step.PRIORITY):
        await send(client, token, draft, step)

    shown = await client.get(f"{draft}/compare")
    silent = await send(client, token, draft, Step.COMPARE)
    confirmed = await send(client, token, draft, Step.COMPARE, confirmed_not_duplicate="true")
    await client.post(f"{draft}/check", data=token)

    assert f'<a href="/candidates/{first.id}">{first.reference}</a>' in shown.text
    assert silent.status_code == 409
    assert 'id="confirmed_not_duplicate-error"' in silent.text
    assert confirmed.status_code == 303
    assert "There are no duplicates to decide" in (await client.get("/candidates/twins")).text


async def test_of_a_lookalike_elsewhere_only_initials_and_office_are_told(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    there = await given.case_officer("prizren")
    await given.candidate(there, given_name="Besa", family_name="Shala", born_on="2002-02-02")
    officer = await given.case_officer("peje")
    token = await visit(officer)
    draft = await begin(client, token, given_name="Besa", family_name="Shala", born_on="2002-02-02")
    for step in (Step.CONTACT, Step.WORK, Step.PRIORITY):
        await send(client, token, draft, step)

    shown = await client.get(f"{draft}/compare")
    auditor = await given.account(Role.AUDITOR)
    await act_as(tx, actor_of(auditor))
    looks = await tx.fetch("SELECT looked_by, sought_by, found_count FROM elsewhere_look")

    assert "B. S." in shown.text
    assert "Prizren" in shown.text
    assert "C-" not in shown.text
    assert {(one["looked_by"], one["sought_by"]) for one in looks} == {(officer.id, "registration")}


async def test_whoever_is_registered_elsewhere_is_not_registered_again(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    number = next_personal_number()
    there = await given.candidate(await given.case_officer("prizren"), personal_number=number)
    token = await visit(await given.case_officer("peje"))
    draft = await begin(client, token, given_name="Other", personal_number=number)
    for step in (Step.CONTACT, Step.WORK, Step.PRIORITY):
        await send(client, token, draft, step)

    refused = await send(client, token, draft, Step.COMPARE, confirmed_not_duplicate="true")

    assert refused.status_code == 409
    assert "The same personal number" in refused.text
    assert there.reference not in refused.text


async def test_a_bank_account_of_the_registration_waits_for_a_second_person(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    iban = next_iban()
    draft = await begin(client, token)
    await send(client, token, draft, Step.CONTACT, iban=iban)
    for step in (Step.WORK, Step.PRIORITY, Step.COMPARE):
        await send(client, token, draft, step)

    sent = await client.post(f"{draft}/check", data=token)
    shown = await client.get(sent.headers["location"])

    assert "waits for a second person" in shown.text
    assert iban not in shown.text


async def test_a_draft_is_discarded(client: httpx.AsyncClient, given: Given, visit: SignIn) -> None:
    token = await visit(await given.case_officer())
    draft = await begin(client, token)

    gone = await client.post(f"{draft}/discard", data=token)

    assert gone.headers["location"] == "/candidates/new"
    assert (await client.get(draft)).status_code == 404


async def test_hostile_posts_change_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn, tx: Connection
) -> None:
    officer = await given.case_officer()
    token = await visit(officer)
    draft = await begin(client, token)

    answers = [
        await client.post("/candidates/new", data=typed(Step.PERSON)),
        await client.post("/candidates/new", data={"given_name": "x" * 100_000} | token),
        await send(client, token, draft, Step.CONTACT, phone="0" * 90_000, later="true"),
        await client.post(f"{draft}/nothing", data=token),
        await send(client, token, draft, Step.CONTACT, contact_language="'; --"),
        await send(client, token, draft, Step.CONTACT, address="\x00"),
    ]

    assert [answer.status_code for answer in answers] == [403, 422, 422, 404, 422, 422]
    await act_as(tx, actor_of(officer))
    assert await tx.fetchval("SELECT count(*) FROM candidate") == 0


async def test_an_employer_registers_nobody(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await given.representative())

    assert (await client.get("/candidates/new")).status_code == 403
