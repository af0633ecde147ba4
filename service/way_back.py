"""Where somebody goes on from a page that has no address of its own, such as a form that came back.

Such a page stands at the address that its form was sent to, which nobody can open.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from service.auth import is_api, is_link
from service.problems import Problem
from service.web import AnyRequest

HOME = "/"


async def nearest_page(request: AnyRequest, address: str) -> str:
    """The address itself, where it is a page of this site that whoever asks may open.

    Else the nearest page above it that is one; at last the first page of all.
    """
    asked = urlsplit(address)
    if asked.scheme or asked.netloc or not asked.path.startswith("/"):
        return HOME
    for path in _upwards(asked.path):
        query = asked.query if path == asked.path else ""
        if await _opens(request, path, query):
            return f"{path}?{query}" if query else path
    return HOME


def _upwards(path: str) -> Iterator[str]:
    """The path, and each part of it that ends before a slash, down to the first page."""
    yield path
    while path := path.rpartition("/")[0]:
        yield path


async def _opens(request: AnyRequest, path: str, query: str) -> bool:
    handler = _handler_of(request, path)
    if handler is None or not _asked_by(handler) <= parse_qs(query).keys():
        return False
    if is_link(path):  # whose holder is known at these addresses, and not where one asks from
        return True
    try:
        await handler.authorize_connection(request)
    except Problem:
        return False
    return True


def _handler_of(request: AnyRequest, path: str) -> HTTPRouteHandler | None:
    if is_api(path) or path.startswith(("/static", "/schema")):
        return None
    try:
        found: Any = request.app.asgi_router.handle_routing(path=path, method="GET")
    except HTTPException:
        return None
    handler = found[1]
    return handler if isinstance(handler, HTTPRouteHandler) else None


def _asked_by(handler: HTTPRouteHandler) -> set[str]:
    """What an address has to say after its question mark to be this page."""
    return {
        field.kwarg_definition.query or name
        for name, field in handler.parsed_fn_signature.parameters.items()
        if isinstance(field.kwarg_definition, QueryParameter) and field.is_required
    }
