"""Rules of approval and freezes for machines: read, propose, and decide as a second person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.approvals import actions
from service.approvals.model import ApprovalRule, Band, FreezePeriod, Stop
from service.auth import allow
from service.ids import ApprovalRuleId, FreezePeriodId
from service.money import Cents
from service.web import Db, Me, Now

READER = allow(
    Role.ADMINISTRATOR,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)
ADMINISTRATOR = allow(Role.ADMINISTRATOR)

Text = Annotated[str, msgspec.Meta(max_length=500)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=10**13)]
People = Annotated[int, msgspec.Meta(ge=1, le=9)]


class BandRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Amounts below so many cents, any amount where that is null, and whom they take."""

    below_cents: Limit | None
    approval_count: People
    authorisation_count: People


class RuleRequest(msgspec.Struct, forbid_unknown_fields=True):
    """From which day whom which amounts take, and what that rests on."""

    valid_from: date
    basis: Text
    bands: Annotated[list[BandRequest], msgspec.Meta(max_length=20)]


class FreezeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The first and the last day, what stops, and why."""

    first_day: date
    last_day: date
    stops: Annotated[list[Stop], msgspec.Meta(max_length=3)]
    reason: Text


class RuleView(msgspec.Struct, kw_only=True):
    """A rule of approval; it is in force from its day on when it is confirmed."""

    id: ApprovalRuleId
    valid_from: date
    basis: str
    bands: list[Band]
    proposed_at: datetime
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    refused_at: datetime | None
    refused_by_name: str | None

    @classmethod
    def of(cls, rule: ApprovalRule) -> Self:
        """The view of a rule."""
        facts = msgspec.structs.asdict(rule)
        facts.pop("proposed_by")
        return cls(**facts)


class FreezeView(msgspec.Struct, kw_only=True):
    """A freeze; it holds when it is confirmed and not lifted."""

    id: FreezePeriodId
    first_day: date
    last_day: date
    stops: list[Stop]
    reason: str
    proposed_at: datetime
    proposed_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    lifted_at: datetime | None
    lifted_by_name: str | None

    @classmethod
    def of(cls, freeze: FreezePeriod) -> Self:
        """The view of a freeze."""
        facts = msgspec.structs.asdict(freeze)
        del facts["proposed_by"], facts["period"]
        return cls(first_day=freeze.period.start, last_day=freeze.period.last_day, **facts)


def bands_of(bands: Sequence[BandRequest]) -> list[Band]:
    """The bands as the rules know them."""
    return [
        Band(
            None if band.below_cents is None else Cents(band.below_cents),
            band.approval_count,
            band.authorisation_count,
        )
        for band in bands
    ]


@get("/approval-rules", guards=[READER])
async def list_rules(db: Db) -> list[RuleView]:
    """The rules of approval, the latest first."""
    async with db.transaction() as tx:
        found = await actions.list_rules(tx)
    return [RuleView.of(rule) for rule in found]


@post("/approval-rules", guards=[ADMINISTRATOR])
async def propose_rule(data: JSONBody[RuleRequest], db: Db, me: Me, clock: Now) -> RuleView:
    """Proposes a rule, which another administrator is to confirm."""
    async with db.transaction() as tx:
        rule = await actions.propose_rule(
            tx,
            bands_of(data.bands),
            valid_from=data.valid_from,
            basis=data.basis,
            by=me,
            at=clock.now(),
        )
    return RuleView.of(rule)


@post("/approval-rules/{rule_id:uuid}/confirm", status_code=200, guards=[ADMINISTRATOR])
async def confirm_rule(rule_id: FromPath[ApprovalRuleId], db: Db, me: Me, clock: Now) -> RuleView:
    """Puts a rule in force from its day on, as a second administrator."""
    async with db.transaction() as tx:
        rule = await actions.confirm_rule(tx, rule_id, by=me, at=clock.now())
    return RuleView.of(rule)


@post("/approval-rules/{rule_id:uuid}/refuse", status_code=200, guards=[ADMINISTRATOR])
async def refuse_rule(rule_id: FromPath[ApprovalRuleId], db: Db, me: Me, clock: Now) -> RuleView:
    """Drops a proposal."""
    async with db.transaction() as tx:
        rule = await actions.refuse_rule(tx, rule_id, by=me, at=clock.now())
    return RuleView.of(rule)


@get("/freezes", guards=[READER])
async def list_freezes(db: Db) -> list[FreezeView]:
    """The freezes, the latest first."""
    async with db.transaction() as tx:
        found = await actions.list_freezes(tx)
    return [FreezeView.of(freeze) for freeze in found]


@post("/freezes", guards=[ADMINISTRATOR])
async def propose_freeze(data: JSONBody[FreezeRequest], db: Db, me: Me, clock: Now) -> FreezeView:
    """Proposes days on which something stops; another administrator is to confirm them."""
    async with db.transaction() as tx:
        freeze = await actions.propose_freeze(
            tx,
            first_day=data.first_day,
            last_day=data.last_day,
            stops=data.stops,
            reason=data.reason,
            by=me,
            at=clock.now(),
        )
    return FreezeView.of(freeze)


@post("/freezes/{freeze_id:uuid}/confirm", status_code=200, guards=[ADMINISTRATOR])
async def confirm_freeze(
    freeze_id: FromPath[FreezePeriodId], db: Db, me: Me, clock: Now
) -> FreezeView:
    """Puts a freeze in force as a second administrator."""
    async with db.transaction() as tx:
        freeze = await actions.confirm_freeze(tx, freeze_id, by=me, at=clock.now())
    return FreezeView.of(freeze)


@post("/freezes/{freeze_id:uuid}/lift", status_code=200, guards=[ADMINISTRATOR])
async def lift_freeze(
    freeze_id: FromPath[FreezePeriodId], db: Db, me: Me, clock: Now
) -> FreezeView:
    """Ends a freeze, or drops a proposed one."""
    async with db.transaction() as tx:
        freeze = await actions.lift_freeze(tx, freeze_id, by=me, at=clock.now())
    return FreezeView.of(freeze)


router = Router(
    "/",
    route_handlers=[
        list_rules,
        propose_rule,
        confirm_rule,
        refuse_rule,
        list_freezes,
        propose_freeze,
        confirm_freeze,
        lift_freeze,
    ],
    tags=["approvals"],
)
