"""Firms that are one, the aid of all of them, and payouts that stay below their ceiling."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime

import asyncpg
import pytest

from deploy.servers import Urls
from service.actor import SYSTEM, Actor
from service.crypto import Sealer
from service.db import SQL_FOLDER, Connection, Database, parse_queries, prepare
from service.ids import InstalmentId
from service.ledger import actions as ledger
from service.money import Cents
from service.payouts import actions as payouts
from service.payouts.model import PayoutLine
from service.payouts.rules import NothingToPay
from service.period import Month
from service.undertakings import actions, rules
from service.undertakings.model import Asked
from tests.conftest import FixedClock, OneConnection, database_named
from tests.given import Given, act_as, actor_of
from tests.payouts.rows import OCTOBER, DueMonth, due_month, report
from tests.payouts.test_guards import line_for, put_up_by_hand
from tests.undertakings import aid

SEPTEMBER = Month(date(2026, 9, 1))
CHECK = parse_queries((SQL_FOLDER / "checks" / "state_aid.sql").read_text())["state_aid"]


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


async def lines_of_payout(given: Given, by: Actor) -> list[PayoutLine]:
    payout = await given.submitted_payout(OCTOBER, by=by)
    async with given.db.transaction(by) as tx:
        return await payouts.list_lines(tx, payout.id, page=1, page_size=50)


async def checked(given: Given, *due: DueMonth) -> dict[InstalmentId, tuple[str, object]]:
    """What sql/checks/state_aid.sql says of instalments, and the headroom that it saw."""
    values = {
        "instalment_ids": [one.instalment_id for one in due],
        "on": given.clock.today(),
    }
    async with given.db.transaction(SYSTEM) as tx:
        rows = await tx.fetch(CHECK.text, *(values[name] for name in CHECK.parameters))
    return {
        row["instalment_id"]: (row["outcome"], row["inputs"].get("headroom_cents")) for row in rows
    }


async def test_with_199_800_used_the_next_350_are_blocked_and_wait(
    given: Given, preparer: Actor
) -> None:
    due = await due_month(given)
    await aid.declared(given, due.employer_id)

    assert await checked(given, due) == {due.instalment_id: ("failed", 200_00)}
    with pytest.raises(NothingToPay):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_what_others_are_due_is_paid_meanwhile(given: Given, preparer: Actor) -> None:
    officers = (await given.case_officer(), await given.case_officer())
    due = await due_month(given, officers=officers)
    other = await due_month(given, amount_cents=297_50, officers=officers)
    young = await due_month(given, scheme="SP-FLAT", amount_cents=264_00, officers=officers)
    for one in (due, young):
        await aid.declared(given, one.employer_id, amount_cents=199_999_99)

    lines = await lines_of_payout(given, preparer)

    assert {line.instalment_id for line in lines} == {other.instalment_id, young.instalment_id}
    assert await checked(given, due, other, young) == {
        due.instalment_id: ("failed", 1),
        other.instalment_id: ("passed", 200_000_00 - 297_50),
        young.instalment_id: ("passed", None),
    }


async def test_the_aid_of_linked_firms_counts_together_from_their_day_on(
    given: Given, preparer: Actor
) -> None:
    due = await due_month(given)
    parent = await given.employer()
    await aid.declared(given, parent.id)
    alone = await checked(given, due)

    await aid.linked(given, due.employer_id, parent.id, on="2026-06-01")

    assert alone == {due.instalment_id: ("passed", 200_000_00)}
    assert await checked(given, due) == {due.instalment_id: ("failed", 200_00)}
    before = await aid.undertaking(given, due.employer_id, on=date(2026, 5, 31))
    since = await aid.undertaking(given, due.employer_id, on=date(2026, 6, 1))
    assert (before.head.id, before.used_cents) == (due.employer_id, 0)
    assert (since.head.id, since.used_cents, since.headroom_cents) == (
        parent.id, 199_800_00, 200_00
    )  # fmt: skip
    assert [one.employer_id for one in since.members] == [parent.id, due.employer_id]


async def test_aid_leaves_the_window_after_three_years_to_the_day(given: Given) -> None:
    firm = await given.employer()
    await aid.declared(given, firm.id, granted_on="2023-11-02")
    await aid.declared(given, firm.id, granted_on="2023-11-03", amount_cents=5_00)

    found = await aid.undertaking(given, firm.id)

    assert found.on == date(2026, 11, 2)
    assert found.used_cents == 5_00
    assert len(found.grants) == 2


async def test_instalments_of_one_payout_count_together_the_oldest_first(
    given: Given, preparer: Actor
) -> None:
    older = await due_month(given, month=SEPTEMBER)
    await report(given, older.hired, OCTOBER, wage_cents=500_00)
    await given.computed_month(OCTOBER)
    await aid.declared(given, older.employer_id, amount_cents=199_500_00)

    (line,) = await lines_of_payout(given, preparer)

    assert (line.instalment_id, line.month) == (older.instalment_id, SEPTEMBER)
    found = await aid.undertaking(given, older.employer_id)
    assert (found.used_cents, found.headroom_cents) == (199_850_00, 150_00)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)


async def test_a_rejected_payout_gives_the_headroom_back(given: Given, preparer: Actor) -> None:
    due = await due_month(given)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    held = await aid.undertaking(given, due.employer_id)

    await given.rejected_payout(payout, by=actor_of(await given.finance_officer()))

    after = await aid.undertaking(given, due.employer_id)
    assert (held.used_cents, after.used_cents) == (350_00, 0)


async def test_a_link_takes_two_people_and_keeps_groups_flat_and_in_order(given: Given) -> None:
    one, two, three = [(await given.employer()).id for _ in range(3)]
    first, second = [actor_of(await given.case_officer()) for _ in range(2)]
    link_id = await aid.proposed(given, one, two, by=first)
    with pytest.raises(rules.SecondPersonNeeded):
        await aid.confirmed(given, link_id, by=first)
    with pytest.raises(rules.LinkWaiting):
        await aid.proposed(given, one, three, by=first)
    await aid.confirmed(given, link_id, by=second)

    for member, head in ((two, three), (three, one)):
        with pytest.raises(rules.NotFlat):
            await aid.linked(given, member, head, on="2026-02-01")
    with pytest.raises(rules.LinkOutOfOrder):
        await aid.linked(given, one, three, on="2025-12-31")
    with pytest.raises(rules.LinkDecided):
        await aid.confirmed(given, link_id, by=second)
    async with given.db.transaction(second) as tx:
        for waiting in await actions.list_waiting_links(tx, by=second):
            await actions.refuse_link(tx, waiting.id, by=second, at=given.clock.now())
    await aid.linked(given, one, one, on="2026-03-01")

    assert (await aid.undertaking(given, one)).head.id == one


async def test_a_cancelled_declaration_counts_no_more_and_is_cancelled_once(
    given: Given, preparer: Actor
) -> None:
    firm = await given.employer()
    await aid.declared(given, firm.id)
    (grant,) = (await aid.undertaking(given, firm.id)).grants

    async def cancel() -> None:
        async with given.db.transaction(preparer) as tx:
            await actions.cancel_declaration(
                tx, grant.id, reason="Wrong firm.", by=preparer, at=given.clock.now()
            )

    await cancel()
    with pytest.raises(rules.DeclarationCancelled):
        await cancel()

    assert (await aid.undertaking(given, firm.id)).used_cents == 0


async def by_hand(
    db: Database, due: DueMonth, month: Month, *, by: Actor, at: datetime, hold: asyncio.Event
) -> str:
    """One instalment put up by a bug that asks nobody; what became of it."""
    assert due.bank_account_id is not None
    line = line_for(due.instalment_id, due.bank_account_id, cents=350_00)
    try:
        async with db.transaction(by) as tx:
            await put_up_by_hand(tx, month, [line], by=by, at=at, reference=f"P-{month:%m}")
            await asyncio.wait_for(hold.wait(), 10)
    except asyncpg.RestrictViolationError as refused:
        return str(refused.as_dict()["constraint_name"])
    return "put up"


async def test_two_payouts_at_once_never_pass_the_ceiling_together(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    officers = (await given.case_officer(), await given.case_officer())
    one = await due_month(given, month=SEPTEMBER, officers=officers)
    two = await due_month(given, officers=officers)
    await aid.linked(given, one.employer_id, two.employer_id)
    await aid.declared(given, two.employer_id, amount_cents=199_500_00)
    by = [actor_of(await given.finance_officer()) for _ in range(2)]
    hold, at = asyncio.Event(), clock.now()

    first = asyncio.create_task(by_hand(committed, one, SEPTEMBER, by=by[0], at=at, hold=hold))
    second = asyncio.create_task(by_hand(committed, two, OCTOBER, by=by[1], at=at, hold=hold))
    await asyncio.sleep(0.3)
    hold.set()

    found = sorted([await first, await second])
    assert found == ["payout_within_state_aid", "put up"]
    assert (await aid.undertaking(given, one.employer_id)).used_cents == 199_850_00


@pytest.fixture
async def reducing(
    servers: Urls, connection: Connection, clock: FixedClock, sealer: Sealer
) -> AsyncIterator[Given]:
    """State under a rule that reduces instead of blocking, which only the owner can write."""
    assert not connection.is_in_transaction()
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    await owner.execute("UPDATE state_aid_rule SET superseded_at = clock_timestamp()")
    await owner.execute(
        "INSERT INTO state_aid_rule (id, valid, ceiling_cents, years, excess_policy, source)"
        " VALUES (gen_random_uuid(), '[2026-01-01,)', 20000000, 3, 'reduce', 'A test')"
    )
    yield Given(OneConnection(owner), clock, sealer)
    await undone.rollback()
    await owner.close()


async def test_where_the_policy_reduces_the_next_350_become_200_and_it_is_said_why(
    reducing: Given,
) -> None:
    by = actor_of(await reducing.finance_officer())
    due = await due_month(reducing)
    await aid.declared(reducing, due.employer_id)
    assert await checked(reducing, due) == {due.instalment_id: ("passed", 200_00)}

    asked = [Asked(due.instalment_id, Cents(350_00))]
    async with reducing.db.transaction(by) as tx:
        found = await actions.admit(tx, asked, on=reducing.clock.today())

    why = found[due.instalment_id]
    assert why.is_reduced
    assert (why.full_cents, why.allowed_cents) == (350_00, 200_00)
    assert (why.used_cents, why.ceiling_cents) == (199_800_00, 200_000_00)


async def test_asking_holds_the_undertaking_for_whoever_asks_next(
    committed: Database, clock: FixedClock, sealer: Sealer
) -> None:
    given = Given(committed, clock, sealer)
    due = await due_month(given)
    by = actor_of(await given.finance_officer())
    asked = [Asked(due.instalment_id, Cents(350_00))]

    async with committed.transaction(by) as tx:
        await actions.admit(tx, asked, on=clock.today())
        async with committed.transaction(by) as other:
            await other.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await actions.admit(other, asked, on=clock.today())


async def test_case_officers_read_totals_of_all_offices(given: Given, tx: Connection) -> None:
    await due_month(given)
    due = await due_month(given)
    await given.submitted_payout(OCTOBER, by=actor_of(await given.finance_officer()))
    elsewhere = actor_of(await given.case_officer("peje"))
    await act_as(tx, elsewhere)

    found = await actions.read_undertaking(tx, due.employer_id, by=elsewhere, on=date(2026, 11, 2))

    assert found.used_cents == 350_00
