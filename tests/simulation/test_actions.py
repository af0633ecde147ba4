"""A scheme's last months beside another document, over agreements in the database."""

from datetime import date

import asyncpg
import pytest

from service.actor import SYSTEM, Actor, Role
from service.crypto import Sealer
from service.db import Database, open_database
from service.instalments import actions as instalments
from service.instalments.model import Outcome
from service.period import Month, month_of
from service.problems import NotAllowed
from service.schemes import actions as schemes
from service.schemes.rules import VersionFlawed
from service.simulation import actions, rules, store
from service.simulation.model import Simulation, Version
from tests.conftest import FixedClock, MakeConfig
from tests.given import Given, actor_of
from tests.payouts.hired import Hired, hire
from tests.payouts.rows import report
from tests.schemes.samples import a_document
from tests.simulation.everything import fingerprints
from tests.simulation.samples import OCTOBER, SEPTEMBER, helsinki, ws_70

AUGUST = Month(date(2026, 8, 1))


async def employed(
    given: Given, starts_on: date = SEPTEMBER, wage_cents: int = 600_00, scheme: str = "WS-70"
) -> Hired:
    """Somebody who works since a day, with each month reported and confirmed."""
    officer = await given.case_officer()
    person = await hire(given, officer, scheme=scheme, starts_on=starts_on, wage_cents=wage_cents)
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        if month >= month_of(starts_on):
            await report(given, person, month, wage_cents=wage_cents)
    return person


async def simulate(
    given: Given, text: str, *, code: str = "WS-70", months: int = 2, by: Actor = SYSTEM
) -> Simulation:
    program = await actions.program_of(text)
    async with given.db.reading(SYSTEM) as tx:
        return await actions.simulate(
            tx, program, code=code, months=months, by=by, today=given.clock.today()
        )


async def test_each_month_costs_what_was_computed_and_the_other_what_its_rate_says(
    given: Given,
) -> None:
    person = await employed(given, wage_cents=550_00)
    for month in (SEPTEMBER, OCTOBER):
        await given.computed_month(month)

    found = await simulate(given, ws_70(rate="50 %"))

    async with given.db.transaction(SYSTEM) as tx:
        stored = await instalments.list_of_agreement(tx, person.agreement_id)
    assert {one.month: one.amount_cents for one in stored} == {
        month.month: month.cost.now_cents for month in found.totals.by_month
    }
    assert [month.cost.now_cents for month in found.totals.by_month] == [350_00, 350_00]
    assert [month.cost.what_if_cents for month in found.totals.by_month] == [275_00, 275_00]
    (change,) = found.totals.loses.largest
    assert (change.reference, change.cost.difference_cents) == (
        person.agreement.reference, -150_00
    )  # fmt: skip
    budget = found.budget
    assert budget.left_what_if_cents - budget.left_now_cents == 150_00


async def test_the_scheme_itself_changes_nothing_for_anybody(given: Given) -> None:
    await employed(given)
    await employed(given, starts_on=AUGUST)

    found = await simulate(given, ws_70(), months=3)

    assert found.totals.total.difference_cents == 0
    assert (found.totals.gains.agreement_count, found.totals.loses.agreement_count) == (0, 0)
    assert found.totals.same_count == found.totals.agreement_count == 2
    assert all(one.now_count == one.what_if_count for one in found.outcomes)
    assert found.remarks == []


async def test_months_before_count_for_what_a_limit_looks_back_on(given: Given) -> None:
    await employed(given, starts_on=AUGUST)

    one = await simulate(given, ws_70(), months=1)
    three = await simulate(given, ws_70(), months=3)

    assert [month.cost for month in one.totals.by_month] == [
        month.cost for month in three.totals.by_month[-1:]
    ]


async def test_each_agreement_is_compared_with_its_own_version(given: Given) -> None:
    await employed(given, starts_on=SEPTEMBER)
    await _put_in_force(given, date(2026, 9, 2), code="WS-70", monthly="300.00 EUR",
                        expected="300.00", valid_from=None)  # fmt: skip
    await employed(given, starts_on=date(2026, 9, 2))

    found = await simulate(given, ws_70())

    assert found.versions == [Version(1, 1), Version(2, 1)]
    assert found.totals.same_count == 1
    assert found.totals.gains.difference_cents == 50_00  # the second's October, by version 2: 300


async def _put_in_force(given: Given, day: date, **changes: str | None) -> None:
    author = actor_of(await given.account(Role.ADMINISTRATOR))
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    at, text = given.clock.now(), a_document(**{k: v for k, v in changes.items() if v})  # type: ignore[arg-type] # all are texts
    async with given.db.transaction(author) as tx:
        draft = await schemes.draft_version(tx, text, valid_from=day, by=author, at=at)
        await schemes.check_version(tx, draft.code, draft.number, by=author, at=at)
    async with given.db.transaction(second) as tx:
        await schemes.activate_version(
            tx, draft.code, draft.number, shown_sha256=draft.document_sha256, by=second, at=at
        )


async def test_reasons_and_ages_are_told_in_words(given: Given) -> None:
    officer = await given.case_officer()
    await hire(given, officer, scheme="WS-70", starts_on=SEPTEMBER, wage_cents=600_00)

    found = await simulate(given, ws_70(age_max="20"), months=1)

    told = {(one.outcome, str(one.reason)): one for one in found.outcomes}
    missing = told[Outcome.BLOCKED, "evidence_missing"]
    outside = told[Outcome.NOT_DUE, "age_outside_scheme"]
    assert (missing.now_count, missing.what_if_count) == (1, 0)
    assert (outside.now_count, outside.what_if_count) == (0, 1)
    assert "has not reported" in missing.words
    assert "outside the ages of the document" in outside.words


async def test_a_document_that_grants_other_months_says_that_days_stay(given: Given) -> None:
    await employed(given)

    found = await simulate(given, ws_70(months="4"))

    assert len(found.remarks) == 1
    assert found.totals.total.difference_cents == 0


async def test_other_schemes_and_agreements_that_nobody_began_are_left_out(given: Given) -> None:
    officer = await given.case_officer()
    await given.signed_agreement(officer, starts_on=OCTOBER)
    await employed(given, scheme="SP-FLAT")

    found = await simulate(given, ws_70())

    assert (found.totals.agreement_count, found.versions, found.outcomes) == (0, [], [])
    assert found.totals.by_municipality.cells == []


async def test_few_people_are_not_shown_by_sex_or_place(given: Given) -> None:
    await employed(given)

    totals = (await simulate(given, ws_70())).totals

    for parts in (totals.by_sex, totals.by_municipality):
        assert parts.cells == []
        assert parts.hidden is not None
        assert parts.hidden.cost == totals.total


async def test_batches_are_one_whole(given: Given) -> None:
    for _ in range(3):
        await employed(given)
    seen: list[tuple[int, int]] = []
    program = await actions.program_of(ws_70(rate="50 %"))

    async with given.db.reading(SYSTEM) as tx:
        batches = store.list_agreements_employed(
            tx, "WS-70", rules.days_of([SEPTEMBER, OCTOBER]), batch_size=2
        )
        sizes = [len(batch) async for batch in batches]
        found = await actions.simulate(
            tx, program, code="WS-70", months=2, by=SYSTEM, today=given.clock.today(),
            on_progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip

    assert sizes == [2, 1]
    assert seen == [(0, 3), (3, 3)]
    assert (found.totals.agreement_count, found.totals.candidate_count) == (3, 3)


# ----- what is refused


async def test_what_cannot_be_simulated_is_refused_in_a_sentence(given: Given) -> None:
    with pytest.raises(rules.NeedsOtherFacts) as needs:
        await simulate(given, helsinki())
    with pytest.raises(rules.NoSuchScheme):
        await simulate(given, ws_70(), code="NONE")
    with pytest.raises(VersionFlawed) as flawed:
        await simulate(given, ws_70().replace("unit = ", "unit = no"))
    with pytest.raises(NotAllowed):
        await simulate(given, ws_70(), by=Actor(role=Role.CASE_OFFICER))

    assert "trainings.amount" in needs.value.sentence()
    assert flawed.value.findings


async def test_one_what_if_at_a_time(committed: Database, clock: FixedClock) -> None:
    program = await actions.program_of(ws_70())

    async with committed.reading(SYSTEM) as first, committed.reading(SYSTEM) as second:
        assert await store.try_simulation_lock(first)
        with pytest.raises(rules.SimulationUnderWay):
            await actions.simulate(
                second, program, code="WS-70", months=1, by=SYSTEM, today=clock.today()
            )


# ----- it changes nothing


async def test_the_database_refuses_to_write_while_it_simulates(
    given: Given, committed: Database
) -> None:
    for database in (given.db, committed):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with database.reading(SYSTEM) as tx:
                await tx.execute(
                    "INSERT INTO scheme (id, code, name_sq, name_sr, name_en)"
                    " VALUES (gen_random_uuid(), 'MINE', 'a', 'b', 'c')"
                )


async def test_a_reading_sees_one_moment(new_database: MakeConfig) -> None:
    config = await new_database()
    database = await open_database(config)
    count = "SELECT count(*) FROM sign_in_attempt"
    try:
        async with database.reading(SYSTEM) as tx:
            before = await tx.fetchval(count)
            async with database.transaction(SYSTEM) as other:
                await other.execute(
                    "INSERT INTO sign_in_attempt (email, address, attempted_at, succeeded)"
                    " VALUES ('a@example.org', 'test', now(), TRUE)"
                )
            after = await tx.fetchval(count)
        async with database.reading(SYSTEM) as tx:
            later = await tx.fetchval(count)
    finally:
        await database.close()

    assert (before, after, later) == (0, 0, 1)


async def test_every_row_is_the_same_before_and_after(
    new_database: MakeConfig, clock: FixedClock, sealer: Sealer
) -> None:
    config = await new_database()
    database = await open_database(config)
    try:
        given = Given(database, clock, sealer)
        await employed(given)
        before = await fingerprints(config)

        found = await simulate(given, ws_70(rate="50 %"))

        assert found.totals.loses.agreement_count == 1
        assert await fingerprints(config) == before
    finally:
        await database.close()
