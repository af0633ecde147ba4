"""The administrator's, a firm's and one's own pages, with axe; and a passkey in a real browser."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page

from service.accounts.model import Account
from service.actor import Role
from service.i18n import LANGUAGES
from service.reference.model import Table
from tests.browser.axe import Axe
from tests.browser.conftest import Visits
from tests.given import PASSWORD, Given

OWN = ["/account", "/second-factor", "/second-factor/app", "/second-factor/passkey"]
KEPT = ["/accounts", "/accounts/invite", "/offices", "/reference"]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_the_administrators_pages_have_no_barrier(
    visits: Visits, axe: Axe, given: Given, language: str
) -> None:
    keeper, officer = await given.account(Role.ADMINISTRATOR), await given.case_officer()
    of_one = [f"/accounts/{officer.id}", f"/offices/{officer.office_id}"]
    tables = [f"/reference/{table}" for table in Table]

    wrong = await barriers_on(visits, axe, keeper, language, [*OWN, *KEPT, *of_one, *tables])

    assert wrong == {}


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_a_firms_pages_have_no_barrier(
    visits: Visits, axe: Axe, given: Given, language: str
) -> None:
    chief = await given.representative()

    wrong = await barriers_on(visits, axe, chief, language, [f"/people/{chief.employer_id}"])
    wrong |= await barriers_on(visits, axe, None, language, ["/forgotten-password"])

    assert wrong == {}


async def barriers_on(
    visits: Visits, axe: Axe, account: Account | None, language: str, addresses: list[str]
) -> dict[str, object]:
    """What hinders somebody, by page."""
    wrong: dict[str, object] = {}
    async with visits.page(account, language=language) as page:
        for address in addresses:
            answer = await page.goto(address)
            assert answer is not None
            found = await axe.barriers(page) if answer.ok else answer.status
            if found:
                wrong[address] = found
    return wrong


@pytest.fixture
async def page_with_keys(chromium: Browser, address: str) -> AsyncIterator[Page]:
    """A page at a name, as passkeys want it, whose browser has an authenticator built in."""
    site = f"http://localhost:{urlsplit(address).port}"
    context = await chromium.new_context(base_url=site, locale="en")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    await context.close()


async def test_a_passkey_is_set_up_and_opens_the_next_visit(
    visits: Visits, page_with_keys: Page, given: Given
) -> None:
    officer, page = await given.case_officer(), page_with_keys

    await give_password(page, officer)
    await page.goto("/second-factor/passkey")
    await page.fill("#proof_password", PASSWORD)
    await page.fill("#name", "my computer")
    await page.click("form[data-passkey] button")
    await page.wait_for_selector("text=I have kept them")
    await page.click("text=Sign out")
    await give_password(page, officer)
    await page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in/code")
    await page.click("form[data-passkey] button")
    await page.wait_for_url(lambda url: urlsplit(url).path == "/")
    await page.goto("/second-factor")

    assert "my computer" in await page.inner_text("main")


async def give_password(page: Page, account: Account) -> None:
    await page.goto("/sign-in")
    await page.fill("#email", account.email)
    await page.fill("#password", PASSWORD)
    await page.click("form.narrow button")
