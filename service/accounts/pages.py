"""Signing in and out, and choosing a language."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts import actions
from service.accounts.model import CODE_LIFE, SESSION_LIFE, Account, Stage
from service.accounts.rules import TooManyAttempts, WrongPassword
from service.auth import LANGUAGE_COOKIE, SESSION_COOKIE
from service.i18n import LANGUAGES
from service.problems import InvalidRequest, Problem
from service.second_factors import actions as second_factors
from service.second_factors.model import Answer, Purpose
from service.second_factors.proofs import site_of
from service.services import Services
from service.way_back import nearest_page
from service.web import ActingDatabase, AnyRequest, Db, Held, Now, address_of, page, redirect

NextPath = Annotated[str, QueryParameter(name="next", max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=200)]


class SignInForm(msgspec.Struct):
    """What the sign-in page sends."""

    email: Text
    password: Text
    next: Text = "/"


class CodeForm(msgspec.Struct):
    """A code of an app or a recovery code, or what a passkey signed."""

    code: Text = ""
    proof_passkey: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    next: Text = "/"


class LanguageForm(msgspec.Struct):
    """Which language, and where to go on."""

    language: Text
    next: Annotated[str, msgspec.Meta(max_length=4_000)] = "/"


def own_path(path: str) -> str:
    """An address of this site only, so that signing in leads nowhere else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


@get("/sign-in", sync_to_thread=False)
def sign_in_form(next_path: NextPath = "/") -> Template:
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
        stage = await second_factors.stage_of(tx, account, at=at)
        token = await actions.open_session(
            tx,
            account,
            replacing=request.scope["state"]["session"],
            address=address,
            at=at,
            stage=stage,
            browser=_browser(request),
        )
    life = CODE_LIFE if stage is Stage.CODE else SESSION_LIFE
    answer = redirect(_next_of(stage, own_path(data.next)))
    answer.set_cookie(_session_cookie(token, int(life.total_seconds())))
    return answer


def _next_of(stage: Stage, wanted: str) -> str:
    if stage is Stage.CODE:
        return f"/sign-in/code?next={quote(wanted)}"
    return "/second-factor" if stage is Stage.ENROLMENT else wanted


def _browser(request: AnyRequest) -> str:
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())


@get("/sign-in/code")
async def code_form(
    request: AnyRequest,
    services: Held,
    clock: Now,
    db: Db,
    next_path: NextPath = "/",
) -> Redirect | Template:
    """Asks for the second factor of somebody whose password was right."""
    account = await _waiting(request, db, clock.now())
    if account is None:
        return redirect("/sign-in")
    return await _code_page(request, services, account, next_path=next_path)


@post("/sign-in/code")
async def check_code(
    request: AnyRequest, data: URLEncodedBody[CodeForm], services: Held, clock: Now, db: Db
) -> Redirect | Template:
    """Opens the session, under another token, of who proved themselves twice."""
    at, address = clock.now(), address_of(request)
    account = await _waiting(request, db, at)
    if account is None:
        return redirect("/sign-in")
    async with services.database.transaction(account.actor(frozenset())) as tx:
        checked = await second_factors.check_factor(
            tx,
            account.id,
            Answer(code=data.code, passkey=data.proof_passkey),
            purpose=Purpose.SIGN_IN,
            site=site_of(request),
            address=address,
            sealer=services.sealer,
            at=at,
        )
    if isinstance(checked, Problem):
        return await _code_page(request, services, account, next_path=data.next, refused=checked)
    async with db.transaction() as tx:
        token = await actions.open_session(
            tx,
            account,
            replacing=request.scope["state"]["session"],
            address=address,
            at=at,
            browser=_browser(request),
        )
    answer = redirect(own_path(data.next))
    answer.set_cookie(_session_cookie(token, int(SESSION_LIFE.total_seconds())))
    return answer


async def _waiting(request: AnyRequest, db: ActingDatabase, at: datetime) -> Account | None:
    token = request.scope["state"]["session"]
    if not token:
        return None
    async with db.transaction() as tx:
        return await actions.find_waiting_for_code(tx, token, at=at)


async def _code_page(
    request: AnyRequest,
    services: Services,
    account: Account,
    *,
    next_path: str,
    refused: Problem | None = None,
) -> Template:
    async with services.database.transaction(account.actor(frozenset())) as tx:
        options = await second_factors.ask_passkey(
            tx,
            account.id,
            Purpose.SIGN_IN,
            site=site_of(request),
            at=services.clock.now(),
        )
    return page(
        "second_factors/code.html",
        status=refused.status if refused else 200,
        errors={"code": refused.sentence()} if refused else {},
        options=options,
        next=own_path(next_path),
    )


@post("/sign-out")
async def sign_out(request: AnyRequest, db: Db) -> Redirect:
    """Closes the session."""
    async with db.transaction() as tx:
        await actions.close_session(tx, request.scope["state"]["session"] or "")
    answer = redirect("/sign-in")
    answer.set_cookie(_session_cookie("", 0))
    return answer


@post("/language")
async def choose_language(request: AnyRequest, data: URLEncodedBody[LanguageForm]) -> Redirect:
    """The language of this visit; goes on at the page that the button stood on, or above it."""
    if data.language not in LANGUAGES:
        raise InvalidRequest
    answer = redirect(await nearest_page(request, own_path(data.next)))
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


router = Router(
    "/",
    route_handlers=[
        sign_in_form, sign_in, code_form, check_code, sign_out, choose_language,
    ],
)  # fmt: skip
