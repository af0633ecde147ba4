"""Acts on payouts that are held, and what administrators do: rules of approval, freezes."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from service import db
from service.actor import Actor, Role
from service.approvals import rules, store
from service.approvals.model import (
    Act,
    ActKind,
    ApprovalRule,
    Band,
    Conflict,
    Difference,
    FreezePeriod,
    Needed,
    NewAct,
    Person,
    Standing,
    Stop,
)
from service.clock import business_day
from service.db import Connection
from service.ids import ApprovalRuleId, FreezePeriodId, PayoutActId, PayoutId, new_id
from service.instalments.model import Key
from service.ledger.model import Due
from service.second_factors import actions as second_factors
from service.second_factors.rules import SecondFactorNeeded

LISTED = 100
CONFLICTS_SHOWN = 5
PEOPLE_SHOWN = 20


async def record_act(
    tx: Connection, act: NewAct, *, needed: Needed, by: Actor, at: datetime
) -> Standing:
    """Writes what somebody did with a payout that the caller holds; how it stands then.

    Raises NotAllowed, SecondFactorNeeded, Frozen, ActedBefore, OutOfTurn, SecondPersonNeeded with
    the part that the person had in it, and InvalidFields without a reason where one is asked for.
    """
    rules.refuse_unless_may(act.kind, by)
    said = msgspec.structs.replace(act, reason=rules.check_reason(act.kind, act.reason))
    await second_factors.refuse_unproved(tx, by, at=at)
    await refuse_frozen(tx, Stop.ACTS, at=at)
    standing = Standing(needed, await store.list_acts(tx, act.payout_id))
    rules.refuse_out_of_turn(act.kind, standing, by)
    if act.kind in rules.BY_NO_ONE_CONCERNED:
        rules.refuse_concerned(await list_conflicts(tx, act.payout_id, by=by))
    with db.refusing(
        payout_act_once_per_person=rules.ActedBefore,
        payout_act_by_no_one_concerned=rules.SecondPersonNeeded,
        payout_act_in_order=rules.OutOfTurn,
        payout_act_not_frozen=rules.Frozen,
        payout_act_withdrawn_by_submitter=rules.NotWithdrawable,
        payout_act_with_second_factor=SecondFactorNeeded,
    ):
        await store.insert_act(tx, PayoutActId(new_id()), said, account_id=by.account, at=at)
    return Standing(needed, await store.list_acts(tx, act.payout_id))


async def refuse_frozen(tx: Connection, stop: Stop, *, at: datetime) -> None:
    """Frozen, with its days and its reason, where a freeze stops this at a moment."""
    rules.refuse_frozen(stop, await store.find_freeze(tx, stop=stop, on_day=business_day(at)))


async def hold_instalments(tx: Connection, payout_id: PayoutId) -> None:
    """Lets none of the instalments that a payout pays or nets be superseded until the commit."""
    await store.lock_instalments(tx, payout_id)


async def hold_agreements(tx: Connection, payout_id: PayoutId) -> None:
    """Lets nothing be computed for the agreements of a payout until the commit."""
    await store.lock_paid_agreements(tx, payout_id)


async def list_dues(tx: Connection, payout_id: PayoutId) -> list[Due]:
    """What is due now for the months that a payout paid or netted, as the ledger asks for it."""
    return [
        Due(
            instalment_id=one.instalment_id,
            key=Key(one.agreement_id, one.month, one.kind),
            budget_line_id=one.budget_line_id,
            due_cents=one.due_cents,
            source=(one.source_type, one.source_id),
        )
        for one in await store.list_dues_again(tx, payout_id)
    ]


async def list_acts(tx: Connection, payout_id: PayoutId) -> list[Act]:
    """What people did with a payout, the first first."""
    return await store.list_acts(tx, payout_id)


async def list_conflicts(tx: Connection, payout_id: PayoutId, *, by: Actor) -> list[Conflict]:
    """The parts that somebody had in a payout; five at most."""
    return await store.list_conflicts(tx, payout_id, account_id=by.account, at_most=CONFLICTS_SHOWN)


async def list_people_free(tx: Connection, payout_id: PayoutId, *, kind: ActKind) -> list[Person]:
    """Who may do the next act on a payout; twenty at most."""
    role = Role.FINANCE_OFFICER if kind is ActKind.APPROVAL else Role.FINANCE_AUTHORISER
    return await store.list_people_free(tx, payout_id, role=role, at_most=PEOPLE_SHOWN)


async def list_differences(
    tx: Connection, payout_id: PayoutId, *, earlier_id: PayoutId | None
) -> list[Difference]:
    """What a payout pays unlike an earlier one, a hundred at most; none without an earlier one."""
    if earlier_id is None:
        return []
    return await store.list_differences(tx, payout_id, earlier_id=earlier_id, at_most=LISTED)


async def list_rules(tx: Connection) -> list[ApprovalRule]:
    """The rules of approval, the latest first."""
    return await store.list_rules(tx, at_most=LISTED)


async def propose_rule(
    tx: Connection, bands: Sequence[Band], *, valid_from: date, basis: str, by: Actor, at: datetime
) -> ApprovalRule:
    """A rule that another administrator is to confirm.

    Raises NotAllowed, InvalidFields, BeginsTooEarly, and DayTaken when another begins that day.
    """
    rules.refuse_unless_administrator(by)
    ordered = rules.check_bands(bands)
    said = rules.check_text(basis)
    rules.refuse_backdated(valid_from, business_day(at))
    rule_id = ApprovalRuleId(new_id())
    with db.refusing(approval_rule_once_per_day=rules.DayTaken):
        await store.insert_rule(
            tx, rule_id, valid_from=valid_from, basis=said, account_id=by.account, at=at
        )
    await store.insert_bands(tx, rule_id, ordered)
    return await store.lock_rule(tx, rule_id)


async def confirm_rule(
    tx: Connection, rule_id: ApprovalRuleId, *, by: Actor, at: datetime
) -> ApprovalRule:
    """Puts a rule in force from its day on, as a second administrator.

    Raises NotAllowed, AdministratorNeeded, ProposalDecided, and BeginsTooEarly.
    """
    rules.refuse_unless_administrator(by)
    rule = await store.lock_rule(tx, rule_id)
    rules.refuse_decided(rule)
    rules.refuse_own_proposal(rule, by)
    rules.refuse_backdated(rule.valid_from, business_day(at))
    with db.refusing(
        approval_rule_two_people=rules.AdministratorNeeded,
        approval_rule_not_backdated=rules.BeginsTooEarly,
    ):
        await store.record_rule_confirmed(tx, rule_id, account_id=by.account, at=at)
    return await store.lock_rule(tx, rule_id)


async def refuse_rule(
    tx: Connection, rule_id: ApprovalRuleId, *, by: Actor, at: datetime
) -> ApprovalRule:
    """Drops a proposal, one's own too; raises NotAllowed and ProposalDecided."""
    rules.refuse_unless_administrator(by)
    rules.refuse_decided(await store.lock_rule(tx, rule_id))
    await store.record_rule_refused(tx, rule_id, account_id=by.account, at=at)
    return await store.lock_rule(tx, rule_id)


async def list_freezes(tx: Connection) -> list[FreezePeriod]:
    """The freezes, the latest first."""
    return await store.list_freezes(tx, at_most=LISTED)


async def propose_freeze(
    tx: Connection,
    *,
    first_day: date,
    last_day: date,
    stops: Sequence[Stop],
    reason: str,
    by: Actor,
    at: datetime,
) -> FreezePeriod:
    """Days on which something stops, once another administrator has confirmed it.

    Raises NotAllowed and InvalidFields.
    """
    rules.refuse_unless_administrator(by)
    period = rules.check_days(first_day, last_day)
    chosen = rules.check_stops(stops)
    freeze_id = FreezePeriodId(new_id())
    await store.insert_freeze(
        tx,
        freeze_id,
        period=period,
        stops=chosen,
        reason=rules.check_text(reason),
        account_id=by.account,
        at=at,
    )
    return await store.lock_freeze(tx, freeze_id)


async def confirm_freeze(
    tx: Connection, freeze_id: FreezePeriodId, *, by: Actor, at: datetime
) -> FreezePeriod:
    """Puts a freeze in force as a second administrator.

    Raises NotAllowed, AdministratorNeeded and ProposalDecided.
    """
    rules.refuse_unless_administrator(by)
    freeze = await store.lock_freeze(tx, freeze_id)
    rules.refuse_own_proposal(freeze, by)
    with db.refusing(freeze_period_two_people=rules.AdministratorNeeded):
        written = await store.record_freeze_confirmed(tx, freeze_id, account_id=by.account, at=at)
    rules.refuse_unwritten(written)
    return await store.lock_freeze(tx, freeze_id)


async def lift_freeze(
    tx: Connection, freeze_id: FreezePeriodId, *, by: Actor, at: datetime
) -> FreezePeriod:
    """Ends a freeze, or drops one that nobody has confirmed; NotAllowed and ProposalDecided.

    One in force is lifted by another administrator than its proposer: two people end it as well.
    """
    rules.refuse_unless_administrator(by)
    freeze = await store.lock_freeze(tx, freeze_id)
    if freeze.confirmed_at is not None:
        rules.refuse_own_proposal(freeze, by)
    rules.refuse_unwritten(
        await store.record_freeze_lifted(tx, freeze_id, account_id=by.account, at=at)
    )
    return await store.lock_freeze(tx, freeze_id)
