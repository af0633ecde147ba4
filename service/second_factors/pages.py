"""One's own second factors in a browser: see, set up, end, and recovery codes."""

from datetime import datetime
from typing import Annotated

import msgspec
import segno
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.accounts import actions as accounts
from service.actor import Actor, Scope
from service.auth import allow, known
from service.ids import SecondFactorId
from service.problems import InvalidFields, Problem
from service.second_factors import actions, rules
from service.second_factors.model import Act, FactorKind
from service.second_factors.proofs import proving, site_of
from service.web import (
    ActingDatabase,
    AnyRequest,
    Db,
    Me,
    Now,
    Seal,
    address_of,
    page,
    redirect,
)

HOME = "/second-factor"
QR_PIXELS_PER_MODULE = 5

Code = Annotated[str, msgspec.Meta(max_length=40)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
Credential = Annotated[str, msgspec.Meta(max_length=20_000)]


class CodeForm(msgspec.Struct):
    """One's password, or whoever finds an open session sets a factor up; the app's first code."""

    proof_password: Name = ""
    code: Code = ""


class PasskeyForm(msgspec.Struct):
    """One's password, what the browser made, and how to call it."""

    proof_password: Name = ""
    name: Name = ""
    proof_passkey: Credential = ""


@get("/", guards=[known])
async def show_factors(db: Db, me: Me, clock: Now) -> Template:
    """One's factors and how many recovery codes are left."""
    return await _factors_page(db, me, clock.now())


@get("/app", guards=[known])
async def show_app(db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """The secret for a new app, as a picture and as text."""
    async with db.transaction() as tx:
        begun = await actions.begin_app(tx, by=me, sealer=sealer, at=clock.now())
    return _app_page(begun.secret, begun.address)


@post("/app", guards=[known])
async def set_up_app(
    request: AnyRequest, data: URLEncodedBody[CodeForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Takes the app into use by its first code; shows recovery codes, this once."""
    at, address = clock.now(), address_of(request)
    async with db.transaction() as tx:
        stranger = await actions.refuse_stranger(
            tx, data.proof_password, by=me, address=address, at=at
        )
        codes = stranger or await actions.confirm_app(
            tx, data.code, by=me, address=address, sealer=sealer, at=at
        )
        if not isinstance(codes, Problem):
            await accounts.end_enrolment(tx, request.scope["state"]["session"] or "")
    if isinstance(codes, Problem):
        async with db.transaction() as tx:
            begun = await actions.begin_app(tx, by=me, sealer=sealer, at=at)
        beside = "proof_password" if stranger else "code"
        return _app_page(begun.secret, begun.address, refused=codes, beside=beside)
    return _codes_page(codes) if codes else redirect(HOME)


@get("/passkey", guards=[known])
async def show_passkey(request: AnyRequest, db: Db, me: Me, clock: Now) -> Template:
    """Asks the browser for a new passkey."""
    return await _passkey_page(request, db, me, clock.now())


@post("/passkey", guards=[known])
async def set_up_passkey(
    request: AnyRequest,
    data: URLEncodedBody[PasskeyForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect | Template:
    """Takes the passkey into use; shows recovery codes, this once."""
    async with db.transaction() as tx:
        stranger = await actions.refuse_stranger(
            tx, data.proof_password, by=me, address=address_of(request), at=clock.now()
        )
    if stranger is not None:
        return await _passkey_page(
            request, db, me, clock.now(), name=data.name, refused=stranger, beside="proof_password"
        )
    try:
        async with db.transaction() as tx:
            codes = await actions.enrol_passkey(
                tx,
                data.proof_passkey,
                data.name,
                site=site_of(request),
                by=me,
                sealer=sealer,
                at=clock.now(),
            )
            await accounts.end_enrolment(tx, request.scope["state"]["session"] or "")
    except (InvalidFields, rules.PasskeyRefused) as refused:
        return await _passkey_page(request, db, me, clock.now(), name=data.name, refused=refused)
    return _codes_page(codes) if codes else redirect(HOME)


@post(
    "/{factor_id:uuid}/end",
    guards=[allow(scope=Scope.READ), proving(Act.END_FACTOR, "factor_id")],
)
async def end_factor(
    factor_id: FromPath[SecondFactorId], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Ends one's own factor."""
    try:
        async with db.transaction() as tx:
            await actions.end_factor(tx, factor_id, by=me, at=clock.now())
    except rules.LastFactorNeeded as refused:
        return await _factors_page(db, me, clock.now(), refused=refused)
    return redirect(HOME)


@post(
    "/recovery-codes",
    guards=[allow(scope=Scope.READ), proving(Act.RENEW_RECOVERY_CODES)],
)
async def renew_recovery_codes(db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """New recovery codes, shown this once."""
    async with db.transaction() as tx:
        codes = await actions.renew_recovery_codes(tx, by=me, sealer=sealer, at=clock.now())
    return _codes_page(codes)


async def _factors_page(
    db: ActingDatabase, me: Actor, at: datetime, *, refused: Problem | None = None
) -> Template:
    async with db.transaction() as tx:
        factors = await actions.list_factors(tx, by=me)
        left = await actions.recovery_codes_left(tx, by=me)
        holding = [one for one in await actions.list_rules(tx, at=at) if one.role is me.role]
    return page(
        "second_factors/factors.html",
        status=refused.status if refused else 200,
        errors={"factors": refused.sentence()} if refused else {},
        factors=factors,
        codes_left=left,
        rule=holding[0] if holding else None,
        must_enrol=me.must_enrol,
        has_app=any(one.kind is FactorKind.TOTP for one in factors),
    )


def _app_page(
    secret: str, address: str, *, refused: Problem | None = None, beside: str = "code"
) -> Template:
    """The picture is drawn here, without styles, so that the page's safety policy allows it."""
    picture = segno.make(address, error="m").svg_inline(
        scale=QR_PIXELS_PER_MODULE, omitsize=False, svgclass=None, lineclass=None
    )
    return page(
        "second_factors/app.html",
        status=refused.status if refused else 200,
        errors={beside: refused.sentence()} if refused else {},
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        picture=picture,
    )


async def _passkey_page(
    request: AnyRequest,
    db: ActingDatabase,
    me: Actor,
    at: datetime,
    *,
    name: str = "",
    refused: Problem | None = None,
    beside: str = "name",
) -> Template:
    async with db.transaction() as tx:
        options = await actions.begin_passkey(tx, site=site_of(request), by=me, at=at)
    errors = {beside: refused.sentence()} if refused else {}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "second_factors/passkey.html",
        status=refused.status if refused else 200,
        errors=errors,
        options=options,
        name=name,
    )


def _codes_page(codes: list[str]) -> Template:
    return page("second_factors/codes.html", codes=codes)


router = Router(
    HOME,
    route_handlers=[
        show_factors,
        show_app,
        set_up_app,
        show_passkey,
        set_up_passkey,
        end_factor,
        renew_recovery_codes,
    ],
)
