"""The page on which administrators see what did not go out."""

from typing import cast

import httpx
import msgspec
import pytest
from litestar import Litestar

from service.actor import Role
from service.config import Config
from service.services import Services
from tests.conftest import SignIn
from tests.given import Given
from tests.mail.conftest import Relay, WriteMail
from tests.mail.server import MailBox


async def test_an_administrator_sees_a_mail_that_was_given_up_and_sends_it_again(
    client: httpx.AsyncClient, given: Given, visit: SignIn, write: WriteMail, relay: Relay,
    sending: Config, box: MailBox,
) -> None:  # fmt: skip
    form = await visit(await given.account(Role.ADMINISTRATOR))
    mail_id = await write("nobody@example.org")
    box.does({"RCPT": "550 no such mailbox"})
    await relay(sending)

    before = await client.get("/mails?mail_state=given_up")
    answer = await client.post(f"/mails/{mail_id}/send-again", data=form)
    again = await client.post(f"/mails/{mail_id}/send-again", data=form)

    assert "no•••@example.org" in before.text
    assert "nobody@example.org" not in before.text
    assert "refused it for good" in before.text
    assert answer.status_code == 303
    assert again.status_code == 409


async def test_without_a_mail_server_a_mail_can_be_read_on_a_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn, write: WriteMail
) -> None:
    await visit(await given.account(Role.ADMINISTRATOR))
    mail_id = await write(language="sq")

    listed = await client.get("/mails")
    shown = await client.get(f"/mails/{mail_id}")

    assert f"/mails/{mail_id}" in listed.text
    assert "https://ura.example/l/abc" in shown.text
    assert "Ku punoni tani?" in shown.text


async def test_where_mails_go_out_nobody_can_read_them(
    app: Litestar, client: httpx.AsyncClient, given: Given, visit: SignIn, write: WriteMail
) -> None:
    await visit(await given.account(Role.ADMINISTRATOR))
    mail_id = await write()
    services = cast(Services, app.state.services)
    app.state.services = msgspec.structs.replace(services, mails_stay_here=False)

    shown = await client.get(f"/mails/{mail_id}")

    assert shown.status_code == 404


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.AUDITOR])
async def test_nobody_else_has_that_page(
    client: httpx.AsyncClient, given: Given, visit: SignIn, write: WriteMail, role: Role
) -> None:
    await visit(await given.account(role))
    mail_id = await write()

    answers = [await client.get("/mails"), await client.get(f"/mails/{mail_id}")]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_the_list_over_json_masks_addresses(
    client: httpx.AsyncClient, given: Given, signed_in: SignIn, write: WriteMail
) -> None:
    await write("arta@example.org")
    headers = await signed_in(await given.account(Role.ADMINISTRATOR))

    listed = (await client.get("/api/mails?mail_state=pending", headers=headers)).json()

    assert [one["to"] for one in listed] == ["ar•••@example.org"]
    assert (await client.get("/api/mails?mail_state=lost", headers=headers)).status_code == 400
