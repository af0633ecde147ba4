"""Holds: one person stops a payment, an agreement or a firm, another lets it go."""

import asyncpg
import pytest

from service.actor import Actor
from service.checks import actions, rules
from service.checks.model import HoldScope
from service.db import Database
from service.ids import HoldId
from service.payouts.rules import NothingToPay
from service.problems import InvalidFields, NotAllowed
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month

WHY = "The inspection doubts the report."


async def hold(given: Given, scope: HoldScope, *, by: Actor, reason: str = WHY) -> HoldId:
    async with given.db.transaction(by) as tx:
        return await actions.hold(tx, scope, reason=reason, by=by, at=given.clock.now())


async def release(given: Given, hold_id: HoldId, *, by: Actor) -> None:
    async with given.db.transaction(by) as tx:
        await actions.release_hold(tx, hold_id, reason=WHY, by=by, at=given.clock.now())


async def test_a_stopped_firm_is_paid_nothing_until_another_person_lets_it_go(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    due = await due_month(given)
    placed = await hold(given, HoldScope(employer_id=due.employer_id), by=preparer)
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)

    with pytest.raises(rules.SecondPersonNeeded):
        await release(given, placed, by=preparer)
    await release(given, placed, by=second)

    assert (await given.submitted_payout(OCTOBER, by=preparer)).line_count == 1
    async with db.transaction(preparer) as tx:
        (kept,) = await actions.list_holds(tx)
    assert (kept.employer_name, kept.reason, kept.release_reason) == (
        due.hired.firm_name,
        WHY,
        WHY,
    )


async def test_an_office_stops_its_own_agreement_and_no_firm(given: Given, preparer: Actor) -> None:
    due = await due_month(given)
    officer = actor_of(due.hired.officer)

    with pytest.raises(NotAllowed):
        await hold(given, HoldScope(employer_id=due.employer_id), by=officer)
    await hold(given, HoldScope(agreement_id=due.agreement_id), by=officer)

    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_another_office_stops_nothing(given: Given) -> None:
    due = await due_month(given)
    stranger = actor_of(await given.case_officer("prizren"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await hold(given, HoldScope(agreement_id=due.agreement_id), by=stranger)


async def test_one_thing_is_stopped_once_and_with_a_reason(given: Given, preparer: Actor) -> None:
    due = await due_month(given)
    scope = HoldScope(agreement_id=due.agreement_id)
    await hold(given, scope, by=preparer)

    with pytest.raises(rules.HeldAlready):
        await hold(given, scope, by=preparer)
    with pytest.raises(rules.OneScopeNeeded):
        await hold(given, HoldScope(), by=preparer)
    with pytest.raises(InvalidFields):
        await hold(given, scope, by=preparer, reason="No")


async def test_a_hold_is_released_once_and_never_edited(
    db: Database, given: Given, preparer: Actor, second: Actor
) -> None:
    due = await due_month(given)
    placed = await hold(given, HoldScope(agreement_id=due.agreement_id), by=preparer)
    await release(given, placed, by=second)

    with pytest.raises(rules.HoldReleased):
        await release(given, placed, by=second)
    with pytest.raises(asyncpg.RestrictViolationError, match="never edited"):
        async with db.transaction(second) as tx:
            await tx.execute(
                "UPDATE instalment_hold SET release_reason = 'Another reason' WHERE id = $1", placed
            )
