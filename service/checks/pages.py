"""Checks in a browser: what each found, the overrides and holds, and the forms for them."""

from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service import doorbell
from service.actor import Actor
from service.answers import read_day
from service.checks import actions, rules
from service.checks.api import ASKER, FINANCE, GRANTER, HOLDER, READER, RUNNER
from service.checks.model import Check, Outcome
from service.checks.words import ACTS, CHECKS, OUTCOMES, OVERRIDE_STATES
from service.i18n import language
from service.ids import CheckOverrideId, HoldId, InstalmentId, PayoutId
from service.period import parse_month
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Held, Me, Now, page, redirect
from service.work import actions as work
from service.work.model import NewWork, WorkKind

Text = Annotated[str, msgspec.Meta(max_length=2_000)]

SAID: dict[str, Any] = {
    "check_words": CHECKS,
    "outcome_words": OUTCOMES,
    "acts_words": ACTS,
    "state_words": OVERRIDE_STATES,
}


class RunForm(msgspec.Struct):
    """The last month to check."""

    month: Annotated[str, msgspec.Meta(max_length=20)] = ""


class OverrideForm(msgspec.Struct):
    """Which check does not stop the payment, why, and until when."""

    code: Check
    reason: Text = ""
    expires_on: Annotated[str, msgspec.Meta(max_length=20)] = ""


class ReasonForm(msgspec.Struct):
    """Why something is stopped or let go."""

    reason: Text = ""


@post("/runs", guards=[RUNNER])
async def run_checks(
    data: URLEncodedBody[RunForm], db: Db, me: Me, clock: Now, services: Held
) -> Redirect:
    """Has a worker run the checks over all that could be put up up to a month."""
    month = parse_month(data.month)
    asked = NewWork(kind=WorkKind.CHECK_MONTH, month=month, language=language())
    async with db.transaction() as tx:
        work_id = await work.ask(tx, asked, by=me, at=clock.now())
    await doorbell.ring(services.redis_url, job=doorbell.WORK)
    return redirect(f"/work/{work_id}")


@get("/instalments/{instalment_id:uuid}", guards=[READER])
async def show_results(instalment_id: FromPath[InstalmentId], db: Db, me: Me) -> Template:
    """What the checks found of an instalment in the last run, by which facts."""
    return await _results_page(db, me, instalment_id)


@post("/instalments/{instalment_id:uuid}/overrides", guards=[ASKER])
async def ask_override(
    instalment_id: FromPath[InstalmentId],
    data: URLEncodedBody[OverrideForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Asks for an override, or brings the form back with a word beside each field."""
    try:
        async with db.transaction() as tx:
            await actions.ask_override(
                tx,
                instalment_id,
                data.code,
                reason=data.reason,
                expires_on=read_day(data.expires_on),
                by=me,
                at=clock.now(),
            )
    except InvalidFields as refused:
        return await _results_page(db, me, instalment_id, override=data, refused=refused)
    return redirect("/checks/overrides")


@post("/instalments/{instalment_id:uuid}/hold", guards=[HOLDER])
async def hold_instalment(
    instalment_id: FromPath[InstalmentId],
    data: URLEncodedBody[ReasonForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Stops a payment until another person releases it."""
    try:
        async with db.transaction() as tx:
            await actions.hold_instalment(
                tx, instalment_id, reason=data.reason, by=me, at=clock.now()
            )
    except InvalidFields as refused:
        return await _results_page(db, me, instalment_id, hold=data, refused=refused)
    return redirect("/checks/holds")


@get("/payouts/{payout_id:uuid}", guards=[FINANCE])
async def show_payout(payout_id: FromPath[PayoutId], db: Db) -> Template:
    """How the checks of a payout's lines came out, and what did not simply pass."""
    async with db.transaction() as tx:
        found = await actions.read_payout(tx, payout_id)
    return page("checks/payout.html", payout_id=payout_id, found=found, **SAID)


@get("/overrides", guards=[READER])
async def show_overrides(db: Db, me: Me, clock: Now) -> Template:
    """Overrides, those that wait for a second person first."""
    async with db.transaction() as tx:
        overrides = await actions.list_overrides(tx, at=clock.now())
    return page(
        "checks/overrides.html",
        overrides=overrides,
        may_decide=me.role in rules.GRANTERS,
        me_id=me.account_id,
        **SAID,
    )


@post("/overrides/{override_id:uuid}/grant", guards=[GRANTER])
async def grant_override(
    override_id: FromPath[CheckOverrideId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Grants what another person asked for."""
    async with db.transaction() as tx:
        await actions.grant_override(tx, override_id, by=me, at=clock.now())
    return redirect("/checks/overrides")


@post("/overrides/{override_id:uuid}/refuse", guards=[GRANTER])
async def refuse_override(
    override_id: FromPath[CheckOverrideId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Refuses what somebody asked for."""
    async with db.transaction() as tx:
        await actions.refuse_override(tx, override_id, by=me, at=clock.now())
    return redirect("/checks/overrides")


@get("/holds", guards=[READER])
async def show_holds(db: Db, me: Me) -> Template:
    """Holds, those in force first."""
    return await _holds_page(db, me)


@post("/holds/{hold_id:uuid}/release", guards=[GRANTER])
async def release_hold(
    hold_id: FromPath[HoldId], data: URLEncodedBody[ReasonForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Lets go what another person has stopped."""
    try:
        async with db.transaction() as tx:
            await actions.release_hold(tx, hold_id, reason=data.reason, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _holds_page(db, me, errors=refused.fields, status=refused.status)
    return redirect("/checks/holds")


async def _results_page(
    db: ActingDatabase,
    me: Actor,
    instalment_id: InstalmentId,
    *,
    override: OverrideForm | None = None,
    hold: ReasonForm | None = None,
    refused: InvalidFields | None = None,
) -> Template:
    async with db.transaction() as tx:
        results = await actions.list_results(tx, instalment_id)
    return page(
        "checks/instalment.html",
        status=refused.status if refused else 200,
        instalment_id=instalment_id,
        results=results,
        overridable=[
            (one.code, CHECKS[one.code])
            for one in results
            if one.is_overridable and one.outcome is not Outcome.PASSED
        ],
        override=override or OverrideForm(Check.IDENTITY_FOUND),
        override_errors=refused.fields if refused and override else {},
        hold=hold or ReasonForm(),
        hold_errors=refused.fields if refused and hold else {},
        may_ask=me.role in rules.ASKERS,
        may_hold=me.role in rules.HOLDERS,
        **SAID,
    )


async def _holds_page(
    db: ActingDatabase, me: Actor, *, errors: dict[str, str] | None = None, status: int = 200
) -> Template:
    async with db.transaction() as tx:
        holds = await actions.list_holds(tx)
    return page(
        "checks/holds.html",
        status=status,
        holds=holds,
        errors=errors or {},
        may_release=me.role in rules.GRANTERS,
        me_id=me.account_id,
        **SAID,
    )


router = Router(
    "/checks",
    route_handlers=[
        run_checks,
        show_results,
        ask_override,
        hold_instalment,
        show_payout,
        show_overrides,
        grant_override,
        refuse_override,
        show_holds,
        release_hold,
    ],
)
