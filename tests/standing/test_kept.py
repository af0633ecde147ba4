"""What is kept of where payments stand: by one worker, in time, for whom it may be shown to."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import asyncpg
import pytest

from jobs import standing as keeping
from service import lists
from service.actor import SYSTEM, Actor
from service.checks import actions as checks
from service.checks.model import Check
from service.clock import Clock
from service.crypto import Sealer
from service.db import Connection, Database
from service.handovers import actions as handovers
from service.period import Month
from service.standing import actions
from service.standing.model import MonthStanding, Wanted
from tests.checks.test_overrides import ask, grant, misnamed
from tests.conftest import FixedClock
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, due_month
from tests.standing.test_actions import MANY, WHY, person_at_work

NOTED = """
    SELECT count(DISTINCT (a.id, c.month))
    FROM standing_change AS c CROSS JOIN unnest(c.agreement_ids) AS a (id)
"""
NOVEMBER = Month(OCTOBER.replace(month=11))


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


async def keep(given: Given) -> int:
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.keep_changed(tx, at=given.clock.now(), at_most=MANY)


async def month_of(given: Given, by: Actor, month: Month = OCTOBER) -> list[MonthStanding]:
    async with given.db.transaction(by) as tx:
        return await actions.list_month(
            tx, month, Wanted(), at=given.clock.now(), page=1, page_size=50
        )


async def reasons(given: Given, by: Actor) -> list[str | None]:
    return [one.reason for one in await month_of(given, by)]


async def test_what_was_kept_is_not_worked_out_again_until_something_is_noted(
    given: Given, preparer: Actor, tx: Connection
) -> None:
    due = await due_month(given)
    assert await keep(given) > 0

    assert await keep(given) == 0
    async with given.db.transaction(preparer):
        await checks.hold_instalment(
            tx, due.instalment_id, reason=WHY, by=preparer, at=given.clock.now()
        )

    assert await reasons(given, preparer) == ["on_hold"]
    assert await keep(given) > 0
    assert await reasons(given, preparer) == ["on_hold"]


async def test_an_override_lets_a_payment_wait_until_it_lapses_by_itself(
    given: Given, preparer: Actor, clock: FixedClock
) -> None:
    due = await misnamed(given)
    second = actor_of(await given.finance_officer())
    await grant(given, await ask(given, due, by=preparer), by=second)
    async with given.db.transaction(preparer) as tx:
        await checks.check_month(tx, OCTOBER, by=preparer, at=clock.now())
    await keep(given)
    assert await reasons(given, preparer) == ["waits_to_be_put_up"]

    clock.move_to(clock.now() + timedelta(days=30))

    assert await reasons(given, preparer) == [str(Check.ACCOUNT_IN_PAYEES_NAME)]
    assert await keep(given) > 0
    assert await reasons(given, preparer) == [str(Check.ACCOUNT_IN_PAYEES_NAME)]


async def test_a_month_begins_and_ends_by_itself(
    given: Given, preparer: Actor, clock: FixedClock
) -> None:
    clock.move_to(datetime.fromisoformat("2026-10-15T09:00Z"))
    await person_at_work(given)
    await keep(given)
    async with given.db.transaction(preparer) as tx:
        before = await actions.count_month(tx, NOVEMBER, at=clock.now())
    running = await reasons(given, preparer)

    clock.move_to(datetime.fromisoformat("2026-10-31T23:30Z"))  # past midnight in Prishtina

    assert (before, running) == ([], ["month_runs"])
    assert await reasons(given, preparer) == ["waits_to_be_computed"]
    assert [one.reason for one in await month_of(given, preparer, NOVEMBER)] == ["month_runs"]


async def test_a_case_that_moved_is_the_other_offices_at_once(
    given: Given, clock: FixedClock, sealer: Sealer
) -> None:
    due = await due_month(given)
    giving, taking = actor_of(due.hired.officer), actor_of(await given.case_officer("peje"))
    await keep(given)
    async with given.db.transaction(giving) as tx:
        handover_id = await handovers.offer(
            tx,
            due.candidate_id,
            to_office=taking.office,
            reason="Moved.",
            by=giving,
            at=clock.now(),
        )
    async with given.db.transaction(taking) as tx:
        await handovers.accept(tx, handover_id, by=taking, at=clock.now(), sealer=sealer)

    for _ in ("noted", "kept"):
        assert await reasons(given, giving) == []
        assert await reasons(given, taking) == ["waits_to_be_put_up"]
        await keep(given)


@pytest.mark.parametrize("order", ["urgency", "reference", "due"])
@pytest.mark.parametrize("descending", [False, True])
async def test_pages_go_through_what_is_kept_and_what_is_noted_in_one_order(
    given: Given, preparer: Actor, order: str, descending: bool
) -> None:
    months = [await due_month(given, amount_cents=cents) for cents in (350_00, 297_50, 315_00)]
    await keep(given)
    async with given.db.transaction(preparer) as tx:
        await checks.hold_instalment(
            tx, months[1].instalment_id, reason=WHY, by=preparer, at=given.clock.now()
        )

    async with given.db.transaction(preparer) as tx:
        found = partial(actions.list_payments, month=OCTOBER, wanted=Wanted(), at=given.clock.now())
        rows = [
            row
            async for some in lists.read_rows(
                tx,
                lambda tx, page, _: found(tx, page),
                {},
                order=order,
                descending=descending,
                at_once=1,
            )
            for row in some
        ]

    keys = [(one.standing != "blocked", one.agreement_reference, one.due_cents) for one in rows]
    by = {"urgency": (0, 1), "reference": (1,), "due": (2,)}[order]
    assert len(rows) == 3
    assert keys == sorted(keys, key=lambda key: [key[one] for one in by], reverse=descending)


async def test_nobody_but_the_system_keeps_and_nobody_writes_it(
    given: Given, preparer: Actor, tx: Connection
) -> None:
    await due_month(given)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only the system"):
        async with given.db.transaction(preparer):
            await actions.keep_changed(tx, at=given.clock.now(), at_most=MANY)

    for statement in (
        "DELETE FROM standing_change",
        "UPDATE standing SET standing = 'paid'",
        "DELETE FROM standing_count",
        "SELECT note_standing('{}', '{}')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with given.db.transaction(SYSTEM):
                await tx.execute(statement)


async def test_of_two_workers_one_keeps_and_nothing_noted_meanwhile_is_lost(
    committed: Database, sealer: Sealer
) -> None:
    given = Given(committed, FixedClock(Clock().now()), sealer)
    await person_at_work(given)
    async with committed.transaction(SYSTEM) as one:
        kept = await actions.keep_changed(one, at=given.clock.now(), at_most=MANY)
        async with committed.transaction(SYSTEM) as other:
            beside = await actions.keep_changed(other, at=given.clock.now(), at_most=MANY)
        await person_at_work(given)

    async with committed.transaction(SYSTEM) as tx:
        left = await tx.fetchval(NOTED)
    again = await asyncio.gather(*(keeping.keep(committed, given.clock) for _ in range(2)))

    assert kept > 0
    assert beside == 0
    assert left > 0
    assert sum(again) == left
