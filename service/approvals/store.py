"""The queries of approvals."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.actor import Role
from service.approvals.model import (
    Act,
    ApprovalRule,
    Band,
    Conflict,
    Difference,
    DueAgain,
    FreezePeriod,
    HeldAgreement,
    HeldInstalment,
    NewAct,
    Person,
    Stop,
)
from service.db import Connection
from service.ids import (
    AccountId,
    ApprovalRuleId,
    FreezePeriodId,
    PayoutActId,
    PayoutId,
    new_id,
)
from service.period import Period

SQL = db.load("approvals")


async def list_acts(tx: Connection, payout_id: PayoutId) -> list[Act]:
    """What people did with a payout, the first first."""
    return await db.fetch_all(tx, SQL["list_acts"], Act, payout_id=payout_id)


async def insert_act(
    tx: Connection, act_id: PayoutActId, act: NewAct, *, account_id: AccountId, at: datetime
) -> None:
    """An act; the database holds it against every rule of acts."""
    await db.execute(
        tx,
        SQL["insert_act"],
        act_id=act_id,
        payout_id=act.payout_id,
        account_id=account_id,
        kind=act.kind,
        digest=act.digest,
        code=act.code,
        reason=act.reason,
        at=at,
    )


async def list_conflicts(
    tx: Connection, payout_id: PayoutId, *, account_id: AccountId, at_most: int
) -> list[Conflict]:
    """The parts that somebody had in a payout."""
    return await db.fetch_all(
        tx,
        SQL["list_conflicts"],
        Conflict,
        payout_id=payout_id,
        account_id=account_id,
        at_most=at_most,
    )


async def list_people_free(
    tx: Connection, payout_id: PayoutId, *, role: Role, at_most: int
) -> list[Person]:
    """Who of a role may still act on a payout."""
    return await db.fetch_all(
        tx, SQL["list_people_free"], Person, payout_id=payout_id, role=role, at_most=at_most
    )


async def lock_instalments(tx: Connection, payout_id: PayoutId) -> list[HeldInstalment]:
    """The instalments that a payout pays or nets, held."""
    return await db.fetch_all(tx, SQL["lock_instalments"], HeldInstalment, payout_id=payout_id)


async def lock_paid_agreements(tx: Connection, payout_id: PayoutId) -> list[HeldAgreement]:
    """The agreements that a payout pays, held."""
    return await db.fetch_all(tx, SQL["lock_paid_agreements"], HeldAgreement, payout_id=payout_id)


async def list_dues_again(tx: Connection, payout_id: PayoutId) -> list[DueAgain]:
    """What is due now for the months that a payout paid or netted."""
    return await db.fetch_all(tx, SQL["list_dues_again"], DueAgain, payout_id=payout_id)


async def list_differences(
    tx: Connection, payout_id: PayoutId, *, earlier_id: PayoutId, at_most: int
) -> list[Difference]:
    """What a payout pays unlike an earlier one."""
    return await db.fetch_all(
        tx,
        SQL["list_differences"],
        Difference,
        payout_id=payout_id,
        earlier_id=earlier_id,
        at_most=at_most,
    )


async def find_freeze(tx: Connection, *, stop: Stop, on_day: date) -> FreezePeriod | None:
    """The freeze that stops something on a day; of several the one that ends last."""
    return await db.find_one(tx, SQL["find_freeze"], FreezePeriod, stop=stop, on_day=on_day)


async def list_freezes(tx: Connection, *, at_most: int) -> list[FreezePeriod]:
    """All freezes, the latest first."""
    return await db.fetch_all(tx, SQL["list_freezes"], FreezePeriod, at_most=at_most)


async def lock_freeze(tx: Connection, freeze_id: FreezePeriodId) -> FreezePeriod:
    """A freeze, held."""
    return await db.fetch_one(tx, SQL["lock_freeze"], FreezePeriod, freeze_id=freeze_id)


async def insert_freeze(
    tx: Connection,
    freeze_id: FreezePeriodId,
    *,
    period: Period,
    stops: Sequence[Stop],
    reason: str,
    account_id: AccountId,
    at: datetime,
) -> None:
    """A freeze that waits for a second person."""
    await db.execute(
        tx,
        SQL["insert_freeze"],
        freeze_id=freeze_id,
        period=period,
        stops=[str(stop) for stop in stops],
        reason=reason,
        account_id=account_id,
        at=at,
    )


async def record_freeze_confirmed(
    tx: Connection, freeze_id: FreezePeriodId, *, account_id: AccountId, at: datetime
) -> int:
    """Puts a freeze in force; 0 when it was confirmed or lifted before."""
    return await db.execute(
        tx, SQL["record_freeze_confirmed"], freeze_id=freeze_id, account_id=account_id, at=at
    )


async def record_freeze_lifted(
    tx: Connection, freeze_id: FreezePeriodId, *, account_id: AccountId, at: datetime
) -> int:
    """Ends a freeze; 0 when it was lifted before."""
    return await db.execute(
        tx, SQL["record_freeze_lifted"], freeze_id=freeze_id, account_id=account_id, at=at
    )


async def list_rules(tx: Connection, *, at_most: int) -> list[ApprovalRule]:
    """All rules of approval, the latest first."""
    return await db.fetch_all(tx, SQL["list_rules"], ApprovalRule, at_most=at_most)


async def lock_rule(tx: Connection, rule_id: ApprovalRuleId) -> ApprovalRule:
    """A rule of approval, held."""
    return await db.fetch_one(tx, SQL["lock_rule"], ApprovalRule, rule_id=rule_id)


async def insert_rule(
    tx: Connection,
    rule_id: ApprovalRuleId,
    *,
    valid_from: date,
    basis: str,
    account_id: AccountId,
    at: datetime,
) -> None:
    """A rule that waits for a second person."""
    await db.execute(
        tx,
        SQL["insert_rule"],
        rule_id=rule_id,
        valid_from=valid_from,
        basis=basis,
        account_id=account_id,
        at=at,
    )


async def insert_bands(tx: Connection, rule_id: ApprovalRuleId, bands: Sequence[Band]) -> None:
    """The bands of a rule that waits."""
    await db.execute(
        tx,
        SQL["insert_bands"],
        rule_id=rule_id,
        ids=[new_id() for _ in bands],
        below_cents=[band.below_cents for band in bands],
        approval_counts=[band.approval_count for band in bands],
        authorisation_counts=[band.authorisation_count for band in bands],
    )


async def record_rule_confirmed(
    tx: Connection, rule_id: ApprovalRuleId, *, account_id: AccountId, at: datetime
) -> int:
    """Puts a rule in force from its day on; 0 when it was decided on before."""
    return await db.execute(
        tx, SQL["record_rule_confirmed"], rule_id=rule_id, account_id=account_id, at=at
    )


async def record_rule_refused(
    tx: Connection, rule_id: ApprovalRuleId, *, account_id: AccountId, at: datetime
) -> int:
    """Drops a proposal; 0 when it was decided on before."""
    return await db.execute(
        tx, SQL["record_rule_refused"], rule_id=rule_id, account_id=account_id, at=at
    )
