"""Somebody who uses the pages by what they say, in a language, and meets no barrier on the way."""

from playwright.async_api import Locator, Page

from service import i18n
from service.i18n import use_language
from tests.browser.axe import Axe


class Walker:
    """A person at a page. Buttons and fields are found by their words, as a person finds them."""

    def __init__(self, page: Page, axe: Axe | None, language: str) -> None:
        """Without axe where scripts are off: it is one, and the page is the same with scripts."""
        self.page = page
        self._axe = axe
        self._language = language

    def said(self, sentence: str) -> str:
        """A sentence as this person reads it."""
        with use_language(self._language):
            return i18n._(sentence)

    async def go(self, address: str) -> None:
        """Opens an address."""
        answer = await self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        await self.look()

    async def look(self) -> None:
        """The page is in the person's language and has no barrier."""
        await self.page.wait_for_load_state()
        assert await self.page.locator("html").get_attribute("lang") == self._language
        if self._axe is not None:
            assert await self._axe.barriers(self.page) == [], self.page.url

    async def press(self, sentence: str, *, within: Locator | None = None) -> None:
        """Presses a button by its words, and looks at the page that comes."""
        words = self.said(sentence)
        await (within or self.page).get_by_role("button", name=words, exact=True).first.click()
        await self.look()

    async def follow(self, sentence: str) -> None:
        """Follows a link of the content by its words."""
        words = self.said(sentence)
        await self.page.locator("main").get_by_role("link", name=words).first.click()
        await self.look()

    async def fill(self, **fields: str) -> None:
        """Types into fields, or chooses in them."""
        for name, text in fields.items():
            field = self.page.locator(f"main [name='{name}']").first
            if await field.evaluate("e => e.tagName") == "SELECT":
                await field.select_option(text)
            else:
                await field.fill(text)

    async def tick(self, name: str, value: str) -> None:
        """Ticks a box or takes an answer, by its label: that is what people hit."""
        box = self.page.locator(f"main [name='{name}'][value='{value}']")
        await self.page.locator(f"label[for='{await box.get_attribute('id')}']").click()

    async def reads(self, sentence: str) -> None:
        """The page says something."""
        await self.page.locator("main").get_by_text(self.said(sentence)).first.wait_for()

    async def is_told_what_is_wrong(self, *fields: str) -> None:
        """A summary leads to each wrong field, and a word stands beside it."""
        summary = self.page.locator(".error-summary")
        await summary.wait_for()
        for field in fields:
            told = await summary.inner_html()
            assert await summary.locator(f"a[href='#{field}']").count() == 1, told
            assert await self.page.locator(f"#{field}-error").count() == 1, field
