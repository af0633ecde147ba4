"""A candidate's pages in a browser: opened, read, answered once, and closed."""

import re
from datetime import date, timedelta

import httpx
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM
from service.i18n import LANGUAGES
from tests.conftest import SignIn
from tests.links.desk import BORN_ON, Desk, open_link


async def test_a_link_moves_its_token_out_of_the_address_and_out_of_sight(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]

    opened = await client.get(f"/l/{token}")
    shown = await client.get("/answer")

    assert (opened.status_code, opened.headers["location"]) == (303, "/answer")
    for answer in (opened, shown):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert token not in answer.text
    cookie = opened.headers["set-cookie"]
    assert all(
        word in cookie for word in ("__Host-ura-link=", "HttpOnly", "Secure", "Max-Age=3600")
    )
    assert token not in cookie


async def test_a_candidate_reads_the_agreement_and_signs_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    agreement = await desk.draft()
    await desk.ask()
    form = await open_link(client, (await desk.tokens())[0])
    shown = await client.get("/answer")
    read = form | {"terms_sha256": agreement.terms_sha256.hex()}

    without_a_tick = await client.post("/answer/sign", data=read)
    signed = await client.post("/answer/sign", data=read | {"agreed": "true"})
    done = await client.get(signed.headers["location"])
    again = await client.post("/answer/sign", data=read | {"agreed": "true"})

    assert agreement.employer_name.split()[0] in shown.text
    assert "€500.00" in shown.text
    assert agreement.reference in shown.text
    assert without_a_tick.status_code == 422
    assert 'href="#agreed"' in without_a_tick.text
    assert (signed.status_code, signed.headers["location"]) == (
        303,
        "/answer/done?what=sign_agreement",
    )
    assert "You have signed the agreement" in done.text
    assert again.status_code == 404


async def test_a_candidate_says_what_was_different_and_keeps_what_was_typed(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    _, attendance_id = await desk.report()
    await desk.ask()
    form = await open_link(client, (await desk.tokens())[0])
    wrong = {"is_right": "no", "days_worked": "many", "wage": "a lot", "note": "<b>half</b>"}

    refused = await client.post("/answer/month", data=form | wrong)
    both = await client.post("/answer/month", data=form | {"is_right": "yes", "wage": "400"})
    answered = await client.post(
        "/answer/month", data=form | {"is_right": "no", "days_worked": "", "wage": "400,50"}
    )

    assert refused.status_code == 422
    for text in ('value="many"', 'value="a lot"', "&lt;b&gt;half&lt;/b&gt;", 'href="#wage"'):
        assert text in refused.text
    assert both.status_code == 422
    assert answered.status_code == 303
    async with desk.db.transaction(SYSTEM) as tx:
        said = await tx.fetchrow("SELECT * FROM attendance_contest")
    assert said is not None
    assert (said["attendance_id"], said["days_worked"], said["wage_cents"]) == (
        attendance_id,
        None,
        400_50,
    )


async def test_a_candidate_confirms_a_month_with_one_answer(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.report()
    await desk.ask()
    form = await open_link(client, (await desk.tokens())[0])
    shown = await client.get("/answer")

    nothing = await client.post("/answer/month", data=form)
    answered = await client.post("/answer/month", data=form | {"is_right": "yes"})

    assert "October 2026" in shown.text
    assert "€500.00" in shown.text
    assert nothing.status_code == 422
    assert answered.status_code == 303
    async with desk.db.transaction(SYSTEM) as tx:
        assert await tx.fetchval("SELECT confirmed_for FROM attendance") == "candidate"


async def test_a_candidate_answers_the_follow_up(desk: Desk, client: httpx.AsyncClient) -> None:
    agreement = await desk.given.completed_agreement(starts_on=date(2026, 2, 2))
    await desk.address(agreement)
    await desk.remind()
    form = await open_link(client, (await desk.tokens())[0])

    wrong = await client.post("/answer/follow-up", data=form | {"standing": "rich"})
    answered = await client.post("/answer/follow-up", data=form | {"standing": "not_employed"})

    assert wrong.status_code == 422
    assert answered.status_code == 303
    async with desk.db.transaction(SYSTEM) as tx:
        row = await tx.fetchrow("SELECT employed, source FROM outcome")
    assert row is not None
    assert tuple(row) == (False, "candidate")


async def test_a_code_on_paper_opens_the_same_page(desk: Desk, client: httpx.AsyncClient) -> None:
    agreement = await desk.draft()
    await desk.ask()
    code = await desk.code(agreement)
    await client.get("/answer/code")
    form = {"_csrf_token": client.cookies["__Host-ura-csrf"], "code": code}

    wrong = await client.post("/answer/code", data=form | {"born_on": "1999-01-01"})
    unreadable = await client.post("/answer/code", data=form | {"born_on": "14 May"})
    right = await client.post("/answer/code", data=form | {"born_on": BORN_ON.isoformat()})
    shown = await client.get("/answer")

    assert wrong.status_code == 422
    assert code in wrong.text
    assert unreadable.status_code == 422
    assert (right.status_code, right.headers["location"]) == (303, "/answer")
    assert agreement.reference in shown.text


@pytest.mark.parametrize("path", ["/l/nothing", "/l/" + "x" * 500, "/answer"])
async def test_a_link_that_leads_nowhere_says_what_to_do(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    over = await client.get(answer.headers["location"])

    assert answer.headers["location"] == "/answer/over"
    assert over.status_code == 404
    assert "/answer/code" in over.text


@pytest.mark.parametrize("act", ["sign", "month", "follow-up"])
async def test_nobody_answers_without_a_link(client: httpx.AsyncClient, act: str) -> None:
    await client.get("/answer/code")
    form = {"_csrf_token": client.cookies["__Host-ura-csrf"]}

    answer = await client.post(f"/answer/{act}", data=form)
    client.cookies.set("__Host-ura-link", "x" * 43)
    forged = await client.post(f"/answer/{act}", data=form)

    assert [answer.status_code, forged.status_code] == [404, 404]


async def test_a_link_opens_nothing_but_its_own_page(desk: Desk, client: httpx.AsyncClient) -> None:
    agreement = await desk.draft()
    await desk.ask()
    await open_link(client, (await desk.tokens())[0])

    elsewhere = [
        await client.get(path)
        for path in ("/", f"/agreements/{agreement.id}", "/candidates", "/questions", "/attendance")
    ]
    by_api = await client.get(f"/api/agreements/{agreement.id}")

    assert {answer.headers.get("location", "").partition("?")[0] for answer in elsewhere} == {
        "/sign-in"
    }
    assert by_api.status_code == 401


async def test_staff_signed_in_in_the_same_browser_answer_for_nobody(
    desk: Desk, client: httpx.AsyncClient, visit: SignIn
) -> None:
    agreement = await desk.draft()
    officer: Account = await desk.given.officer_of(agreement)
    await visit(officer)

    answer = await client.get("/answer")

    assert answer.headers["location"] == "/answer/over"


async def test_another_sites_form_is_refused(desk: Desk, client: httpx.AsyncClient) -> None:
    agreement = await desk.draft()
    await desk.ask()
    form = await open_link(client, (await desk.tokens())[0])
    signing = form | {"agreed": "true", "terms_sha256": agreement.terms_sha256.hex()}

    without_token = await client.post("/answer/sign", data={**signing, "_csrf_token": "x"})
    from_elsewhere = await client.post(
        "/answer/sign", data=signing, headers={"sec-fetch-site": "cross-site"}
    )

    assert [without_token.status_code, from_elsewhere.status_code] == [403, 403]


async def test_after_an_hour_the_page_asks_to_open_the_link_again(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.draft()
    await desk.ask()
    token = (await desk.tokens())[0]
    await open_link(client, token)
    desk.clock.move_to(desk.clock.at + timedelta(hours=1))

    late = await client.get("/answer")
    again = await client.get(f"/l/{token}")

    assert late.headers["location"] == "/answer/over"
    assert again.headers["location"] == "/answer"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_in_the_language_of_the_candidate_and_has_one_heading(
    desk: Desk, client: httpx.AsyncClient, language: str
) -> None:
    await desk.draft()
    await desk.ask()
    await open_link(client, (await desk.tokens())[0])
    client.cookies.set("ura_language", language)

    shown = await client.get("/answer")

    assert f'<html lang="{language}">' in shown.text
    assert len(re.findall(r"<h1", shown.text)) == 1
    assert "style=" not in shown.text
    assert len(shown.content) < 40_000
