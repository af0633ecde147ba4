"""Rules of approval and freezes in a browser: what holds, and the forms of administrators."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.approvals import actions, rules
from service.approvals.model import Band, Stop
from service.auth import allow
from service.i18n import N_, _
from service.ids import ApprovalRuleId, FreezePeriodId
from service.money import InvalidAmount, parse_euros
from service.problems import InvalidFields, Problem
from service.web import ActingDatabase, Db, Me, Now, page, redirect

READER = allow(
    Role.ADMINISTRATOR,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)
ADMINISTRATOR = allow(Role.ADMINISTRATOR)
HOME = "/approvals"

STOPS = {
    Stop.PUT_UP: N_("Putting months up"),
    Stop.ACTS: N_("Deciding on payouts"),
    Stop.EXPORT: N_("Sending payouts to the bank"),
}
Words = Annotated[str, msgspec.Meta(max_length=2_000)]
Short = Annotated[str, msgspec.Meta(max_length=40)]


class RuleForm(msgspec.Struct):
    """Three bands: below the first limit, below the second, and all above."""

    valid_from: Short = ""
    basis: Words = ""
    first_limit: Short = ""
    first_approvals: Short = "1"
    first_authorisations: Short = "1"
    second_limit: Short = ""
    second_approvals: Short = "2"
    second_authorisations: Short = "1"
    above_approvals: Short = "2"
    above_authorisations: Short = "2"

    def bands(self) -> list[Band]:
        """What was typed; InvalidFields with a word beside each field that is wrong."""
        wrong: dict[str, str] = {}
        limits = []
        for name in ("first_limit", "second_limit"):
            try:
                limits.append(parse_euros(getattr(self, name)))
            except InvalidAmount as refused:
                wrong[name] = refused.sentence()
        for name in COUNTS:
            if getattr(self, name) not in DIGITS:
                wrong[name] = _("Write a number from 1 to 9.")
        if wrong:
            raise InvalidFields(wrong)
        counts = [int(getattr(self, name)) for name in COUNTS]
        return [
            Band(limits[0], counts[0], counts[1]),
            Band(limits[1], counts[2], counts[3]),
            Band(None, counts[4], counts[5]),
        ]


COUNTS = (
    "first_approvals", "first_authorisations", "second_approvals", "second_authorisations",
    "above_approvals", "above_authorisations",
)  # fmt: skip
DIGITS = frozenset("123456789")


class FreezeForm(msgspec.Struct):
    """The days, what stops on them, and why."""

    first_day: Short = ""
    last_day: Short = ""
    stops: list[Stop] | Stop = msgspec.field(default_factory=list)
    reason: Words = ""

    @property
    def ticked(self) -> list[Stop]:
        """What stops; a form in which one box is ticked sends no list."""
        return [self.stops] if isinstance(self.stops, Stop) else self.stops


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidFields({name: _("Write the day as year, month and day.")}) from None


@get("/", guards=[READER])
async def show_approvals(db: Db, me: Me) -> Template:
    """The rules and the freezes."""
    return await _page(db, me)


@post("/rules", guards=[ADMINISTRATOR])
async def propose_rule(
    data: URLEncodedBody[RuleForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Proposes a rule; the form comes back with a word beside what is wrong."""
    try:
        async with db.transaction() as tx:
            await actions.propose_rule(
                tx,
                data.bands(),
                valid_from=_day("valid_from", data.valid_from),
                basis=data.basis,
                by=me,
                at=clock.now(),
            )
    except (InvalidFields, rules.DayTaken, rules.BeginsTooEarly) as refused:
        return await _page(db, me, rule=data, refused=refused, beside="valid_from")
    return redirect(HOME)


@post("/rules/{rule_id:uuid}/confirm", guards=[ADMINISTRATOR])
async def confirm_rule(rule_id: FromPath[ApprovalRuleId], db: Db, me: Me, clock: Now) -> Redirect:
    """Puts a rule in force as a second administrator."""
    async with db.transaction() as tx:
        await actions.confirm_rule(tx, rule_id, by=me, at=clock.now())
    return redirect(HOME)


@post("/rules/{rule_id:uuid}/refuse", guards=[ADMINISTRATOR])
async def refuse_rule(rule_id: FromPath[ApprovalRuleId], db: Db, me: Me, clock: Now) -> Redirect:
    """Drops a proposal."""
    async with db.transaction() as tx:
        await actions.refuse_rule(tx, rule_id, by=me, at=clock.now())
    return redirect(HOME)


@post("/freezes", guards=[ADMINISTRATOR])
async def propose_freeze(
    data: URLEncodedBody[FreezeForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Proposes a freeze; the form comes back with a word beside what is wrong."""
    try:
        async with db.transaction() as tx:
            await actions.propose_freeze(
                tx,
                first_day=_day("first_day", data.first_day),
                last_day=_day("last_day", data.last_day),
                stops=data.ticked,
                reason=data.reason,
                by=me,
                at=clock.now(),
            )
    except InvalidFields as refused:
        return await _page(db, me, freeze=data, refused=refused, beside="reason")
    return redirect(HOME)


@post("/freezes/{freeze_id:uuid}/confirm", guards=[ADMINISTRATOR])
async def confirm_freeze(
    freeze_id: FromPath[FreezePeriodId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Puts a freeze in force as a second administrator."""
    async with db.transaction() as tx:
        await actions.confirm_freeze(tx, freeze_id, by=me, at=clock.now())
    return redirect(HOME)


@post("/freezes/{freeze_id:uuid}/lift", guards=[ADMINISTRATOR])
async def lift_freeze(freeze_id: FromPath[FreezePeriodId], db: Db, me: Me, clock: Now) -> Redirect:
    """Ends a freeze, or drops a proposed one."""
    async with db.transaction() as tx:
        await actions.lift_freeze(tx, freeze_id, by=me, at=clock.now())
    return redirect(HOME)


async def _page(
    db: ActingDatabase,
    me: Actor,
    *,
    rule: RuleForm | None = None,
    freeze: FreezeForm | None = None,
    refused: Problem | None = None,
    beside: str = "",
) -> Template:
    async with db.transaction() as tx:
        found = await actions.list_rules(tx)
        freezes = await actions.list_freezes(tx)
    errors = {} if refused is None else {beside: refused.sentence()}
    if isinstance(refused, InvalidFields):
        errors = refused.fields
    return page(
        "approvals/approvals.html",
        status=200 if refused is None else refused.status,
        rules=found,
        freezes=freezes,
        rule=rule or RuleForm(),
        freeze=freeze or FreezeForm(),
        errors=errors,
        stops=STOPS,
        stop_choices=[(stop, _(words)) for stop, words in STOPS.items()],
        may_edit=me.role is Role.ADMINISTRATOR,
        me=me,
    )


router = Router(
    HOME,
    route_handlers=[
        show_approvals,
        propose_rule,
        confirm_rule,
        refuse_rule,
        propose_freeze,
        confirm_freeze,
        lift_freeze,
    ],
)
