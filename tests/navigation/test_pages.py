"""The menu leads somewhere, for everybody, and the frame of every page is safe and light."""

import httpx
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.navigation import MENU, menu_of
from service.web import static_address
from tests.conftest import SignIn
from tests.given import Given

FRAME_BYTES_MAX = 6_000


async def _somebody(given: Given, role: Role) -> Account:
    """An account of the role, with the office or employer that it needs."""
    if role is Role.CASE_OFFICER:
        return await given.case_officer()
    if role is Role.EMPLOYER:
        return await given.representative()
    return await given.account(role)


@pytest.mark.parametrize("role", list(MENU))
async def test_every_page_of_the_menu_opens(
    role: Role, client: httpx.AsyncClient, given: Given, visit: SignIn
) -> None:
    await visit(await _somebody(given, role))

    addresses = [link.href for section in MENU[role] for link in section.links]
    answers = {address: await client.get(address, follow_redirects=True) for address in addresses}

    assert {a: r.status_code for a, r in answers.items()} == dict.fromkeys(addresses, 200)
    assert [a for a, r in answers.items() if 'class="here"' not in r.text] == []


def test_a_page_below_belongs_to_the_page_that_begins_its_address() -> None:
    here = menu_of(Role.FINANCE_OFFICER, "/bank/failures/attempts/7")

    assert here.section
    assert here.link
    assert (here.section.words, here.link.href) == ("Bank", "/bank/failures")


async def test_the_frame_of_a_page_is_small_and_runs_no_code_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/sign-in")

    assert len(page.content) < FRAME_BYTES_MAX
    assert "'unsafe" not in page.headers["content-security-policy"]
    for forbidden in ("<script>", "style=", "onclick", "onsubmit"):
        assert forbidden not in page.text


async def test_files_named_by_their_content_are_kept_and_pages_are_not(
    client: httpx.AsyncClient,
) -> None:
    script = await client.get(static_address("ura.js"))
    page = await client.get("/sign-in")

    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert page.headers["cache-control"] == "no-store"
    assert "content-encoding" not in page.headers


def test_what_was_not_built_has_no_address() -> None:
    assert static_address("built/none.css") == ""
