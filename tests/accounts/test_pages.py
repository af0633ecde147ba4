"""Signing in and out in a browser."""

import httpx

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
