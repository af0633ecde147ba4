"""Coming in by an invitation: the link's token moves into a cookie, then the address is clean."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts.rules import EmailTaken, LinkUsedUp
from service.invitations import actions
from service.invitations.model import INVITATION_LIFE, Invitation
from service.problems import InvalidFields, Problem
from service.web import AnyRequest, Db, Now, page, redirect
from service.words import ROLES

INVITATION_COOKIE = "__Host-ura-invitation"
TOKEN_LENGTH_MAX = 100

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class PasswordForm(msgspec.Struct):
    """A password of one's own, twice. Whatever else a form says of the account is not read."""

    password: Text = ""
    repeated: Text = ""


@get("/invitations/{token:str}")
async def open_link(token: FromPath[str], db: Db, clock: Now) -> Redirect:
    """Takes the token out of the address; LinkUsedUp when it opens nothing."""
    async with db.transaction() as tx:
        await actions.read(tx, token[:TOKEN_LENGTH_MAX], at=clock.now())
    answer = redirect("/invitation")
    answer.set_cookie(_cookie(token, int(INVITATION_LIFE.total_seconds())))
    return answer


@get("/invitation")
async def show_invitation(request: AnyRequest, db: Db, clock: Now) -> Template:
    """What one is invited to, and the form for a password."""
    async with db.transaction() as tx:
        invited = await actions.read(tx, _token(request), at=clock.now())
    return _invitation_page(invited)


@post("/invitation")
async def accept(
    request: AnyRequest, data: URLEncodedBody[PasswordForm], db: Db, clock: Now
) -> Redirect | Template:
    """Opens the account; then one signs in as everybody does."""
    token = _token(request)
    try:
        async with db.transaction() as tx:
            invited = await actions.read(tx, token, at=clock.now())
            await actions.accept(tx, token, data.password, data.repeated, at=clock.now())
    except (InvalidFields, EmailTaken) as refused:
        async with db.transaction() as tx:
            invited = await actions.read(tx, token, at=clock.now())
        return _invitation_page(invited, refused=refused)
    answer = redirect("/sign-in")
    answer.set_cookie(_cookie("", 0))
    return answer


def _token(request: AnyRequest) -> str:
    token = request.cookies.get(INVITATION_COOKIE, "")
    if not token:
        raise LinkUsedUp
    return token[:TOKEN_LENGTH_MAX]


def _cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=INVITATION_COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def _invitation_page(invited: Invitation, *, refused: Problem | None = None) -> Template:
    errors = {"password": refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "invitations/accept.html",
        status=refused.status if refused else 200,
        errors=errors,
        invited=invited,
        roles=ROLES,
    )


router = Router("/", route_handlers=[open_link, show_invitation, accept])
