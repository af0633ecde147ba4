"""Second factors in a browser: setting up, signing in twice, proving anew."""

from datetime import timedelta

import httpx
import pyotp
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.bank_accounts.model import Owner
from service.db import Database
from service.ids import new_id
from tests.conftest import FixedClock, SignIn
from tests.given import PASSWORD, Given, actor_of
from tests.pages import actions_of, fields_of, texts_of

HALF_MINUTE = timedelta(seconds=30)


def secret_of(page: str) -> str:
    """The secret that a page shows as text."""
    return "".join(texts_of(page, "code")[0].split())


def code_at(secret: str, clock: FixedClock) -> str:
    return pyotp.TOTP(secret).at(clock.now())


async def set_up_app(
    client: httpx.AsyncClient, clock: FixedClock, fields: dict[str, str]
) -> tuple[str, list[str]]:
    """The secret and the recovery codes of who visits; the code's half minute has passed."""
    secret = secret_of((await client.get("/second-factor/app")).text)
    answer = await client.post("/second-factor/app", data=fields | {"code": code_at(secret, clock)})
    assert answer.status_code == 200, answer.text
    codes = texts_of(answer.text, "code")
    clock.move_to(clock.at + HALF_MINUTE)
    return secret, codes


async def give_password(client: httpx.AsyncClient, account: Account) -> httpx.Response:
    client.cookies.delete("__Host-ura")
    await client.get("/sign-in")
    return await client.post(
        "/sign-in",
        data={
            "email": account.email,
            "password": PASSWORD,
            "next": "/account",
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )


async def give_code(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post(
        "/sign-in/code",
        data={
            "code": code,
            "next": "/account",
            "_csrf_token": client.cookies["__Host-ura-csrf"],
        },
    )


async def test_who_has_an_app_signs_in_with_a_code_and_sees_nothing_before(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    secret, _ = await set_up_app(client, clock, await visit(officer))

    asked = await give_password(client, officer)
    between = await client.get("/account")
    half_way = client.cookies["__Host-ura"]
    opened = await give_code(client, code_at(secret, clock))

    assert asked.headers["location"] == "/sign-in/code?next=/account"
    assert between.headers["location"].startswith("/sign-in")
    assert opened.headers["location"] == "/account"
    assert client.cookies["__Host-ura"] != half_way
    assert (await client.get("/account")).status_code == 200


async def test_a_code_opens_once_and_a_wrong_one_never(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    secret, _ = await set_up_app(client, clock, await visit(officer))
    code = code_at(secret, clock)
    await give_password(client, officer)
    await give_code(client, code)

    await give_password(client, officer)
    replayed = await give_code(client, code)
    stale = await give_code(client, pyotp.TOTP(secret).at(clock.now() - 3 * HALF_MINUTE))
    early = await give_code(client, pyotp.TOTP(secret).at(clock.now() + HALF_MINUTE))

    assert replayed.status_code == stale.status_code == 401
    assert "was used before" in replayed.text
    assert early.status_code == 303


async def test_guessing_codes_is_slowed_down_whatever_the_password_does(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    secret, _ = await set_up_app(client, clock, await visit(officer))
    for _ in range(5):
        await give_password(client, officer)  # a right password does not end the count
        await give_code(client, "000000")

    refused = await give_code(client, code_at(secret, clock))

    assert refused.status_code == 429


async def test_a_recovery_code_opens_once_and_new_ones_end_the_old(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    fields = await visit(officer)
    _, codes = await set_up_app(client, clock, fields)
    await give_password(client, officer)

    first = await give_code(client, codes[0].lower().replace("-", " "))
    await give_password(client, officer)
    again = await give_code(client, codes[0])
    await give_code(client, codes[1])
    renewed = await client.post("/second-factor/recovery-codes", data=fields)
    await give_password(client, officer)
    ended = await give_code(client, codes[2])

    assert len(set(codes)) == 10
    assert first.status_code == 303
    assert again.status_code == 401
    assert renewed.status_code == 200
    assert ended.status_code == 401


async def test_a_role_that_must_have_one_sets_it_up_before_anything_else(
    client: httpx.AsyncClient, given: Given, db: Database, clock: FixedClock
) -> None:
    officer = await given.finance_officer()
    await given.required_factor(Role.FINANCE_OFFICER)

    answer = await give_password(client, officer)
    payouts = await client.get("/payouts")
    token = {"_csrf_token": client.cookies["__Host-ura-csrf"], "proof_password": PASSWORD}
    posted = await client.post("/payouts", data=token | {"month": "2026-10"})
    await set_up_app(client, clock, token)

    assert answer.headers["location"] == "/second-factor"
    assert payouts.headers["location"] == "/second-factor"
    assert posted.status_code == 403
    assert (await client.get("/payouts")).status_code == 200


async def test_the_last_factor_of_such_a_role_does_not_end(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.finance_officer()
    fields = await visit(officer)
    await set_up_app(client, clock, fields)
    await given.required_factor(Role.FINANCE_OFFICER)
    page = (await client.get("/second-factor")).text
    (end,) = [one for one in actions_of(page) if one.endswith("/end")]

    refused = await client.post(end, data=fields)

    assert refused.status_code == 409
    assert "Set another one up" in refused.text


async def test_an_act_asks_who_it_is_and_sends_the_form_once_more(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    fields = await visit(await given.case_officer())
    await set_up_app(client, clock, fields)
    without = {"_csrf_token": fields["_csrf_token"]}

    asked = await client.post("/second-factor/recovery-codes", data=without | {"note": "<b>kept"})
    wrong = await client.post(
        "/second-factor/recovery-codes", data=without | {"proof_password": "not the password"}
    )

    assert asked.status_code == 422
    assert fields_of(asked.text, "/second-factor/recovery-codes")["note"] == "<b>kept"
    assert "recovery codes are" not in asked.text
    assert wrong.status_code == 401
    assert "not the password" not in wrong.text


async def test_who_finds_an_open_session_sets_no_factor_up(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    fields = await visit(await given.case_officer()) | {"proof_password": "not the password"}
    secret = secret_of((await client.get("/second-factor/app")).text)

    app = await client.post("/second-factor/app", data=fields | {"code": code_at(secret, clock)})
    passkey = await client.post("/second-factor/passkey", data=fields | {"name": "my key"})

    assert app.status_code == passkey.status_code == 401
    assert "You have none." in (await client.get("/second-factor")).text


async def test_the_app_page_shows_the_secret_twice_and_the_same_until_it_is_used(
    client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    fields = await visit(await given.case_officer())

    first, again = [(await client.get("/second-factor/app")).text for _ in range(2)]
    refused = await client.post("/second-factor/app", data=fields | {"code": "12 34"})

    assert secret_of(first) == secret_of(again) == secret_of(refused.text)
    assert "<svg" in first
    assert "style=" not in first
    assert refused.status_code == 401


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"rawId": "€", "response": {}}', "x" * 19_000])
async def test_a_passkey_that_is_none_is_refused_in_a_sentence(
    client: httpx.AsyncClient, given: Given, visit: SignIn, answer: str
) -> None:
    fields = await visit(await given.case_officer())

    refused = await client.post(
        "/second-factor/passkey", data=fields | {"name": "my key", "proof_passkey": answer}
    )

    assert refused.status_code == 422
    assert 'value="my key"' in refused.text


async def test_a_token_for_machines_takes_a_code_as_well(
    client: httpx.AsyncClient, given: Given, visit: SignIn, clock: FixedClock
) -> None:
    officer = await given.finance_officer()
    secret, _ = await set_up_app(client, clock, await visit(officer))
    asked = {"email": officer.email, "password": PASSWORD, "name": "till", "scopes": ["money"]}

    without = await client.post("/api/tokens", json=asked)
    with_it = await client.post("/api/tokens", json=asked | {"code": code_at(secret, clock)})

    assert without.status_code == 401
    assert without.json()["type"] == "/problems/wrong-code"
    assert with_it.status_code == 201


async def test_a_bank_account_is_decided_on_after_a_proof_that_is_kept(
    client: httpx.AsyncClient, given: Given, visit: SignIn, db: Database
) -> None:
    employer, first = await given.employer(), await given.finance_officer()
    proposed = await given.proposed_account(
        Owner.employer(employer.id), by=first, holder_name=employer.legal_name
    )
    second = await given.finance_officer()
    fields = await visit(second)
    address = f"/bank-accounts/{proposed.id}/confirm"

    asked = await client.post(address, data={"_csrf_token": fields["_csrf_token"]})
    confirmed = await client.post(address, data=fields)

    assert asked.status_code == 422
    assert "about to confirm a bank account" in asked.text
    assert confirmed.status_code == 303
    async with db.transaction(actor_of(second)) as tx:
        rows = await tx.fetch("SELECT account_id, act, subject_id, means FROM act_proof")
    assert [tuple(row) for row in rows] == [
        (second.id, "confirm_bank_account", proposed.id, "password")
    ]


@pytest.mark.parametrize(
    ("header", "status"),
    [({}, 403), ({"x-ura-password": "not mine"}, 401), ({"x-ura-code": "000000"}, 401)],
)
async def test_a_machine_proves_itself_in_a_header(
    client: httpx.AsyncClient,
    given: Given,
    signed_in: SignIn,
    header: dict[str, str],
    status: int,
) -> None:
    token = (await signed_in(await given.finance_officer()))["authorization"]

    refused = await client.post(
        f"/api/payouts/{new_id()}/approve",
        json={"digest": "0" * 64},
        headers={"authorization": token} | header,
    )

    assert refused.status_code == status
    assert refused.json()["type"] == "/problems/proof-needed"
