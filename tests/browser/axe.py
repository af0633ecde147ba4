"""axe-core in a page: WCAG 2.2 A and AA, and the best practices that go with them."""

from typing import Any

from playwright.async_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# `evaluate` is the debugger's: it runs where pages may run nothing, and where scripts are off.
RUN = """async (tags) => (await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
    iframes: false, preload: false,
})).violations.map(v => ({rule: v.id, where: v.nodes.map(n => n.target.join(" ")).slice(0, 5)}))"""


class Axe:
    """Finds barriers."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def barriers(self, page: Page) -> list[dict[str, Any]]:
        """What hinders somebody on this page; nothing is how it has to be."""
        await page.evaluate(f"() => {{ if (!window.axe) {{ {self._source} }} }}")
        found: list[dict[str, Any]] = await page.evaluate(RUN, TAGS)
        return found
