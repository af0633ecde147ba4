"""Each check passes a month that is in order, and fails when its fact is another."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.servers import Urls
from service.actor import Actor
from service.checks import actions, store
from service.checks.model import Check, Outcome, Result
from service.crypto import Sealer
from service.db import Connection, prepare
from service.ids import CheckRunId
from tests.checks.breaks import BREAKS, SHOWN_ELSEWHERE, WITHOUT_FACTS
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.given import Given, actor_of
from tests.payouts.rows import OCTOBER, DueMonth, due_month

State = tuple[Connection, DueMonth, Actor]


@pytest.fixture(scope="module")
async def made(servers: Urls, connection: Connection, sealer: Sealer) -> AsyncIterator[State]:
    """The owner's transaction, with two due months of two firms; nothing of it stays."""
    assert not connection.is_in_transaction()
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    given = Given(OneConnection(owner), FixedClock(START), sealer)
    officers = (await given.case_officer(), await given.case_officer())
    due = await due_month(given, officers=officers)
    await due_month(given, officers=officers)
    yield owner, due, actor_of(await given.finance_officer())
    await undone.rollback()
    await owner.close()


@pytest.fixture
async def state(made: State) -> AsyncIterator[State]:
    """The same, whose changes are undone after each test; guards of rows and days sleep."""
    owner, due, officer = made
    undone = owner.transaction()
    await undone.start()
    await owner.execute("SET LOCAL session_replication_role = replica")
    await owner.execute("ALTER TABLE agreement DROP CONSTRAINT agreement_no_overlap_per_candidate")
    await owner.execute("ALTER TABLE employer DROP CONSTRAINT employer_business_number_form")
    yield owner, due, officer
    await undone.rollback()


async def found(state: State) -> tuple[dict[Check, Result], bool]:
    """What the checks find now, and whether the payment would be left out."""
    owner, due, officer = state
    run = await actions.run_checks(owner, [due.instalment_id], month=OCTOBER, by=officer, at=START)
    results = await store.list_results(owner, due.instalment_id, run_id=CheckRunId(run.id))
    return {one.code: one for one in results}, due.instalment_id in run.blocked


async def test_a_month_in_order_has_a_result_of_every_check_and_fails_none(state: State) -> None:
    results, blocked = await found(state)

    twins = {Check.NO_OPEN_DUPLICATE, Check.ACCOUNT_NOT_CHANGED_LATELY}
    assert set(results) == set(Check)
    assert {code for code, one in results.items() if one.outcome is Outcome.FAILED} <= twins
    assert {code for code, one in results.items() if one.outcome is Outcome.NO_DATA} == (
        WITHOUT_FACTS
    )
    assert not blocked


def test_every_check_is_shown_to_fail() -> None:
    assert set(BREAKS) | WITHOUT_FACTS | SHOWN_ELSEWHERE == set(Check)


@pytest.mark.parametrize("code", BREAKS)
async def test_a_check_fails_when_its_fact_is_another(state: State, code: Check) -> None:
    owner, due, _ = state
    before, _ = await found(state)

    await owner.execute(BREAKS[code], due.agreement_id)
    after, blocked = await found(state)

    assert before[code].outcome is Outcome.PASSED
    assert after[code].outcome is Outcome.FAILED
    assert after[code].inputs
    assert after[code].stops == after[code].is_blocking
    assert not after[code].is_blocking or blocked


async def test_namesakes_born_on_one_day_are_shown_with_their_references(state: State) -> None:
    owner, due, _ = state
    before, blocked = await found(state)

    await owner.execute(
        "UPDATE candidate SET born_on = '2002-02-02'"
        " WHERE id = (SELECT candidate_id FROM agreement WHERE id = $1)",
        due.agreement_id,
    )
    after, _ = await found(state)

    assert before[Check.NO_OPEN_DUPLICATE].outcome is Outcome.FAILED
    assert len(before[Check.NO_OPEN_DUPLICATE].inputs["others"]) == 1
    assert not blocked
    assert after[Check.NO_OPEN_DUPLICATE].outcome is Outcome.PASSED


async def test_a_result_that_is_missing_counts_as_failed(state: State) -> None:
    owner, due, officer = state
    run = await actions.run_checks(owner, [due.instalment_id], month=OCTOBER, by=officer, at=START)

    await owner.execute(
        "DELETE FROM check_result WHERE run_id = $1 AND code = 'no_other_subsidy'", run.id
    )
    unmet = await owner.fetch("SELECT * FROM unmet_checks($1, $2)", run.id, START)

    assert not run.blocked
    assert [tuple(row) for row in unmet] == [(due.instalment_id, "no_other_subsidy", "missing")]


@pytest.mark.parametrize(
    ("starts_on", "month", "days"),
    [
        ("2026-03-01", "2026-03-01", "[2026-03-01,2026-04-01)"),
        ("2026-03-17", "2026-03-01", "empty"),
        ("2026-03-17", "2026-04-01", "[2026-03-17,2026-04-17)"),
        ("2026-03-17", "2026-09-01", "[2026-08-17,2026-09-17)"),
        ("2026-03-17", "2026-10-01", "empty"),
        ("2026-03-31", "2026-04-01", "[2026-03-31,2026-04-30)"),
    ],
)
async def test_a_month_pays_the_programme_month_that_ends_in_it(
    tx: Connection, starts_on: str, month: str, days: str
) -> None:
    same = await tx.fetchval(
        "SELECT days_paid_for($1::text::date, daterange($1::text::date,"
        " ($1::text::date + interval '6 months')::date), $2::text::date) = $3::text::daterange",
        starts_on,
        month,
        days,
    )

    assert same


@pytest.mark.parametrize(
    ("holder", "owner", "words"),
    [
        ("Çelik Ndërtimi SHPK", "Celik Ndertimi Sh.p.k.", 1),
        ("Arta KRASNIQI", "Arta Krasniqi", 2),
        ("Đorđević Jelena", "Jelena Djordjevic", 2),
    ],
)
async def test_names_are_compared_by_their_words_without_diacritics(
    tx: Connection, holder: str, owner: str, words: int
) -> None:
    assert await tx.fetchval("SELECT shares_words($1, $2, $3)", holder, owner, words)
    assert not await tx.fetchval("SELECT shares_words('Somebody Else', $1, $2)", owner, words)
