"""The second wall: what the database itself shows and lets write whoever holds a link."""

import asyncpg
import pytest

from service.actor import ANONYMOUS, SYSTEM, Actor
from service.agreements.model import Party
from service.db import Connection
from service.ids import new_id
from tests.links.desk import OCTOBER, Desk

# Tables of people and money of which a candidate sees rows: all of them of the link's agreement.
OWN = {
    "agreement": "id",
    "agreement_dates": "agreement_id",
    "agreement_event": "agreement_id",
    "agreement_signature": "agreement_id",
    "agreement_suspension": "agreement_id",
    "attendance": "agreement_id",
    "candidate_question": "agreement_id",
    "instalment": "agreement_id",
    "instalment_ahead": "agreement_id",
    "outcome": "agreement_id",
}
# What is everybody's to read: no person and no payment stands there.
PUBLIC = {
    "bank_profile", "budget_line", "check_rule", "eligibility_rule", "expected_method",
    "ledger_account", "quality_rule", "reason_code", "recovery_rule", "recovery_terms", "scheme",
    "scheme_version", "state_aid_rule", "transliteration", "visit_rule",
    "duty_conflict", "legal_remedy", "office", "payment_calendar", "second_factor_rule",
}  # fmt: skip
# Reached through the candidate, the placement or the link itself.
BY_OTHER_KEYS = {"candidate", "placement", "candidate_link", "link_event", "link_session",
                 "attendance_contest"}  # fmt: skip


async def holder_among_others(desk: Desk) -> Actor:
    """Who holds a link to a reported month, in a country with another such person."""
    for _ in range(2):
        await desk.report()
    await desk.given.computed_month(OCTOBER)
    await desk.ask()
    return await desk.holder((await desk.tokens())[0])


async def visible(tx: Connection) -> dict[str, int]:
    """How many rows of each table with policies an actor sees."""
    tables = await tx.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
        " AND has_table_privilege(oid, 'SELECT') ORDER BY relname"
    )
    return {
        row["relname"]: await tx.fetchval(f'SELECT count(*) FROM "{row["relname"]}"')
        for row in tables
    }


async def test_a_candidate_sees_the_own_agreement_and_nothing_of_anybody_else(desk: Desk) -> None:
    holder = await holder_among_others(desk)

    async with desk.db.transaction(holder) as tx:
        seen = {table for table, rows in (await visible(tx)).items() if rows}
        for table, column in OWN.items():
            others = await tx.fetchval(
                f"SELECT count(*) FROM {table} WHERE {column} <> $1", holder.agreement_id
            )
            assert others == 0, table
        people = await tx.fetch("SELECT id FROM candidate")
        placements = await tx.fetchval("SELECT count(*) FROM placement")

    assert seen <= OWN.keys() | PUBLIC | BY_OTHER_KEYS
    assert {"agreement", "attendance", "instalment", "candidate"} <= seen
    assert [row["id"] for row in people] == [holder.candidate_id]
    assert placements == 1


async def test_the_others_are_there_all_the_same(desk: Desk) -> None:
    await holder_among_others(desk)

    async with desk.db.transaction(SYSTEM) as tx:
        seen = await visible(tx)

    assert (seen["agreement"], seen["attendance"], seen["candidate_link"]) == (2, 2, 2)
    assert seen["instalment"] >= 2
    assert seen["candidate_contact"] == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement SET state = 'cancelled'",
        "UPDATE attendance SET superseded_at = now()",
        "UPDATE attendance SET confirmed_at = now(), confirmed_for = 'office',"
        " confirmed_by = (SELECT id FROM account LIMIT 1)",
        "UPDATE candidate_link SET expires_at = now() + interval '9 years'",
        "INSERT INTO agreement_event (id, agreement_id, event, happened_at)"
        " SELECT gen_random_uuid(), id, 'started', now() FROM agreement",
        "INSERT INTO agreement_signature (agreement_id, party, signed_name, signed_at, by_link,"
        " terms_sha256) SELECT a.id, 'employer', 'Me', now(), l.id, a.terms_sha256"
        " FROM agreement AS a, candidate_link AS l",
        "INSERT INTO candidate_link (id, question_id, code_index, issued_at, issued_by, expires_at)"
        " SELECT gen_random_uuid(), q.id, sha256('x'), now(), a.id, now() + interval '1 day'"
        " FROM candidate_question AS q, account AS a",
    ],
)
async def test_a_candidate_writes_nothing_but_an_answer(desk: Desk, statement: str) -> None:
    holder = await holder_among_others(desk)

    with pytest.raises(asyncpg.PostgresError):
        async with desk.db.transaction(holder) as tx:
            await tx.execute(statement)


async def test_an_answer_carries_the_own_link(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    first = await desk.holder()
    await desk.draft(email="besa@example.org")
    await desk.ask()
    second = await desk.holder()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with desk.db.transaction(first) as tx:
            await tx.execute(
                "INSERT INTO agreement_signature (agreement_id, party, signed_name, signed_at,"
                " by_link, terms_sha256) VALUES ($1, 'candidate', 'Me', now(), $2, $3)",
                agreement.id,
                second.link,
                agreement.terms_sha256,
            )


async def test_an_employer_does_not_see_how_its_candidates_are_asked(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    employer = await desk.given.employer_of(agreement)

    async with desk.db.transaction(employer.actor(frozenset())) as tx:
        seen = await visible(tx)

    assert [seen[table] for table in ("candidate_question", "candidate_link", "link_event")] == [
        0,
        0,
        0,
    ]


async def test_a_stranger_sees_no_link_and_no_question(desk: Desk) -> None:
    await desk.draft()
    await desk.ask()

    async with desk.db.transaction(SYSTEM) as tx:
        assert (await visible(tx))["candidate_link"] == 1
    async with desk.db.transaction(ANONYMOUS) as tx:
        seen = await visible(tx)

    assert (seen["candidate_link"], seen["candidate_question"], seen["candidate"]) == (0, 0, 0)


async def test_a_question_cannot_be_about_another_persons_agreement(desk: Desk) -> None:
    first = await desk.draft()
    second = await desk.draft(email="besa@example.org")

    with pytest.raises(asyncpg.PostgresError, match="one agreement of one candidate"):
        async with desk.db.transaction(SYSTEM) as tx:
            await tx.execute(
                "INSERT INTO candidate_question (id, purpose, agreement_id, candidate_id,"
                " raised_at, reach) VALUES ($1, 'sign_agreement', $2, $3, now(), 'paper')",
                new_id(),
                first.id,
                second.candidate_id,
            )


async def test_a_signature_is_somebodys_and_one_persons_only(desk: Desk) -> None:
    agreement = await desk.draft()
    await desk.ask()
    holder = await desk.holder()
    officer = await desk.given.officer_of(agreement)

    with pytest.raises(asyncpg.CheckViolationError, match="by_somebody"):
        async with desk.db.transaction(officer.actor(frozenset())) as tx:
            await tx.execute(
                "INSERT INTO agreement_signature (agreement_id, party, signed_name, signed_at,"
                " recorded_by, by_link, terms_sha256) VALUES ($1, $2, 'Me', now(), $3, $4, $5)",
                agreement.id,
                Party.CANDIDATE,
                officer.id,
                holder.link,
                agreement.terms_sha256,
            )
