"""Who is asking: a session cookie on pages, a bearer token on /api; and guards of routes."""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Send
from litestar.types import Scope as AsgiScope

from service.accounts import actions as accounts
from service.actor import ANONYMOUS, Actor, Role, Scope
from service.i18n import LANGUAGES, use_language
from service.problems import NotAllowed, NotSignedIn
from service.services import Services

SESSION_COOKIE = "__Host-ura"
LANGUAGE_COOKIE = "ura_language"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})
SAFETY_HEADERS = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
PRIVATE = "no-store"
FOR_EVER = "public, max-age=31536000, immutable"


def is_api(path: str) -> bool:
    """Whether an address belongs to the JSON API, which knows no cookies."""
    return path == "/api" or path.startswith("/api/")


class Authentication(ASGIMiddleware):
    """Finds out who is asking, in which language, and says so in the connection's state."""

    scopes = (ScopeType.HTTP,)

    async def handle(
        self, scope: AsgiScope, receive: Receive, send: Send, next_app: ASGIApp
    ) -> None:
        """Adds `actor` and `session` to the state, and safety headers to the answer."""
        headers = Headers.from_scope(scope)
        cookies = _cookies(headers)
        services: Services = scope["litestar_app"].state.services
        actor, session = await _find_actor(services, scope["path"], headers, cookies)
        scope["state"].update(actor=actor, session=session)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableScopeHeaders.from_message(message)
                for name, value in SAFETY_HEADERS.items():
                    answer.setdefault(name, value)
                named_by_content = scope["path"].startswith("/static/") and scope["query_string"]
                kept = FOR_EVER if named_by_content else PRIVATE
                if named_by_content or not scope["path"].startswith("/static/"):
                    answer.setdefault("cache-control", kept)
            await send(message)

        with use_language(_language(actor, headers, cookies)):
            await next_app(scope, receive, send_safely)


async def _find_actor(
    services: Services, path: str, headers: Headers, cookies: dict[str, str]
) -> tuple[Actor, str | None]:
    at = services.clock.now()
    if is_api(path):
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret:
            return ANONYMOUS, None
        async with services.database.transaction(ANONYMOUS) as tx:
            return await accounts.find_actor_of_token(tx, secret.strip(), at=at) or ANONYMOUS, None
    session = cookies.get(SESSION_COOKIE)
    if not session or path.startswith("/static/"):
        return ANONYMOUS, session
    async with services.database.transaction(ANONYMOUS) as tx:
        return await accounts.find_actor_of_session(tx, session, at=at) or ANONYMOUS, session


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie")).items()}
    except CookieError:
        return {}


def _language(actor: Actor, headers: Headers, cookies: dict[str, str]) -> str:
    """The visit's choice, else the person's, else what the browser asks for, else English."""
    asked = headers.get("accept-language", "")[:2].lower()
    chosen = cookies.get(LANGUAGE_COOKIE)
    own = actor.language if actor.account_id else None
    wished = [code for code in (chosen, own, asked) if code is not None]
    return next((code for code in wished if code in LANGUAGES), "en")


Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def allow(*roles: Role, scope: Scope = Scope.WRITE) -> Guard:
    """A guard: these roles only (none named: anybody known), with a token that has the scope."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        actor: Actor = connection.scope["state"]["actor"]
        if actor.role is Role.ANONYMOUS:
            raise NotSignedIn
        if (roles and actor.role not in roles) or scope not in actor.scopes:
            raise NotAllowed

    return guard


def refuse_other_sites(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard of the pages: another site's form is refused by what the browser says of itself."""
    if connection.scope.get("method") in SAFE_METHODS:
        return
    if connection.headers.get("sec-fetch-site", "none") not in SAME_SITE:
        raise NotAllowed
