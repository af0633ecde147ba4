"""The second computation comes to what the service computes, and notices whatever is wrong."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from deploy.servers import Urls
from service.crypto import Sealer
from service.db import Connection, prepare
from service.expected import actions
from service.period import Month, add_months, next_month
from tests.conftest import FixedClock, OneConnection, database_named
from tests.expected.country import Facts, Reported, at_random, last_month, lay_down
from tests.expected.mutations import MUTATIONS, Mutation
from tests.given import Given

AUGUST = Month(date(2026, 8, 1))
# From the first Monday of a month: all its weekdays, but not all its days.
MONDAY = Facts(
    scheme="WS-70",
    starts_on=date(2026, 8, 3),
    ends_before=date(2027, 2, 3),
    employed_before=date(2027, 2, 3),
    weekly_hours=40,
    suspended=(),
    reports=tuple(
        Reported(Month(add_months(AUGUST, n)), 20, 20, 0, 600_00 if n else 470_00, True)
        for n in range(7)
    ),
)
PEOPLE = [*at_random(seed=7, count=300), MONDAY]
LAST = last_month(PEOPLE)
LATER = datetime.combine(next_month(LAST), datetime.min.time(), UTC) + timedelta(days=9)


@pytest.fixture(scope="module")
async def country(
    servers: Urls, connection: Connection, sealer: Sealer
) -> AsyncIterator[Connection]:
    """The owner's transaction, in which everything was computed; nothing of it stays."""
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    await lay_down(owner, PEOPLE)
    given = Given(OneConnection(owner), FixedClock(LATER), sealer)
    await given.computed_month(LAST, everything=True)
    await _learn(owner, LATER + timedelta(hours=1))
    yield owner
    await undone.rollback()
    await owner.close()


async def _learn(owner: Connection, at: datetime) -> None:
    """Some reports are corrected, days moved and suspensions ended, all of it after the run."""
    await owner.execute("SET LOCAL session_replication_role = replica")
    for table, key in (("attendance", "month"), ("agreement_suspension", "lower(period)")):
        await owner.execute(
            f"UPDATE {table} SET superseded_at = $1 WHERE extract(DAY FROM {key} + 3) < 12 "
            f"AND abs(hashtext(agreement_id::text)) % 8 = 0",
            at,
        )
    await owner.execute(
        "INSERT INTO attendance (id, agreement_id, month, version, days_expected, days_worked, "
        "days_paid_leave, gross_wage_cents, reported_at, reported_by) SELECT gen_random_uuid(), "
        "agreement_id, month, 2, 22, 1, 0, 1, $1, reported_by FROM attendance "
        "WHERE superseded_at IS NOT NULL",
        at,
    )
    await owner.execute(
        "WITH old AS (UPDATE agreement_dates SET superseded_at = $1 "
        "WHERE abs(hashtext(agreement_id::text)) % 9 = 0 "
        "RETURNING agreement_id, period, employment) "
        "INSERT INTO agreement_dates SELECT agreement_id, 2, "
        "daterange(lower(period), lower(period) + 20), employment, $1, $2 FROM old",
        at,
        UUID(int=0xA1),
    )
    await owner.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
async def owner(country: Connection) -> AsyncIterator[Connection]:
    """The owner, whose changes are undone after each test."""
    undone = country.transaction()
    await undone.start()
    yield country
    await undone.rollback()


async def test_every_amount_of_every_scheme_is_the_same_to_the_cent(owner: Connection) -> None:
    differing = await actions.list_unexpected(owner)

    due = await owner.fetch(
        "SELECT s.code, i.kind, count(*) FILTER (WHERE i.outcome = 'due') AS due, count(*) AS n "
        "FROM instalment AS i INNER JOIN agreement AS a ON i.agreement_id = a.id "
        "INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id "
        "INNER JOIN scheme AS s ON v.scheme_id = s.id GROUP BY s.code, i.kind"
    )
    assert differing == []
    assert len(due) == 7
    assert min(row["due"] for row in due) > 10
    assert sum(row["n"] for row in due) > 1500


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.what)
async def test_a_rule_that_is_dropped_is_noticed(owner: Connection, mutation: Mutation) -> None:
    definition = await owner.fetchval(
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = $1", mutation.function
    )
    assert definition.count(mutation.rule) == mutation.times, definition
    await owner.execute(definition.replace(mutation.rule, mutation.instead))

    assert await actions.list_unexpected(owner)


@pytest.mark.parametrize("change", ["amount_cents + 1", "amount_cents - 1"])
async def test_a_cent_more_or_less_is_named_with_both_amounts(
    owner: Connection, change: str
) -> None:
    row = await owner.fetchrow(
        "SELECT id, agreement_id, month, kind, amount_cents FROM instalment "
        "WHERE outcome = 'due' AND month = '2025-06-01' ORDER BY id LIMIT 1"
    )
    assert row is not None
    await _edit(owner, f"UPDATE instalment SET amount_cents = {change} WHERE id = $1", row["id"])

    found = await actions.compare_month(owner, Month(row["month"]))
    (broken,) = await actions.list_unexpected(owner)

    (one,) = found.differences
    assert (one.agreement_id, one.month, one.kind) == (
        row["agreement_id"],
        row["month"],
        row["kind"],
    )
    assert one.theirs_cents == row["amount_cents"] != one.ours_cents
    assert abs(found.ours_cents - found.theirs_cents) == found.difference_count == 1
    assert broken.subject == f"agreement {row['agreement_id']}"


async def test_what_is_due_and_was_computed_as_nothing_is_named(owner: Connection) -> None:
    id_ = await owner.fetchval("SELECT id FROM instalment WHERE outcome = 'due' LIMIT 1")
    await _edit(
        owner,
        "UPDATE instalment SET amount_cents = 0, outcome = 'blocked', reason = 'evidence_missing' "
        "WHERE id = $1",
        id_,
    )

    (broken,) = await actions.list_unexpected(owner)

    assert " 0 computed twice " in broken.found


async def test_a_payment_that_was_never_computed_is_named(owner: Connection) -> None:
    id_ = await owner.fetchval(
        "SELECT i.id FROM instalment AS i WHERE i.outcome = 'due' AND EXISTS (SELECT 1 FROM "
        "instalment AS later WHERE later.agreement_id = i.agreement_id AND later.month > i.month "
        "AND later.computed_at >= i.computed_at) LIMIT 1"
    )
    await _edit(owner, "UPDATE instalment SET superseded_at = computed_at WHERE id = $1", id_)

    assert len(await actions.list_unexpected(owner)) == 1


async def test_single_instalments_are_judged_with_both_amounts(owner: Connection) -> None:
    ids = await owner.fetchval(
        "SELECT array_agg(id) FROM (SELECT id FROM instalment WHERE outcome = 'due' "
        "ORDER BY id LIMIT 3)"
    )
    await _edit(owner, "UPDATE instalment SET amount_cents = 7 WHERE id = $1", ids[0])

    found = await owner.fetch("SELECT instalment_id, outcome FROM expected_outcome($1)", ids)

    outcomes = {row["instalment_id"]: row["outcome"] for row in found}
    assert outcomes == {ids[0]: "failed", ids[1]: "passed", ids[2]: "passed"}


async def _edit(owner: Connection, statement: str, id_: UUID) -> None:
    """What no person and no program can do: the owner edits what never changes."""
    await owner.execute("SET LOCAL session_replication_role = replica")
    await owner.execute(statement, id_)
    await owner.execute("SET LOCAL session_replication_role = origin")
