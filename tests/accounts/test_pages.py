"""Signing in and out in a browser."""

import httpx

from tests.conftest import SignIn
from tests.given import PASSWORD, Given


async def test_signing_in_opens_a_new_session_whatever_the_browser_sent(
    client: httpx.AsyncClient, given: Given
) -> None:
    officer = await given.case_officer()
    client.cookies.set("__Host-ura", "planted-by-an-attacker")
    await client.get("/sign-in")

    answer = await client.post(
        "/sign-in",
        data={
            "email": officer.email,
            "password": PASSWORD,
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )

    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert all(word in cookie for word in ("__Host-ura=", "Secure", "HttpOnly", "Path=/"))


async def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_where_they_went(
    client: httpx.AsyncClient, given: Given
) -> None:
    officer = await given.case_officer()

    sent = await client.get("/")
    form = await client.get(sent.headers["location"])
    answer = await client.post(
        "/sign-in",
        data={
            "email": officer.email,
            "password": PASSWORD,
            "next": "//evil.example",
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )

    assert sent.headers["location"] == "/sign-in?next=/"
    assert form.status_code == 200
    assert answer.headers["location"] == "/"


async def test_a_form_without_its_token_or_from_another_site_changes_nothing(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())

    without = await client.post("/sign-out")
    elsewhere = await client.post("/sign-out", data=token, headers={"sec-fetch-site": "cross-site"})

    assert without.status_code == 403
    assert elsewhere.status_code == 403
    assert (await client.get("/")).status_code == 200


async def test_signing_out_ends_the_session_itself(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    token = await visit(await given.case_officer())
    session = client.cookies["__Host-ura"]

    await client.post("/sign-out", data=token)
    client.cookies.set("__Host-ura", session)
    answer = await client.get("/")

    assert answer.headers["location"].startswith("/sign-in")


async def test_a_wrong_password_brings_the_form_back_with_the_address_and_a_sentence(
    client: httpx.AsyncClient, given: Given
) -> None:
    officer = await given.case_officer()
    await client.get("/sign-in")

    answer = await client.post(
        "/sign-in",
        data={
            "email": officer.email,
            "password": "wrong, wrong, wrong",
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )

    assert answer.status_code == 401
    assert officer.email in answer.text
    assert "wrong, wrong" not in answer.text
    assert "no-store" in answer.headers["cache-control"]


async def test_a_page_speaks_the_language_that_was_chosen(client: httpx.AsyncClient) -> None:
    await client.get("/sign-in")

    chosen = await client.post(
        "/language",
        data={
            "language": "sq",
            "next": "/sign-in",
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )
    page = await client.get(chosen.headers["location"])

    assert '<html lang="sq">' in page.text
