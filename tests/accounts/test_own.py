"""One's own account in a browser: password, language, sessions, a forgotten password."""

from datetime import timedelta

import httpx
import pytest

from service.accounts.model import Account
from service.actor import SYSTEM
from service.auth import SESSION_COOKIE
from service.crypto import Sealer
from service.db import Database
from service.ids import MailId
from tests.conftest import FixedClock, SignIn
from tests.given import PASSWORD, Given
from tests.pages import actions_of

NEW_PASSWORD = "a quiet river in may"


async def sign_in(client: httpx.AsyncClient, account: Account, password: str) -> httpx.Response:
    await client.get("/sign-in")
    return await client.post(
        "/sign-in",
        data={
            "email": account.email,
            "password": password,
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )


async def test_a_new_password_takes_the_old_one_and_ends_the_other_sessions(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    await visit(officer)
    elsewhere = client.cookies[SESSION_COOKIE]
    fields = await visit(officer) | {"password": NEW_PASSWORD, "repeated": NEW_PASSWORD}

    wrong = await client.post("/account/password", data=fields | {"present": "not the password"})
    changed = await client.post("/account/password", data=fields | {"present": PASSWORD})
    here = await client.get("/account")
    client.cookies.set(SESSION_COOKIE, elsewhere)
    there = await client.get("/account")

    assert wrong.status_code == 401
    assert NEW_PASSWORD not in wrong.text
    assert changed.status_code == 303
    assert here.status_code == 200
    assert there.headers["location"].startswith("/sign-in")
    assert (await sign_in(client, officer, NEW_PASSWORD)).status_code == 303


@pytest.mark.parametrize("password", ["short", "passwordpassword"])
async def test_a_weak_password_is_refused_with_a_word_beside_it(
    client: httpx.AsyncClient, given: Given, visit: SignIn, password: str
) -> None:
    fields = await visit(await given.case_officer())

    refused = await client.post(
        "/account/password",
        data=fields | {"present": PASSWORD, "password": password, "repeated": password},
    )

    assert refused.status_code == 422
    assert 'id="password-error"' in refused.text


async def test_one_signs_out_elsewhere_and_nobody_else_out(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer, other = await given.case_officer(), await given.case_officer()
    await visit(officer)
    elsewhere = client.cookies[SESSION_COOKIE]
    fields = await visit(officer)
    page = (await client.get("/account")).text
    (close,) = [one for one in actions_of(page) if one.count("/") == 4]

    foreign = await visit(other)
    stolen = await client.post(close, data=foreign)
    fields = await visit(officer)
    closed = await client.post(close, data=fields)
    client.cookies.set(SESSION_COOKIE, elsewhere)

    assert stolen.status_code == 404
    assert closed.status_code == 303
    assert (await client.get("/account")).headers["location"].startswith("/sign-in")


async def test_a_language_is_kept_for_every_visit(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    officer = await given.case_officer()
    fields = await visit(officer)

    await client.post("/account/language", data=fields | {"language": "sr"})
    unknown = await client.post("/account/language", data=fields | {"language": "xx"})
    client.cookies.delete("ura_language")

    assert unknown.status_code == 422
    assert '<html lang="sr">' in (await client.get("/account")).text


async def asked_link(
    client: httpx.AsyncClient, email: str, db: Database, sealer: Sealer
) -> str | None:
    """The path of the link in the mail that was written last; None when there is none."""
    await client.get("/sign-in")
    answer = await client.post(
        "/forgotten-password",
        data={"email": email, "_csrf_token": client.cookies["__Host-ura-csrf"]},
    )
    assert answer.status_code == 200
    assert "If there is an account" in answer.text
    async with db.transaction(SYSTEM) as tx:
        row = await tx.fetchrow("SELECT id, facts_sealed FROM mail ORDER BY id DESC LIMIT 1")
    if row is None:
        return None
    facts = sealer.open(
        row["facts_sealed"], table="mail", column="facts_sealed", row_id=MailId(row["id"])
    ).decode()
    return "/new-password/" + facts.split("/new-password/")[1].split('"')[0]


async def set_new(client: httpx.AsyncClient, password: str = NEW_PASSWORD) -> httpx.Response:
    return await client.post(
        "/new-password",
        data={
            "password": password,
            "repeated": password,
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )


async def test_a_forgotten_password_is_replaced_by_a_link_once(
    client: httpx.AsyncClient, given: Given, visit: SignIn, db: Database, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    await visit(officer)
    before = client.cookies[SESSION_COOKIE]
    client.cookies.delete(SESSION_COOKIE)

    link = await asked_link(client, officer.email.upper(), db, sealer)
    assert link is not None
    opened = await client.get(link)
    weak = await set_new(client, "short")
    done = await set_new(client)
    again = await client.get(link)
    client.cookies.set(SESSION_COOKIE, before)

    assert opened.headers["location"] == "/new-password"
    assert weak.status_code == 422
    assert done.headers["location"] == "/sign-in"
    assert again.status_code == 404
    assert (await client.get("/account")).headers["location"].startswith("/sign-in")
    assert (await sign_in(client, officer, NEW_PASSWORD)).status_code == 303


async def test_a_stranger_learns_nothing_and_gets_no_mail(
    client: httpx.AsyncClient, given: Given, db: Database, sealer: Sealer
) -> None:
    assert await asked_link(client, "nobody@example.org", db, sealer) is None


async def test_a_link_runs_out_and_a_newer_one_ends_it(
    client: httpx.AsyncClient, given: Given, db: Database, sealer: Sealer, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    first = await asked_link(client, officer.email, db, sealer)
    second = await asked_link(client, officer.email, db, sealer)
    assert first is not None
    assert second is not None

    replaced = await client.get(first)
    clock.move_to(clock.at + timedelta(hours=1, seconds=1))
    late = await client.get(second)

    assert replaced.status_code == late.status_code == 404
