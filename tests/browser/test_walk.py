"""A walk along the links of each role: every kind of page opens, is light, and has no barrier."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest

from service.actor import Role
from service.i18n import LANGUAGES
from tests.browser.axe import Axe
from tests.browser.conftest import Visits
from tests.browser.town import Town

# Fewer kinds of page than this, and links have got lost.
LEAST = {
    Role.ANONYMOUS: 1,
    Role.CASE_OFFICER: 30,
    Role.EMPLOYER: 12,
    Role.FINANCE_OFFICER: 40,
    Role.FINANCE_AUTHORISER: 40,
    Role.AUDITOR: 40,
    Role.ADMINISTRATOR: 8,
}
# See what finance officers see; the auditor's own pages are in the auditor's journey.
SECOND = {Role.FINANCE_AUTHORISER, Role.AUDITOR}
UNIQUE = re.compile(
    r"[0-9a-f-]{36}|\d{4}-\d{2}(-\d{2})?|\b\d+\b|(?<=/schemes/)[A-Z0-9-]+|(?<=/reference/)[a-z_]+"
)
HEAVIEST = 100_000  # bytes on the wire, the styles being kept
NOT_PAGES = (".csv", ".xlsx", ".pdf", "/content", "/sheet", "/pdf")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every role, and every language, in turn; with `--every-language` each role in each."""
    everything = metafunc.config.getoption("--every-language")
    pairs = [
        (role, language)
        for number, role in enumerate(LEAST)
        for turn, language in enumerate(LANGUAGES)
        if everything or (role not in SECOND and (number + turn) % len(LANGUAGES) == 0)
    ]
    metafunc.parametrize(("role", "language"), pairs, ids=[f"{r}-{code}" for r, code in pairs])


def kind_of(address: str) -> str:
    """The address without what tells one row from another."""
    return UNIQUE.sub("*", urlsplit(address).path)


async def test_no_page_has_a_barrier(
    role: Role, language: str, visits: Visits, axe: Axe, town: Town
) -> None:
    waiting, seen, wrong = deque([town.first_page(role)]), set[str](), dict[str, object]()
    async with visits.page(town.account(role), language=language) as page:
        while waiting:
            address = waiting.popleft()
            if kind_of(address) in seen:
                continue
            seen.add(kind_of(address))
            answer = await page.goto(address)
            assert answer is not None
            if not answer.ok:
                wrong[address] = answer.status
                continue
            weight = (await answer.request.sizes())["responseBodySize"]
            if weight > HEAVIEST:
                wrong[address] = f"{weight} bytes"
            if barriers := await axe.barriers(page):
                wrong[address] = barriers
            assert await page.locator("html").get_attribute("lang") == language
            links = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            waiting.extend(
                link
                for link in links
                if link.startswith(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2])
                and not urlsplit(link).path.endswith(NOT_PAGES)
            )
    assert len(seen) >= LEAST[role]
    assert wrong == {}
