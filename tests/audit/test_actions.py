"""The database writes the audit trail by itself, and nobody else can."""

from datetime import date

import asyncpg
import pytest

from jobs import demo
from service.actor import Actor, Role
from service.audit import actions
from service.audit.model import TABLES, Action, Search
from service.db import Connection, connect_owner
from service.demo.model import DemoOptions
from service.period import Month
from service.problems import NotAllowed
from tests.conftest import MakeConfig
from tests.given import Given, act_as, actor_of

ROLES = [role for role in Role if role is not Role.ANONYMOUS]
TAMPERING = {
    "insert": "INSERT INTO audit_entry (table_name, row_id, action, after)"
    " VALUES ('employer', gen_random_uuid(), 'insert', '{}')",
    "update": "UPDATE audit_entry SET actor_role = 'auditor'",
    "delete": "DELETE FROM audit_entry",
    "truncate": "TRUNCATE audit_entry",
}

WRITTEN_BY_NOBODY_IN_THE_DEMO = (
    "INSERT INTO bank_day (id, falls_on, is_closed, reason)"
    " VALUES (gen_random_uuid(), '2026-12-31', TRUE, 'inventory')",
    "INSERT INTO api_token (id, token_hash, account_id, name, scopes, created_at, expires_at)"
    " SELECT gen_random_uuid(), sha256('token'), id, 'test', '{read}', now(), now() + '1 day'"
    " FROM account LIMIT 1",
    "INSERT INTO freeze_period (id, period, stops, reason, proposed_at, proposed_by)"
    " SELECT gen_random_uuid(), '[2026-12-30,2027-01-03)', '{export}', 'year end', now(), id"
    " FROM account LIMIT 1",
)
# Nothing went wrong in the demonstration's year that would write these.
RARE = [
    *("account_role_change", "act_proof", "attendance_contest", "bank_alarm"),
    *("bank_file_release", "candidate_link"),
    *("check_override", "download", "factor_reset", "instalment_hold", "invitation", "letter"),
    *("mail", "password_reset", "payment_closure", "payment_recall", "quality_review"),
    *("recovery", "recovery_code", "recovery_dismissal", "recovery_payment"),
    *("recovery_write_off", "reference_change", "referral", "reissue_request", "second_factor"),
    *("state_aid_declaration", "suspense_resolution", "twin_decision", "undertaking_link"),
]


async def auditor(given: Given) -> Actor:
    return actor_of(await given.account(Role.AUDITOR))


async def test_a_change_says_who_when_and_from_what_to_what(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    candidate = await given.candidate(officer)
    await act_as(tx, actor_of(officer))
    await tx.execute("UPDATE candidate SET travel_km = 77 WHERE id = $1", candidate.id)

    by = await auditor(given)
    await act_as(tx, by)
    found = await actions.search_entries(tx, Search("candidate", candidate.id), by=by)

    changed, written = found.rows
    assert (changed.action, written.action) == (Action.UPDATE, Action.INSERT)
    assert changed.before == {"travel_km": candidate.travel_km}
    assert changed.after == {"travel_km": 77}
    assert (changed.actor_role, changed.actor_account) == (Role.CASE_OFFICER, officer.id)
    assert changed.actor_name == officer.name
    assert changed.happened_at.utcoffset() is not None
    assert written.before is None


async def test_what_is_sealed_or_hashed_is_never_copied(given: Given, tx: Connection) -> None:
    candidate = await given.candidate()
    by = await auditor(given)
    await act_as(tx, by)

    written = [
        entry.after or {}
        for table, row in [
            ("candidate", candidate.id),
            ("candidate_sensitive", candidate.id),
            ("account", by.account),
        ]
        for entry in (await actions.search_entries(tx, Search(table, row), by=by)).rows
    ]

    columns = {column for after in written for column in after}
    assert "folded_name" in columns
    assert not {name for name in columns if "sealed" in name or "index" in name or "hash" in name}


@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.AUDITOR])
async def test_only_auditors_read_it(tx: Connection, role: Role) -> None:
    with pytest.raises(NotAllowed):
        await actions.search_entries(tx, Search(), by=Actor(role=role))


async def test_the_policy_hides_it_from_everybody_else(given: Given, tx: Connection) -> None:
    officer = await given.case_officer()
    await act_as(tx, actor_of(officer))

    assert await tx.fetchval("SELECT count(*) FROM audit_entry") == 0


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", list(TAMPERING))
async def test_the_application_can_neither_write_nor_change_it(
    tx: Connection, role: Role, deed: str
) -> None:
    await act_as(tx, Actor(role=role))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(TAMPERING[deed])


@pytest.mark.parametrize("deed", ["update", "delete", "truncate"])
async def test_not_even_the_owner_changes_an_entry_by_accident(
    new_database: MakeConfig, deed: str
) -> None:
    owner = await connect_owner(await new_database())

    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(TAMPERING[deed])

    await owner.close()


async def test_each_table_on_the_list_has_the_trigger_and_no_other(tx: Connection) -> None:
    having = await tx.fetch(
        "SELECT DISTINCT c.relname FROM pg_trigger AS t JOIN pg_class AS c ON t.tgrelid = c.oid"
        " JOIN pg_proc AS p ON t.tgfoid = p.oid WHERE p.proname LIKE 'record%audit'"
    )

    assert sorted(one["relname"] for one in having) == list(TABLES)


async def test_a_year_of_the_country_leaves_entries_of_every_table(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    year = DemoOptions(until=Month(date(2026, 10, 1)), candidates=150, employers=40, months=8)
    await demo.load(config, year, say=lambda _: None)
    owner = await connect_owner(config)
    for statement in WRITTEN_BY_NOBODY_IN_THE_DEMO:
        await owner.execute(statement)

    entries = await owner.fetch(
        "SELECT table_name, action, bool_and(happened_at IS NOT NULL) AS dated,"
        " bool_and(actor_role IS NOT NULL) AS signed FROM audit_entry GROUP BY 1, 2"
    )
    await owner.close()

    kinds = {(entry["table_name"], entry["action"]): entry for entry in entries}
    assert sorted(set(TABLES) - {table for table, _ in kinds}) == RARE
    assert {table for table, _ in kinds} <= set(TABLES)
    assert all(entry["dated"] for entry in entries)
    assert kinds["payout", "update"]["signed"]
    assert kinds["payment_attempt", "update"]["signed"]
