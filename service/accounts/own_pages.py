"""One's own account in a browser: password, language, where one is signed in, a lost password."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts import own
from service.accounts.model import RESET_LIFE, PasswordReset
from service.accounts.rules import LinkUsedUp
from service.actor import Actor, Scope
from service.auth import LANGUAGE_COOKIE, allow
from service.clock import format_moment
from service.ids import SessionId
from service.mail import actions as mail
from service.mail.model import MailKind
from service.problems import InvalidFields, Problem
from service.second_factors import actions as second_factors
from service.services import Services
from service.web import (
    ActingDatabase,
    AnyRequest,
    Db,
    Held,
    Me,
    Now,
    address_of,
    page,
    redirect,
)

KNOWN = allow(scope=Scope.READ)
RESET_COOKIE = "__Host-ura-reset"
TOKEN_LENGTH_MAX = 100

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class NewPasswordForm(msgspec.Struct):
    """A new password, twice."""

    password: Text = ""
    repeated: Text = ""


class ChangeForm(NewPasswordForm):
    """The present password as well."""

    present: Text = ""


class LanguageForm(msgspec.Struct):
    """The language to keep."""

    language: Text = ""


class ForgottenForm(msgspec.Struct):
    """Whose password is lost."""

    email: Text = ""


@get("/account", guards=[KNOWN])
async def show_account(request: AnyRequest, db: Db, me: Me, services: Held) -> Template:
    """Password, second factor, language, and where one is signed in."""
    return await _account_page(request, db, services)


@post("/account/password", guards=[KNOWN])
async def change_password(
    request: AnyRequest, data: URLEncodedBody[ChangeForm], db: Db, me: Me, services: Held
) -> Redirect | Template:
    """Another password; one stays signed in here and nowhere else."""
    try:
        async with db.transaction() as tx:
            refused = await own.change_password(
                tx,
                data.present,
                data.password,
                data.repeated,
                by=me,
                token=_session(request),
                address=address_of(request),
                at=services.clock.now(),
            )
    except InvalidFields as wrong:
        return await _account_page(request, db, services, refused=wrong)
    if refused is not None:
        return await _account_page(request, db, services, refused=refused)
    return redirect("/account")


@post("/account/language", guards=[KNOWN])
async def change_language(data: URLEncodedBody[LanguageForm], db: Db, me: Me) -> Redirect:
    """The language of every visit, and of the mails to come."""
    async with db.transaction() as tx:
        await own.change_language(tx, data.language, by=me)
    answer = redirect("/account")
    answer.set_cookie(
        Cookie(key=LANGUAGE_COOKIE, value=data.language, httponly=True, secure=True, samesite="lax")
    )
    return answer


@post("/account/sessions/{session_id:uuid}/close", guards=[KNOWN])
async def close_session(
    request: AnyRequest, session_id: FromPath[SessionId], db: Db, me: Me
) -> Redirect:
    """Signs out on another device."""
    async with db.transaction() as tx:
        await own.close_own_session(tx, session_id, by=me, token=_session(request))
    return redirect("/account")


@post("/account/sessions/close", guards=[KNOWN])
async def close_sessions(request: AnyRequest, db: Db, me: Me) -> Redirect:
    """Signs out everywhere else."""
    async with db.transaction() as tx:
        await own.close_other_sessions(tx, by=me, token=_session(request))
    return redirect("/account")


@get("/forgotten-password", sync_to_thread=False)
def show_forgotten() -> Template:
    """Asks for the address."""
    return page("accounts/forgotten.html", is_sent=False)


@post("/forgotten-password")
async def ask_reset(data: URLEncodedBody[ForgottenForm], db: Db, services: Held) -> Template:
    """Sends a link, if there is such an account; the answer does not tell."""
    at = services.clock.now()
    async with db.transaction() as tx:
        asked = await own.ask_reset(tx, data.email, at=at)
        if asked is not None:
            until = format_moment(at + RESET_LIFE, asked.language)
            await mail.write_mail(
                tx,
                MailKind.PASSWORD_RESET,
                to=asked.email,
                language=asked.language,
                facts={
                    "name": asked.name,
                    "link": f"{services.public_url}/new-password/{asked.token}",
                    "until": until,
                },
                at=at,
                sealer=services.sealer,
            )
    return page("accounts/forgotten.html", is_sent=True)


@get("/new-password/{token:str}")
async def open_reset(token: FromPath[str], db: Db, clock: Now) -> Redirect:
    """Takes the token out of the address; LinkUsedUp when it opens nothing."""
    async with db.transaction() as tx:
        await own.read_reset(tx, token[:TOKEN_LENGTH_MAX], at=clock.now())
    answer = redirect("/new-password")
    answer.set_cookie(_cookie(token, int(RESET_LIFE.total_seconds())))
    return answer


@get("/new-password")
async def show_reset(request: AnyRequest, db: Db, clock: Now) -> Template:
    """Asks for the new password."""
    async with db.transaction() as tx:
        reset = await own.read_reset(tx, _token(request), at=clock.now())
    return _reset_page(reset)


@post("/new-password")
async def reset_password(
    request: AnyRequest, data: URLEncodedBody[NewPasswordForm], db: Db, clock: Now
) -> Redirect | Template:
    """The new password; then one signs in, with the second factor as ever."""
    token = _token(request)
    try:
        async with db.transaction() as tx:
            await own.reset_password(tx, token, data.password, data.repeated, at=clock.now())
    except InvalidFields as refused:
        async with db.transaction() as tx:
            reset = await own.read_reset(tx, token, at=clock.now())
        return _reset_page(reset, refused=refused)
    answer = redirect("/sign-in")
    answer.set_cookie(_cookie("", 0))
    return answer


def _session(request: AnyRequest) -> str:
    token: str | None = request.scope["state"]["session"]
    return token or ""


def _token(request: AnyRequest) -> str:
    token = request.cookies.get(RESET_COOKIE, "")
    if not token:
        raise LinkUsedUp
    return token[:TOKEN_LENGTH_MAX]


def _cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=RESET_COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def _reset_page(reset: PasswordReset, *, refused: InvalidFields | None = None) -> Template:
    return page(
        "accounts/new_password.html",
        status=refused.status if refused else 200,
        errors=refused.fields if refused else {},
        reset=reset,
    )


async def _account_page(
    request: AnyRequest,
    db: ActingDatabase,
    services: Services,
    *,
    refused: Problem | None = None,
) -> Template:
    me: Actor = request.scope["state"]["actor"]
    at = services.clock.now()
    async with db.transaction() as tx:
        sessions = await own.list_own_sessions(tx, by=me, token=_session(request), at=at)
        factors = await second_factors.list_factors(tx, by=me)
    errors = {"present": refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "accounts/own.html",
        status=refused.status if refused else 200,
        errors=errors,
        me=me,
        sessions=sessions,
        factors=factors,
    )


router = Router(
    "/",
    route_handlers=[
        show_account,
        change_password,
        change_language,
        close_session,
        close_sessions,
        show_forgotten,
        ask_reset,
        open_reset,
        show_reset,
        reset_password,
    ],
)
