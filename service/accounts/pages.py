"""Signing in and out, and choosing a language."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts import actions
from service.accounts.api import address_of
from service.accounts.model import SESSION_LIFE
from service.accounts.rules import TooManyAttempts, WrongPassword
from service.auth import LANGUAGE_COOKIE, SESSION_COOKIE
from service.i18n import LANGUAGES
from service.problems import InvalidRequest
from service.web import AnyRequest, Db, Now, page, redirect

Text = Annotated[str, msgspec.Meta(max_length=200)]


class SignInForm(msgspec.Struct):
    """What the sign-in page sends."""

    email: Text
    password: Text
    next: Text = "/"


class LanguageForm(msgspec.Struct):
    """Which language, and where to go on."""

    language: Text
    next: Text = "/"


def own_path(path: str) -> str:
    """An address of this site only, so that signing in leads nowhere else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


@get("/sign-in", sync_to_thread=False)
def sign_in_form(next_path: Annotated[FromQuery[str], "next"] = "/") -> Template:
    """The sign-in page."""
    return page("accounts/sign_in.html", next=own_path(next_path), email="", refusal=None)


@post("/sign-in")
async def sign_in(
    request: AnyRequest, data: URLEncodedBody[SignInForm], db: Db, clock: Now
) -> Redirect | Template:
    """Opens a session under a new token, whatever the browser sent before."""
    at, address = clock.now(), address_of(request)
    async with db.transaction() as tx:
        account = await actions.check_password(
            tx, email=data.email, password=data.password, address=address, at=at
        )
        if isinstance(account, TooManyAttempts | WrongPassword):
            return page(
                "accounts/sign_in.html",
                status=account.status,
                next=own_path(data.next),
                email=data.email,
                refusal=account,
            )
        token = await actions.open_session(
            tx, account, replacing=request.scope["state"]["session"], address=address, at=at
        )
    answer = redirect(own_path(data.next))
    answer.set_cookie(_session_cookie(token, int(SESSION_LIFE.total_seconds())))
    return answer


@post("/sign-out")
async def sign_out(request: AnyRequest, db: Db) -> Redirect:
    """Closes the session."""
    async with db.transaction() as tx:
        await actions.close_session(tx, request.scope["state"]["session"] or "")
    answer = redirect("/sign-in")
    answer.set_cookie(_session_cookie("", 0))
    return answer


@post("/language", sync_to_thread=False)
def choose_language(data: URLEncodedBody[LanguageForm]) -> Redirect:
    """The language of this visit."""
    if data.language not in LANGUAGES:
        raise InvalidRequest
    answer = redirect(own_path(data.next))
    answer.set_cookie(
        Cookie(key=LANGUAGE_COOKIE, value=data.language, httponly=True, secure=True, samesite="lax")
    )
    return answer


def _session_cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


router = Router("/", route_handlers=[sign_in_form, sign_in, sign_out, choose_language])
