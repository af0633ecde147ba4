"""Checks, overrides and holds for machines."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.checks import actions, rules
from service.checks.model import Check, Hold, HoldScope, Override, PayoutChecks, Result, Rule
from service.ids import (
    AgreementId,
    CheckOverrideId,
    CheckRunId,
    EmployerId,
    HoldId,
    InstalmentId,
    PayoutId,
)
from service.period import parse_month
from service.web import Db, Me, Now

READER = allow(
    Role.CASE_OFFICER,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)
FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
RUNNER = allow(*rules.RUNNERS, scope=Scope.MONEY)
ASKER = allow(*rules.ASKERS, scope=Scope.WRITE)
GRANTER = allow(*rules.GRANTERS, scope=Scope.MONEY)
HOLDER = allow(*rules.HOLDERS, scope=Scope.WRITE)

Text = Annotated[str, msgspec.Meta(max_length=2_000)]


class RunRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The last month to check, such as 2026-10."""

    month: Annotated[str, msgspec.Meta(max_length=7)]


class RunView(msgspec.Struct):
    """A run of the checks: how many payments it looked at, and which may not be put up."""

    id: CheckRunId
    checked_count: int
    blocked: list[InstalmentId]


class OverrideRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which check of which payment, why, and the last day on which it counts."""

    instalment_id: InstalmentId
    code: Check
    reason: Text
    expires_on: date


class HoldRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What is stopped, and why: one of a payment, an agreement or an employer."""

    reason: Text
    instalment_id: InstalmentId | None = None
    agreement_id: AgreementId | None = None
    employer_id: EmployerId | None = None


class ReleaseRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why what was stopped may go on."""

    reason: Text


class Made(msgspec.Struct):
    """The id of what was made."""

    id: CheckOverrideId | HoldId


@get("/rules", guards=[READER])
async def list_rules(db: Db, clock: Now) -> list[Rule]:
    """What each check demands today, and whether it blocks."""
    async with db.transaction() as tx:
        return await actions.list_rules(tx, on=clock.today())


@post("/runs", guards=[RUNNER])
async def run_checks(data: JSONBody[RunRequest], db: Db, me: Me, clock: Now) -> RunView:
    """Runs the checks over all that could be put up up to a month, and puts nothing up."""
    month = parse_month(data.month)
    async with db.transaction() as tx:
        run = await actions.check_month(tx, month, by=me, at=clock.now())
    return RunView(run.id, run.checked_count, sorted(run.blocked))


@get("/instalments/{instalment_id:uuid}", guards=[READER])
async def list_results(instalment_id: FromPath[InstalmentId], db: Db) -> list[Result]:
    """What the checks found of an instalment in the last run, by which facts."""
    async with db.transaction() as tx:
        return await actions.list_results(tx, instalment_id)


@get("/payouts/{payout_id:uuid}", guards=[FINANCE])
async def read_payout(payout_id: FromPath[PayoutId], db: Db) -> PayoutChecks:
    """How the checks of a payout's lines came out, and what did not simply pass."""
    async with db.transaction() as tx:
        return await actions.read_payout(tx, payout_id)


@get("/overrides", guards=[READER])
async def list_overrides(db: Db, clock: Now) -> list[Override]:
    """Overrides, those that wait for a second person first."""
    async with db.transaction() as tx:
        return await actions.list_overrides(tx, at=clock.now())


@post("/overrides", guards=[ASKER])
async def ask_override(data: JSONBody[OverrideRequest], db: Db, me: Me, clock: Now) -> Made:
    """Asks that a check does not stop a payment; a second person decides."""
    async with db.transaction() as tx:
        return Made(
            await actions.ask_override(
                tx,
                data.instalment_id,
                data.code,
                reason=data.reason,
                expires_on=data.expires_on,
                by=me,
                at=clock.now(),
            )
        )


@post("/overrides/{override_id:uuid}/grant", status_code=204, guards=[GRANTER])
async def grant_override(
    override_id: FromPath[CheckOverrideId], db: Db, me: Me, clock: Now
) -> None:
    """Grants what another person asked for."""
    async with db.transaction() as tx:
        await actions.grant_override(tx, override_id, by=me, at=clock.now())


@post("/overrides/{override_id:uuid}/refuse", status_code=204, guards=[GRANTER])
async def refuse_override(
    override_id: FromPath[CheckOverrideId], db: Db, me: Me, clock: Now
) -> None:
    """Refuses what somebody asked for."""
    async with db.transaction() as tx:
        await actions.refuse_override(tx, override_id, by=me, at=clock.now())


@get("/holds", guards=[READER])
async def list_holds(db: Db) -> list[Hold]:
    """Holds, those in force first."""
    async with db.transaction() as tx:
        return await actions.list_holds(tx)


@post("/holds", guards=[HOLDER])
async def place_hold(data: JSONBody[HoldRequest], db: Db, me: Me, clock: Now) -> Made:
    """Stops a payment, an agreement or an employer until another person releases it."""
    scope = HoldScope(agreement_id=data.agreement_id, employer_id=data.employer_id)
    async with db.transaction() as tx:
        if data.instalment_id is not None and scope == HoldScope():
            return Made(
                await actions.hold_instalment(
                    tx, data.instalment_id, reason=data.reason, by=me, at=clock.now()
                )
            )
        if data.instalment_id is not None:
            raise rules.OneScopeNeeded
        return Made(await actions.hold(tx, scope, reason=data.reason, by=me, at=clock.now()))


@post("/holds/{hold_id:uuid}/release", status_code=204, guards=[GRANTER])
async def release_hold(
    hold_id: FromPath[HoldId], data: JSONBody[ReleaseRequest], db: Db, me: Me, clock: Now
) -> None:
    """Lets go what another person has stopped."""
    async with db.transaction() as tx:
        await actions.release_hold(tx, hold_id, reason=data.reason, by=me, at=clock.now())


router = Router(
    "/checks",
    route_handlers=[
        list_rules,
        run_checks,
        list_results,
        read_payout,
        list_overrides,
        ask_override,
        grant_override,
        refuse_override,
        list_holds,
        place_hold,
        release_hold,
    ],
    tags=["checks"],
)
