"""The flags in the code, in sql/flags/ and in the database are the same, and each can run."""

from pathlib import Path

from service import db
from service.actor import SYSTEM
from service.db import Connection
from service.flags.model import Flag
from service.flags.names import NAMES
from service.flags.words import FLAGS
from tests.given import act_as

ANSWER = ["instalment_id", "score", "evidence"]
GIVEN = {"instalment_ids", "at", "on"}


def test_every_flag_is_a_file_a_name_and_a_sentence(checkout: Path) -> None:
    files = {file.stem for file in (checkout / "sql" / "flags").iterdir()}

    assert files == set(Flag)
    assert set(db.load_flags()) == set(Flag)
    assert set(NAMES) == set(FLAGS) == set(Flag)


async def test_every_flag_prepares_and_answers_alike(tx: Connection, checkout: Path) -> None:
    wrong = {}
    for file in sorted((checkout / "sql" / "flags").glob("*.sql")):
        query = db.parse_queries(file.read_text())[file.stem]
        prepared = await tx.prepare(query.text)
        columns = [column.name for column in prepared.get_attributes()]
        if columns != ANSWER or not set(query.parameters) <= GIVEN:
            wrong[file.stem] = columns, query.parameters

    assert not wrong


async def test_every_flag_prepares_with_its_recording(tx: Connection) -> None:
    for query in db.load_flags().values():
        await tx.prepare(query.text)


async def test_the_database_has_one_rule_for_every_flag(tx: Connection) -> None:
    await act_as(tx, SYSTEM)
    ruled = await tx.fetch(
        "SELECT code FROM flag_rule WHERE valid @> date '2026-11-02' ORDER BY code"
    )
    drawing = await tx.fetchval(
        "SELECT count(*) FROM quality_rule WHERE valid @> date '2026-11-02'"
    )

    assert [row["code"] for row in ruled] == sorted(Flag)
    assert drawing == 1
