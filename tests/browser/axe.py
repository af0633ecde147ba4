"""axe-core in a page: WCAG 2.2 A and AA, and the best practices that go with them."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page
from uvicorn._types import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    Scope,
)

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_CORE = Path(".assets/node_modules/axe-core/axe.min.js")
ADDRESS = "/axe.js"
RUN = """async (tags) => (await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
    iframes: false, preload: false,
})).violations.map(v => ({rule: v.id, where: v.nodes.map(n => n.target.join(" ")).slice(0, 5)}))"""


class Axe:
    """Finds barriers."""

    async def barriers(self, page: Page) -> list[dict[str, Any]]:
        """What hinders somebody on this page; nothing is how it has to be."""
        await page.add_script_tag(url=ADDRESS)
        found: list[dict[str, Any]] = await page.evaluate(RUN, TAGS)
        return found


def with_axe(app: ASGI3Application, source: Path) -> ASGI3Application:
    """The application with axe-core beside it: from there the browser compiles it only once."""
    script = source.read_bytes() if source.exists() else b""

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http" or scope["path"] != ADDRESS:
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/javascript"), (b"cache-control", b"max-age=86400")]
        await send(
            {"type": "http.response.start", "status": 200, "headers": headers, "trailers": False}
        )
        await send({"type": "http.response.body", "body": script, "more_body": False})

    return answer
