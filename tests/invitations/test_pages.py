"""Coming in by an invitation, and what does not let anybody in."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from service.actor import SYSTEM, Right, Role
from service.crypto import Sealer
from service.db import Database
from service.invitations import actions
from service.invitations.model import Invited, NewInvitation
from service.problems import NotAllowed, NotFound
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of

NEW_PASSWORD = "a quiet river in may"
URL = "https://testserver"


async def invited(given: Given, by: Role = Role.ADMINISTRATOR, **facts: object) -> Invited:
    """An auditor invited by an administrator; facts of the invitation."""
    actor = actor_of(await given.account(by))
    wanted = {"email": "new@example.org", "name": "Ana Berisha", "role": Role.AUDITOR} | facts
    async with given.db.transaction(actor) as tx:
        return await actions.invite(
            tx,
            NewInvitation(**wanted),  # type: ignore[arg-type] # plain facts, checked by the action
            by=actor,
            at=given.clock.now(),
            sealer=given.sealer,
            public_url=URL,
        )


async def open_link(client: httpx.AsyncClient, invitation: Invited) -> httpx.Response:
    return await client.get(f"/invitations/{invitation.token}")


async def choose(
    client: httpx.AsyncClient, password: str = NEW_PASSWORD, **more: str
) -> httpx.Response:
    await client.get("/sign-in")
    fields = {
        "password": password,
        "repeated": password,
        "_csrf_token": client.cookies["__Host-ura-csrf"],
    }
    return await client.post("/invitation", data=fields | more)


async def test_the_link_leads_to_a_clean_address_and_opens_the_account_once(
    client: httpx.AsyncClient, given: Given, db: Database
) -> None:
    invitation = await invited(given)

    sent = await open_link(client, invitation)
    page = await client.get(sent.headers["location"])
    opened = await choose(client)
    again = await open_link(client, invitation)

    assert sent.headers["location"] == "/invitation"
    assert invitation.token not in page.text
    assert "Ana Berisha" in page.text
    assert opened.headers["location"] == "/sign-in"
    assert again.status_code == 404
    async with db.transaction(SYSTEM) as tx:
        row = await tx.fetchrow("SELECT role FROM account WHERE email = 'new@example.org'")
    assert row is not None
    assert row["role"] == "auditor"


async def test_a_form_that_says_another_role_or_address_is_not_believed(
    client: httpx.AsyncClient, given: Given, db: Database
) -> None:
    await open_link(client, await invited(given))

    await choose(
        client, role="administrator", email="evil@example.org", office_id="", rights="chief"
    )

    async with db.transaction(SYSTEM) as tx:
        rows = await tx.fetch("SELECT email, role FROM account WHERE email LIKE 'new@%'")
    assert [tuple(row) for row in rows] == [("new@example.org", "auditor")]


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "Password123456!", "ana.berisha.ana", "qwertyuiop123"]
)
async def test_a_weak_password_brings_the_form_back_and_the_link_stays_good(
    client: httpx.AsyncClient, given: Given, password: str
) -> None:
    await open_link(client, await invited(given))

    refused = await choose(client, password)
    differing = await choose(client, NEW_PASSWORD, repeated="another one, much longer")
    opened = await choose(client)

    assert refused.status_code == differing.status_code == 422
    assert password not in refused.text
    assert opened.status_code == 303


async def test_a_late_a_replaced_and_a_withdrawn_link_open_nothing(
    client: httpx.AsyncClient, given: Given, clock: FixedClock, visit: SignIn
) -> None:
    first = await invited(given)
    second = await invited(given)
    replaced = await open_link(client, first)
    clock.move_to(clock.at + timedelta(days=7, seconds=1))
    late = await open_link(client, second)

    third = await invited(given)
    fields = await visit(await given.account(Role.ADMINISTRATOR))
    listed = (await client.get("/accounts")).text
    address = listed.split('action="/accounts/invitations/')[1].split('"')[0]
    await client.post(f"/accounts/invitations/{address}", data=fields)
    withdrawn = await open_link(client, third)
    made_up = await client.get("/invitations/" + "x" * 43)

    assert {one.status_code for one in (replaced, late, withdrawn, made_up)} == {404}


async def test_a_chief_invites_to_the_own_firm_only(
    client: httpx.AsyncClient, given: Given, visit: SignIn, db: Database
) -> None:
    chief, other = await given.representative(), await given.representative()
    fields = await visit(chief) | {
        "name": "Besa Kelmendi",
        "email": "besa@example.org",
        "language": "sq",
        "rights": "reporter",
        "role": "administrator",
        "employer_id": str(other.employer_id),
    }

    own = await client.post(f"/people/{chief.employer_id}/invite", data=fields)
    foreign = await client.post(f"/people/{other.employer_id}/invite", data=fields)

    assert own.status_code == 200
    assert "Besa Kelmendi is invited until" in own.text
    assert foreign.status_code == 404
    async with db.transaction(actor_of(chief)) as tx:
        rows = await tx.fetch("SELECT role, employer_id, rights FROM invitation")
    assert [tuple(row) for row in rows] == [("employer", chief.employer_id, ["reporter"])]


async def test_rights_come_with_the_account(
    client: httpx.AsyncClient, given: Given, db: Database
) -> None:
    employer = await given.employer()
    await open_link(
        client,
        await invited(
            given,
            role=Role.EMPLOYER,
            employer_id=employer.id,
            rights=frozenset({Right.REPORTER, Right.SIGNATORY}),
        ),
    )

    await choose(client)

    async with db.transaction(SYSTEM) as tx:
        rights = await tx.fetchval("SELECT rights_of(id) FROM account WHERE email LIKE 'new@%'")
    assert rights == ["reporter", "signatory"]


async def test_nobody_else_invites_staff(given: Given, sealer: Sealer) -> None:
    officer = await given.case_officer()
    chief = await given.representative()
    for account, role in ((officer, Role.ADMINISTRATOR), (chief, Role.FINANCE_OFFICER)):
        by = actor_of(account)
        with pytest.raises((NotAllowed, NotFound)):
            async with given.db.transaction(by) as tx:
                await actions.invite(
                    tx,
                    NewInvitation(email="e@example.org", name="E", role=role),
                    by=by,
                    at=given.clock.now(),
                    sealer=sealer,
                    public_url=URL,
                )


async def test_the_mail_holds_the_link_of_this_service(given: Given, db: Database) -> None:
    invitation = await invited(given)

    async with db.transaction(SYSTEM) as tx:
        kinds = await tx.fetch("SELECT kind FROM mail")

    assert [row["kind"] for row in kinds] == ["invitation"]
    assert urlsplit(f"{URL}/invitations/{invitation.token}").path.endswith(invitation.token)
