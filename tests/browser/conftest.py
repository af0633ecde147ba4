"""A real Chromium in front of the real application, on the test's own transaction.

Debian's `chromium-headless-shell` or `chromium` is used (`.ci/run` installs one where it can),
driven by Playwright. Where there is none these tests are skipped, and the summary says so.
axe-core comes with the styles (`deploy/assets.py`).
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from uvicorn._types import ASGI3Application

from deploy.servers import Urls
from service.accounts import actions as accounts
from service.accounts.model import Account
from service.accounts.rules import scopes_of
from service.auth import LANGUAGE_COOKIE, SESSION_COOKIE
from service.config import Config
from service.crypto import Sealer
from service.db import Connection, Database
from service.services import Services
from tests.browser.axe import AXE_CORE, Axe, with_axe
from tests.browser.town import Town, found
from tests.conftest import START, FixedClock, OneConnection, connected_copy
from tests.given import Given

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
QUIETLY = [
    "--no-sandbox",  # as root there is none; the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; each has a context of its own."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium here: install Debian's `chromium`, or name one in CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=QUIETLY)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def axe(checkout: Path) -> Axe:
    """What finds barriers in a page."""
    source = checkout / AXE_CORE
    if not source.exists():
        pytest.skip("axe-core is not here: the packages of the pages could not be fetched")
    return Axe()


@pytest.fixture(scope="session")
async def address(app: Litestar, checkout: Path) -> AsyncIterator[str]:
    """Where the application answers, on a port of its own; signals stay with pytest."""
    server = uvicorn.Server(
        uvicorn.Config(
            with_axe(cast(ASGI3Application, app), checkout / AXE_CORE),
            host="127.0.0.1", port=0, lifespan="off",
            log_level="warning", ws="none",
        )
    )  # fmt: skip
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    serving = asyncio.create_task(server.main_loop())
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving
    await server.shutdown()


class Visits:
    """Opens pages of the application for people, in a language, with or without scripts."""

    def __init__(self, browser: Browser, address: str, db: Database, clock: FixedClock) -> None:
        self._browser, self._address, self._db, self._clock = browser, address, db, clock

    @asynccontextmanager
    async def page(
        self, account: Account | None, *, language: str = "en", scripts: bool = True
    ) -> AsyncIterator[Page]:
        """A page of a visit of its own; anybody's when there is no account.

        Its end fails if a script threw, or the browser refused something by the policy.
        """
        context = await self._browser.new_context(
            base_url=self._address, java_script_enabled=scripts, locale=language
        )
        context.set_default_timeout(10_000)
        cookies = {LANGUAGE_COOKIE: language}
        if account is not None:
            cookies[SESSION_COOKIE] = await self._session_of(account)
        await self._give(context, cookies)
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: (
                wrong.append(said.text)
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )
        try:
            yield page
            assert wrong == []
        finally:
            await context.close()

    async def _session_of(self, account: Account) -> str:
        async with self._db.transaction(account.actor(scopes_of(account.role))) as tx:
            return await accounts.open_session(
                tx, account, replacing=None, address="browser", at=self._clock.now()
            )

    async def _give(self, context: BrowserContext, cookies: dict[str, str]) -> None:
        # As from https: a cookie named __Host-… is taken from nowhere else.
        safely = self._address.replace("http://", "https://")
        await context.add_cookies(
            [
                {"name": name, "value": value, "url": safely, "secure": True, "httpOnly": True}
                for name, value in cookies.items()
            ]
        )


@pytest.fixture
def visits(
    app: Litestar, chromium: Browser, address: str, db: Database, clock: FixedClock,
    services: Services,
) -> Visits:  # fmt: skip
    """Visits of this test."""
    app.state.services = services
    return Visits(chromium, address, db, clock)


@pytest.fixture(scope="module")
async def founding(
    servers: Urls, template: Config, sealer: Sealer
) -> AsyncIterator[tuple[Connection, Town]]:
    """The town, founded in a transaction that never commits, and its connection.

    It ends with the file: no seal goes past a transaction that may still write.
    """
    async with connected_copy(servers, "ura_town") as connection:
        undone = connection.transaction()
        await undone.start()
        yield connection, await found(Given(OneConnection(connection), FixedClock(START), sealer))
        await undone.rollback()


@pytest.fixture
async def tx(founding: tuple[Connection, Town]) -> AsyncIterator[Connection]:
    """The test's part of the town's transaction; nothing of it stays."""
    connection, _ = founding
    undone = connection.transaction()
    await undone.start()
    yield connection
    await undone.rollback()


@pytest.fixture
def town(founding: tuple[Connection, Town]) -> Town:
    """A town with something in every state."""
    return founding[1]
