"""The office's pages: who is silent, what became of links, a code on paper, another address."""

import re

import httpx

from service.agreements.model import Party
from tests.conftest import SignIn
from tests.given import Given
from tests.links.desk import BORN_ON, START, Desk, open_link


async def test_an_office_sees_who_has_not_answered_and_how_they_are_reached(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft()
    await desk.ask()
    await visit(await desk.given.officer_of(agreement))

    listed = await client.get("/questions")
    on_paper = await client.get("/questions?reach=paper")

    assert agreement.reference in listed.text
    assert "By e-mail" in listed.text
    assert agreement.reference not in on_paper.text
    assert "Everybody has answered." in on_paper.text


async def test_what_became_of_a_link_can_be_followed(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft()
    await desk.ask()
    form = await visit(await desk.given.officer_of(agreement))
    question_id = await desk.question(agreement)
    unopened = await client.get(f"/questions/{question_id}")
    read = await open_link(client, (await desk.tokens())[0])
    await client.post(
        "/answer/sign",
        data=read | {"agreed": "true", "terms_sha256": agreement.terms_sha256.hex()},
    )

    used = await client.get(f"/questions/{question_id}")
    again = await client.post(f"/questions/{question_id}/mail", data=form)

    assert "a…@example.org" in unopened.text
    assert "arta@example.org" not in unopened.text
    assert "not yet" in unopened.text
    assert "Used" in used.text
    assert again.status_code == 409
    assert "answered already" in again.text


async def test_a_code_is_printed_once_and_opens_the_page(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.given.drafted_agreement(starts_on=START)
    await desk.ask()
    form = await visit(await desk.given.officer_of(agreement))
    question_id = await desk.question(agreement)

    paper = await client.post(f"/questions/{question_id}/code", data=form)
    code = re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", paper.text)[0]
    opened = await client.post(
        "/answer/code", data=form | {"code": code, "born_on": BORN_ON.isoformat()}
    )
    afterwards = await client.get(f"/questions/{question_id}")

    assert paper.status_code == 200
    assert '<div lang="sq">' in paper.text  # the candidate's language, not the officer's
    assert "Shkruani këtë kod:" in paper.text
    assert "/answer/code" in paper.text
    assert opened.headers["location"] == "/answer"
    assert code not in afterwards.text
    assert "Code on paper" in afterwards.text


async def test_an_officer_asks_at_once_at_the_desk(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.given.drafted_agreement(starts_on=START)
    form = await visit(await desk.given.officer_of(agreement))

    asked = await client.post(f"/questions/of-agreement/{agreement.id}", data=form)
    shown = await client.get(asked.headers["location"])
    listed = await client.get(f"/questions/of-agreement/{agreement.id}")

    assert asked.status_code == 303
    assert "Print a code" in shown.text
    assert "Sign the agreement" in listed.text


async def test_a_corrected_address_gets_the_link_and_a_wrong_one_comes_back(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft(email="atra@example.org")
    await desk.ask()
    form = await visit(await desk.given.officer_of(agreement))
    question_id = await desk.question(agreement)

    wrong = await client.post(f"/questions/{question_id}/address", data=form | {"email": "arta@"})
    right = await client.post(
        f"/questions/{question_id}/address", data=form | {"email": "arta@example.org"}
    )

    assert wrong.status_code == 422
    assert 'value="arta@"' in wrong.text
    assert right.status_code == 303
    assert [mail.to for mail in await desk.mails()] == ["atra@example.org", "arta@example.org"]


async def test_another_office_finds_nothing(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn, given: Given
) -> None:
    agreement = await desk.draft()
    await desk.ask()
    question_id = await desk.question(agreement)
    form = await visit(await given.case_officer("peje"))

    answers = [
        await client.get(f"/questions/{question_id}"),
        await client.post(f"/questions/{question_id}/code", data=form),
        await client.post(f"/questions/of-agreement/{agreement.id}", data=form),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 409]
    assert agreement.reference not in (await client.get("/questions")).text


async def test_employers_have_no_such_pages(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft()
    await desk.ask()
    await visit(await desk.given.employer_of(agreement))

    assert (await client.get("/questions")).status_code == 403


async def test_an_agreements_page_leads_an_officer_to_its_links(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft()
    await visit(await desk.given.officer_of(agreement))

    shown = await client.get(f"/agreements/{agreement.id}")

    assert f"/questions/of-agreement/{agreement.id}" in shown.text


async def test_the_same_over_json(desk: Desk, client: httpx.AsyncClient, signed_in: SignIn) -> None:
    agreement = await desk.draft()
    await desk.ask()
    headers = await signed_in(await desk.given.officer_of(agreement))

    listed = (await client.get("/api/questions", headers=headers)).json()
    question = f"/api/questions/{listed[0]['id']}"
    sent = await client.post(f"{question}/mail", headers=headers)
    code = await client.post(f"{question}/code", headers=headers)
    await desk.given.signature(agreement, Party.CANDIDATE)
    again = await client.post(f"{question}/code", headers=headers)

    assert [one["reference"] for one in listed] == [agreement.reference]
    assert sent.status_code == 204
    assert len(await desk.mails()) == 2
    assert len(code.json()["code"]) == 11
    assert again.json()["type"] == "/problems/already-answered"


async def test_who_needs_a_paper_stands_on_the_officers_to_do_list_until_it_is_printed(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.given.drafted_agreement(starts_on=START)
    await desk.ask()
    await visit(await desk.given.officer_of(agreement))
    question = f"/questions/{await desk.question(agreement)}"

    before = await client.get("/")
    await desk.code(agreement)
    afterwards = await client.get("/")

    assert question in before.text
    assert question not in afterwards.text
