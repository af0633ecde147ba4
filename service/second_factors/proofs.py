"""Proving anew who one is, before an act that takes it: a guard, and the page that asks.

The page sends everything that was typed once more, with the password or a code beside it; so the
forms of the acts need not know of it, and what they showed is what is signed.
"""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.response import Response

from service.actor import Actor
from service.auth import is_api
from service.i18n import N_
from service.problems import Problem
from service.second_factors import actions
from service.second_factors.model import Act, Answer, FactorKind, Purpose, Site
from service.services import Services
from service.web import AnyRequest, address_of, answer_problem, page

AnyConnection = ASGIConnection[Any, Any, Any, Any]
AsyncGuard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]

LOCAL = "localhost"
OWN_FIELDS = frozenset({"_csrf_token", "proof_password", "proof_code", "proof_passkey"})
ANSWER_LENGTH_MAX = 20_000

ACTS = {
    Act.APPROVE_PAYOUT: N_("You are about to approve a payout."),
    Act.AUTHORISE_PAYOUT: N_("You are about to authorise a payout."),
    Act.REQUEST_VOID: N_("You are about to ask that a payout be voided."),
    Act.VOID_PAYOUT: N_("You are about to void a payout."),
    Act.PROPOSE_WRITE_OFF: N_("You are about to propose that money be given up."),
    Act.DECIDE_WRITE_OFF: N_("You are about to decide whether money is given up."),
    Act.CONFIRM_BANK_ACCOUNT: N_("You are about to confirm a bank account."),
    Act.REFUSE_BANK_ACCOUNT: N_("You are about to refuse a bank account."),
    Act.END_FACTOR: N_("You are about to end a second factor of yours."),
    Act.RENEW_RECOVERY_CODES: N_("You are about to replace your recovery codes."),
}


class Ways(msgspec.Struct, frozen=True):
    """How somebody may prove who they are, and the form that waits for it."""

    fields: list[tuple[str, str]]
    has_code: bool = False
    passkey_options: str | None = None


class ProofNeeded(Problem):
    """The act takes a proof of who one is, and there was none, or a wrong one."""

    slug = "proof-needed"
    title = N_(
        "This takes a proof that it is you. Send your password in the header x-ura-password, or a"
        " code in x-ura-code."
    )
    status = 403

    def __init__(self, act: Act, refused: Problem | None, ways: Ways) -> None:
        self.act = act
        self.refused = refused
        self.ways = ways
        super().__init__(refused.sentence() if refused else None)
        if refused is not None:
            self.status = refused.status  # type: ignore[misc] # the status is that of the refusal
            self.members = refused.members


def site_of(request: AnyRequest) -> Site:
    """Where passkeys are bound to: these pages are served by HTTPS, but on one's own machine."""
    host = request.url.hostname or LOCAL
    scheme = request.url.scheme if host == LOCAL else "https"
    return Site(name=host, origin=f"{scheme}://{request.url.netloc}")


def proving(act: Act, subject: str | None = None) -> AsyncGuard:
    """A guard: who asks proves anew who they are, for this act on what the address names.

    Without a `subject`, the name of a part of the address, it is the person themselves.
    """

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        request = cast(AnyRequest, connection)
        services: Services = request.app.state.services
        actor: Actor = request.scope["state"]["actor"]
        answer = await _answer_in(request)
        if answer.is_empty:
            raise ProofNeeded(act, None, await _ways(request, actor))
        subject_id = UUID(str(request.path_params[subject])) if subject else actor.account
        async with services.database.transaction(actor) as tx:
            refused = await actions.prove(
                tx,
                act,
                subject_id,
                answer,
                by=actor,
                site=site_of(request),
                address=address_of(request),
                sealer=services.sealer,
                at=services.clock.now(),
            )
        if refused is not None:
            raise ProofNeeded(act, refused, await _ways(request, actor))

    return guard


async def _answer_in(request: AnyRequest) -> Answer:
    if is_api(request.scope["path"]):
        headers = request.headers
        return Answer(headers.get("x-ura-password", ""), headers.get("x-ura-code", ""))
    form = await request.form()
    password, code, passkey = (
        str(form.get(name, ""))[:ANSWER_LENGTH_MAX]
        for name in ("proof_password", "proof_code", "proof_passkey")
    )
    return Answer(password, code, passkey)


async def _ways(request: AnyRequest, actor: Actor) -> Ways:
    """The ways of this person, asked before the refusal: what answers it cannot wait."""
    if is_api(request.scope["path"]):
        return Ways([])
    services: Services = request.app.state.services
    form = await request.form()
    async with services.database.transaction(actor) as tx:
        factors = await actions.list_factors(tx, by=actor)
        left = await actions.recovery_codes_left(tx, by=actor)
        options = await actions.ask_passkey(
            tx, actor.account, Purpose.ACT, site=site_of(request), at=services.clock.now()
        )
    return Ways(
        fields=[(name, str(one)) for name, one in form.multi_items() if name not in OWN_FIELDS],
        has_code=bool(left) or any(one.kind is FactorKind.TOTP for one in factors),
        passkey_options=options,
    )


def answer_proof_needed(request: AnyRequest, needed: ProofNeeded) -> Response[Any]:
    """The page that asks for the proof and sends the form once more; a problem on /api."""
    if is_api(request.scope["path"]):
        return answer_problem(request, needed)
    answer = page(
        "second_factors/confirm.html",
        status=needed.status if needed.refused else 422,
        action=request.url.path,
        fields=needed.ways.fields,
        has_code=needed.ways.has_code,
        options=needed.ways.passkey_options,
        said=ACTS[needed.act],
        errors={"proof_password": needed.sentence()} if needed.refused else {},
    )
    return cast(Response[Any], answer)
