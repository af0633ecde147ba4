"""Agreements of every scheme at random, as rows of facts that are written at once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from service.db import Connection
from service.ids import new_id
from service.period import Month, add_months, month_of, months_touched
from service.period import Period as Days

DAY = timedelta(days=1)
MONTHS = {"WS-70": 6, "WS-50": 9, "SP-FLAT": 6, "OJT": 3, "OJT-DISABILITY": 6}
WAGES = (0, 21_250, 42_500, 50_000, 50_001, 60_000, 123_457)
SOMEBODY, ANOTHER = UUID(int=0xA1), UUID(int=0xA2)
KNOWN = "2024-01-01 08:00Z"
# Money for every line, and what is set aside for each agreement.
MONEY = """
INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, agreement_id, effective_on
)
SELECT
    gen_random_uuid(), b.id, d.id, c.id,
    CASE wanted.reason
        WHEN 'committed' THEN v.months * v.monthly_max_cents + v.final_max_cents
        ELSE 100000000000
    END,
    wanted.reason, wanted.source, coalesce(a.id, gen_random_uuid()), a.id, date '2024-01-01'
FROM (VALUES
    ('appropriated', 'budget_line', 'appropriation', 'treasury'),
    ('committed', 'agreement', 'committed', 'appropriation')
) AS wanted (reason, source, debit, credit)
CROSS JOIN budget_line AS b
INNER JOIN ledger_account AS d ON b.id = d.budget_line_id AND d.kind = wanted.debit
INNER JOIN ledger_account AS c ON b.id = c.budget_line_id AND c.kind = wanted.credit
LEFT JOIN scheme_version AS v
    ON b.scheme_id = v.scheme_id AND v.state = 'activated' AND wanted.reason = 'committed'
LEFT JOIN agreement AS a ON v.id = a.scheme_version_id
WHERE wanted.reason = 'appropriated' OR a.id IS NOT NULL
"""
TABLES = {
    "agreement": "id, reference, placement_id, candidate_id, employer_id, office_id, "
    "scheme_version_id, starts_on, period, employment, gross_wage_cents, weekly_hours, terms, "
    "terms_sha256, state, drafted_at, drafted_by, started_at, started_by, "
    "replaces_agreement_id, replacement_months",
    "agreement_dates": "agreement_id, version, period, employment, recorded_at, recorded_by",
    "agreement_suspension": "id, agreement_id, period, reason, recorded_at, recorded_by",
    "attendance": "id, agreement_id, month, version, days_expected, days_worked, "
    "days_paid_leave, gross_wage_cents, reported_at, reported_by, confirmed_at, confirmed_by, "
    "confirmed_for",
}


class Reported(msgspec.Struct, frozen=True):
    """A month's report: days expected, worked and of paid leave; gross wage in cents."""

    month: Month
    expected: int
    worked: int
    leave: int
    gross_cents: int
    is_confirmed: bool


class Facts(msgspec.Struct, frozen=True):
    """One agreement as its facts; `replacement_months` where it replaces another."""

    scheme: str
    starts_on: date
    ends_before: date
    employed_before: date
    weekly_hours: int
    suspended: tuple[Days, ...]
    reports: tuple[Reported, ...]
    replacement_months: int | None = None


def at_random(seed: int, count: int) -> Iterator[Facts]:
    """Agreements of every scheme, extended, cut short, suspended, reported well or not."""
    chance = Random(seed)
    for number in range(count):
        yield _one(chance, list(MONTHS)[number % len(MONTHS)])


def _one(chance: Random, scheme: str) -> Facts:
    starts_on = date(2024, 10, 1) + DAY * chance.randint(0, 640)
    planned = add_months(starts_on, MONTHS[scheme])
    moved = chance.choice((0, 0, 0, -chance.randint(1, 80), chance.randint(1, 40)))
    ends_before = max(starts_on + DAY, planned + DAY * moved)
    longer = chance.choice((0, chance.randint(1, 200), 400, 400))
    employed_before = ends_before + DAY * longer
    is_orderly = chance.random() < 0.6
    hours = chance.choice((40, 40, 40, 30, 20, 7))
    return Facts(
        scheme,
        starts_on,
        ends_before,
        employed_before,
        hours,
        tuple(_breaks(chance, starts_on)),
        tuple(
            _report(chance, month, hours, is_orderly=is_orderly)
            for month in months_touched(Days(starts_on, employed_before))
            if is_orderly or chance.random() < 0.9
        ),
        chance.choice((1, 2, 3)) if chance.random() < 0.15 else None,
    )


def _breaks(chance: Random, starts_on: date) -> Iterator[Days]:
    first = starts_on + DAY * chance.randint(0, 90)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        until = first + DAY * chance.randint(1, 45)
        yield Days(first, until)
        first = until + DAY * chance.randint(1, 90)


def _report(chance: Random, month: Month, hours: int, *, is_orderly: bool) -> Reported:
    full = chance.choice((*WAGES, 90_000, 90_000)) * hours // 40
    if is_orderly:
        return Reported(month, 22, 22, 0, max(full, 60_000 * hours // 40), is_confirmed=True)
    expected = chance.randint(1, 23)
    worked = chance.choice((expected, chance.randint(0, expected)))
    leave = chance.choice((0, expected - worked))
    gross = chance.choice((full, full, chance.randint(0, 120_000)))
    return Reported(month, expected, worked, leave, gross, is_confirmed=chance.random() < 0.9)


async def lay_down(owner: Connection, people: Sequence[Facts]) -> list[UUID]:
    """Writes agreements by the owner with triggers off; answers their ids, in order."""
    ids = [new_id() for _ in people]
    versions = {
        row["code"]: row["id"]
        for row in await owner.fetch(
            "SELECT s.code, v.id FROM scheme_version AS v INNER JOIN scheme AS s "
            "ON v.scheme_id = s.id WHERE v.state = 'activated'"
        )
    }
    office = await owner.fetchval("SELECT id FROM office LIMIT 1")
    await owner.execute("SET LOCAL session_replication_role = replica")
    for table, rows in _rows(dict(zip(ids, people, strict=True)), versions, office).items():
        marks = ", ".join(f"${place + 1}" for place in range(len(rows[0])))
        await owner.executemany(f"INSERT INTO {table} ({TABLES[table]}) VALUES ({marks})", rows)
    await owner.execute(MONEY)
    await owner.execute("SET LOCAL session_replication_role = origin")
    return ids


def _rows(
    people: dict[UUID, Facts], versions: dict[str, UUID], office: UUID
) -> dict[str, list[tuple[Any, ...]]]:
    known = datetime.fromisoformat(KNOWN)
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    for id_, one in people.items():
        period = _range(one.starts_on, one.ends_before)
        employment = _range(one.starts_on, one.employed_before)
        replaces = None if one.replacement_months is None else new_id()
        rows["agreement"].append(
            (
                *(id_, f"X-{id_.hex[-10:]}", new_id(), new_id(), new_id(), office),
                *(versions[one.scheme], one.starts_on, period, employment, 90_000),
                *(one.weekly_hours, "", bytes(32), "active", known, SOMEBODY, known, SOMEBODY),
                *(replaces, one.replacement_months),
            )
        )
        rows["agreement_dates"].append((id_, 1, period, employment, known, SOMEBODY))
        rows["agreement_suspension"] += [
            (new_id(), id_, _range(days.start, days.end), "Ill", known, SOMEBODY)
            for days in one.suspended
        ]
        rows["attendance"] += [
            (
                *(new_id(), id_, said.month, 1, said.expected, said.worked, said.leave),
                *(said.gross_cents, known, SOMEBODY),
                *((known, ANOTHER, "office") if said.is_confirmed else (None, None, None)),
            )
            for said in one.reports
        ]
    return rows


def _range(first: date, before: date) -> Any:
    return asyncpg.Range(first, before)


def last_month(people: Sequence[Facts]) -> Month:
    """A month by which everything has fallen due."""
    return month_of(add_months(max(one.starts_on for one in people), 13))
