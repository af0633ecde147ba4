"""The checks in the code, in sql/checks/ and in the database are the same, and each can run."""

from pathlib import Path

from service import db
from service.checks.model import Check
from service.db import Connection

ANSWER = ["instalment_id", "outcome", "inputs"]


def test_every_check_is_a_file_and_every_file_a_check(checkout: Path) -> None:
    files = {file.stem for file in (checkout / "sql" / "checks").iterdir()}

    assert files == set(Check)
    assert set(db.load_checks()) == set(Check)


async def test_every_check_prepares_and_answers_alike(tx: Connection, checkout: Path) -> None:
    wrong = {}
    for file in sorted((checkout / "sql" / "checks").glob("*.sql")):
        query = db.parse_queries(file.read_text())[file.stem]
        prepared = await tx.prepare(query.text)
        columns = [column.name for column in prepared.get_attributes()]
        if columns != ANSWER or not set(query.parameters) <= {"instalment_ids", "at", "on"}:
            wrong[file.stem] = columns, query.parameters

    assert not wrong


async def test_every_check_prepares_with_its_recording(tx: Connection) -> None:
    for query in db.load_checks().values():
        await tx.prepare(query.text)


async def test_the_database_has_one_rule_for_every_check(tx: Connection) -> None:
    ruled = await tx.fetch(
        "SELECT code FROM check_rule WHERE valid @> date '2026-11-02' ORDER BY code"
    )

    assert [row["code"] for row in ruled] == sorted(Check)
