"""A passkey in a real browser, with an authenticator built in."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page

from service.accounts.model import Account
from tests.browser.conftest import Visits
from tests.given import PASSWORD, Given

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


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
