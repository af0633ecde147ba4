"""What is written in bulk goes in pieces: none is lost, and what is alike is told once."""

from collections.abc import Mapping, Sequence

import asyncpg
import pytest

from service import db
from service.db import Connection, Query
from service.ids import new_ids

COUNTED = Query(
    "count_numbers",
    "WITH written AS (SELECT 100 / n AS part FROM unnest($1::int[]) AS t (n))"
    " SELECT count(part) FROM written",
    ("numbers",),
)
ROWS = 2 * db.ROWS_IN_PIECE + 1
VERSION, VARIANT = 7, 0b10


def columns(piece: Sequence[int]) -> Mapping[str, object]:
    return {"numbers": list(piece)}


async def test_every_row_of_every_piece_is_written_and_counted(tx: Connection) -> None:
    assert await db.execute_in_pieces(tx, COUNTED, range(1, ROWS + 1), columns) == ROWS
    assert await db.execute_in_pieces(tx, COUNTED, [], columns) == 0


async def test_a_piece_that_fails_fails_them_all(tx: Connection) -> None:
    numbers = [*range(1, ROWS), 0]

    with pytest.raises(asyncpg.DivisionByZeroError):
        async with tx.transaction():
            await db.execute_in_pieces(tx, COUNTED, numbers, columns)

    assert await tx.fetchval("SELECT 1") == 1


def test_what_is_alike_is_told_once_and_found_again() -> None:
    rows = [("debit", None), ("credit", "AC04"), ("debit", None), ("debit", "AC04")]

    places, told = db.alike(rows)

    assert len(told) == 3
    assert [told[place - 1] for place in places] == rows


def test_ids_drawn_at_once_are_of_version_7_ascend_and_are_never_the_same() -> None:
    ids = new_ids(2_000)

    assert len(set(ids)) == 2_000
    assert sorted(ids) == ids
    assert {(one.version, one.int >> 62 & 0b11) for one in ids} == {(VERSION, VARIANT)}
    assert new_ids(0) == []
