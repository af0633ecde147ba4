"""A changed fact reaches as far back as it holds, and nothing else is computed again."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from deploy.servers import Urls
from service.actor import SYSTEM
from service.crypto import Sealer
from service.db import Connection, prepare
from service.facts.model import ChangeCount, Fact
from service.instalments import actions
from service.instalments.model import Instalment, Outcome, Progress, RunState
from service.ledger import actions as ledger
from service.period import Month
from tests.agreements import moves
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.facts.history import as_known, canonical, versions
from tests.given import Given
from tests.instalments import later
from tests.instalments.later import at_work as a_year_at_work
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import report

AUGUST, SEPTEMBER, OCTOBER = (Month(date(2026, month, 1)) for month in (8, 9, 10))


async def at_work(given: Given, *, starts_on: date = AUGUST, scheme: str = "WS-70") -> Hired:
    """Somebody with a full report of every month, none of them computed."""
    officer = await given.case_officer()
    person = await hire(given, officer, scheme=scheme, starts_on=starts_on, wage_cents=450_00)
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        if month >= starts_on.replace(day=1):
            await report(given, person, month, wage_cents=450_00)
    return person


async def compute(given: Given, month: Month, *, everything: bool = False) -> Progress:
    progress = await given.computed_month(month, everything=everything)
    async with given.db.transaction(SYSTEM) as tx:
        assert not await ledger.broken_invariants(tx)
    return progress


async def standing(given: Given, person: Hired) -> dict[Month, Instalment]:
    found = await versions(given, person.agreement_id)
    return {Month(one.month): one for one in found if one.superseded_at is None}


async def changes(given: Given, month: Month) -> list[ChangeCount]:
    async with given.db.transaction(SYSTEM) as tx:
        return await actions.list_changes(tx, month)


async def test_the_first_run_computes_every_month_since_the_start(given: Given) -> None:
    person = await at_work(given)

    progress = await compute(given, OCTOBER)

    assert [one.amount_cents for one in (await standing(given, person)).values()] == [315_00] * 3
    assert (progress.agreement_count, progress.written_count) == (1, 3)
    assert progress.due_cents == 315_00
    assert await changes(given, OCTOBER) == []


async def test_a_month_asked_for_again_is_over_at_once_and_knows_what_stands(
    given: Given,
) -> None:
    await at_work(given)
    first = await compute(given, OCTOBER)

    async with given.db.transaction(SYSTEM) as tx:
        at, today = given.clock.now(), given.clock.today()
        await actions.request_month(tx, OCTOBER, by=SYSTEM, at=at, today=today)
        again = await actions.find_progress(tx, OCTOBER, at=at)

    assert again is not None
    assert again.state is RunState.FINISHED
    assert (again.agreement_count, again.standing_count, again.all_count) == (0, 1, 1)
    assert again.due_cents == first.due_cents


async def test_a_correction_of_an_early_month_is_computed_with_the_latest(given: Given) -> None:
    person, other = await at_work(given), await at_work(given)
    await compute(given, OCTOBER)
    before = await standing(given, other)
    await report(given, person, SEPTEMBER, wage_cents=460_00)
    waiting = await changes(given, OCTOBER)

    progress = await compute(given, OCTOBER)

    now = await standing(given, person)
    assert [now[month].version for month in (AUGUST, SEPTEMBER, OCTOBER)] == [1, 2, 1]
    assert now[SEPTEMBER].amount_cents == 322_00
    assert (progress.done_count, progress.standing_count, progress.written_count) == (1, 1, 1)
    assert waiting == [ChangeCount(Fact.ATTENDANCE, 1)]
    assert await standing(given, other) == before


async def test_what_was_computed_after_a_month_is_computed_again_with_it(given: Given) -> None:
    person = await at_work(given, starts_on=date(2026, 8, 3))
    await compute(given, OCTOBER)
    await report(given, person, SEPTEMBER, wage_cents=470_00)

    await compute(given, SEPTEMBER)

    now = await standing(given, person)
    assert (now[SEPTEMBER].version, now[OCTOBER].version) == (2, 2)
    assert await changes(given, OCTOBER) == []


async def test_a_change_ahead_of_the_month_waits_for_its_own(given: Given) -> None:
    person = await at_work(given)
    await compute(given, AUGUST)

    progress = await compute(given, SEPTEMBER)

    assert progress.done_count == 1
    assert set(await standing(given, person)) == {AUGUST, SEPTEMBER}
    assert await changes(given, SEPTEMBER) == []
    assert await changes(given, OCTOBER) == [ChangeCount(Fact.ATTENDANCE, 1)]


async def test_a_break_told_late_shifts_the_months_from_its_first_day_on(given: Given) -> None:
    person = await at_work(given, scheme="SP-FLAT")
    await compute(given, OCTOBER)
    await moves.suspend(given, person.agreement, date(2026, 10, 12), date(2026, 10, 16))
    await moves.extend(given, person.agreement, 5)

    await compute(given, OCTOBER)

    now = await standing(given, person)
    assert [now[month].version for month in (AUGUST, SEPTEMBER, OCTOBER)] == [1, 1, 2]
    assert now[OCTOBER].amount_cents < now[SEPTEMBER].amount_cents


async def test_months_that_vanish_get_their_entries_of_zero(given: Given) -> None:
    person = await at_work(given)
    await compute(given, OCTOBER)
    await moves.end(given, person.agreement, date(2026, 8, 31))

    progress = await compute(given, OCTOBER)

    now = await standing(given, person)
    assert now[AUGUST].version == 1
    for month in (SEPTEMBER, OCTOBER):
        assert (now[month].outcome, now[month].reason) == (
            Outcome.NOT_DUE,
            "outside_period",
        )
    assert (progress.written_count, progress.due_cents) == (2, 0)


async def test_to_compute_everything_again_changes_nothing(given: Given) -> None:
    person = await at_work(given)
    await compute(given, OCTOBER)
    before = await standing(given, person)

    progress = await compute(given, OCTOBER, everything=True)

    assert (progress.done_count, progress.standing_count, progress.written_count) == (1, 0, 0)
    assert await standing(given, person) == before


@pytest.fixture
async def owner(servers: Urls, connection: Connection) -> AsyncIterator[Connection]:
    """The owner's transaction, in which rates may be changed; nothing of it stays."""
    assert not connection.is_in_transaction()
    opened = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(opened)
    undone = opened.transaction()
    await undone.start()
    yield opened
    await undone.rollback()
    await opened.close()


async def test_a_corrected_rate_reaches_all_whom_it_concerns(
    owner: Connection, sealer: Sealer
) -> None:
    given = Given(OneConnection(owner), FixedClock(START), sealer)
    person = await at_work(given)
    await compute(given, OCTOBER)
    before = await standing(given, person)
    await owner.execute(
        "UPDATE minimum_wage SET superseded_at = clock_timestamp() WHERE upper_inf(period)"
    )
    await owner.execute(
        "INSERT INTO minimum_wage (id, period, monthly_cents, source) VALUES "
        "(gen_random_uuid(), '[2026-07-01,2026-10-01)', 50000, 'Decision'), "
        "(gen_random_uuid(), '[2026-10-01,)', 60000, 'Corrected decision')"
    )

    await compute(given, OCTOBER)

    now = await standing(given, person)
    assert (now[SEPTEMBER].outcome, now[OCTOBER].reason) == (
        Outcome.DUE,
        "wage_below_minimum",
    )
    assert await as_known(given, before[OCTOBER]) == canonical(before[OCTOBER])
    assert await as_known(given, now[OCTOBER]) == canonical(now[OCTOBER])


async def test_a_rate_of_the_months_after_the_period_reaches_what_follows_from_them(
    owner: Connection, sealer: Sealer
) -> None:
    given = Given(OneConnection(owner), FixedClock(START), sealer)
    person = await a_year_at_work(given)
    await later.worked(given, person, 1, 12)
    await compute(given, OCTOBER)
    before = (await later.standing(given, person))[OCTOBER, "retention"]
    await owner.execute(
        "UPDATE minimum_wage SET superseded_at = clock_timestamp() WHERE upper_inf(period)"
    )
    await owner.execute(
        "INSERT INTO minimum_wage (id, period, monthly_cents, source) VALUES "
        "(gen_random_uuid(), '[2026-07-01,2026-09-01)', 50000, 'Decision'), "
        "(gen_random_uuid(), '[2026-09-01,)', 70000, 'Corrected decision')"
    )

    await compute(given, OCTOBER)

    now = (await later.standing(given, person))[OCTOBER, "retention"]
    assert (before.amount_cents, now.reason) == (600_00, "wage_below_minimum")


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE attendance SET gross_wage_cents = 1", "attendance_never_edited"),
        ("UPDATE attendance SET confirmed_at = now()", "attendance_never_edited"),
        ("DELETE FROM attendance", "attendance_append_only"),
        ("UPDATE agreement_dates SET period = '[2026-08-01,2026-08-02)'",
         "agreement_dates_never_edited"),
        ("UPDATE agreement SET weekly_hours = 1", "agreement_terms_stand"),
        ("UPDATE minimum_wage SET monthly_cents = 1", "minimum_wage_never_edited"),
        ("UPDATE agreement SET employment = daterange(lower(employment), '2031-01-01');"
         " SET CONSTRAINTS ALL IMMEDIATE", "agreement_dates_are_its_own"),
        ("UPDATE attendance SET superseded_at = '2026-11-02 09:00+00'",
         "fact_change_known_in_order"),
    ],
)  # fmt: skip
async def test_what_was_known_cannot_be_rewritten(
    owner: Connection, sealer: Sealer, statement: str, constraint: str
) -> None:
    given = Given(OneConnection(owner), FixedClock(START), sealer)
    await at_work(given)
    await compute(given, OCTOBER)

    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(statement)

    assert refused.value.constraint_name == constraint
