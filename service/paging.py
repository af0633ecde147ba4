"""Statements for a page of a list, made of a named query: filtered, sorted, and from a place on.

A list in sql/queries/ names what it can be sorted by, and marks where the compiler writes:

    -- by name: c.folded_name::text, c.id::uuid
    SELECT … FROM candidate AS c
    WHERE (:place_code::text IS NULL OR c.municipality_code = :place_code) AND :beyond
    ORDER BY :by::text LIMIT :at_most

Of each query there are so many statements as it has orders, directions and filters; nothing that a
person typed is ever part of one. A filter that is not used is left out, and one that is used stands
alone, so that PostgreSQL can take an index for it; a page starts after the values of the last row
of the page before (a comparison of rows, which an index answers), however deep it is.
"""

import re
from enum import StrEnum
from functools import cache

import msgspec

from service.db import Query, number

OPTIONAL = re.compile(r"\(\s*:(?P<name>[a-z_]+)::[a-z]+(\[\])? IS NULL\s+OR ")
SORT_KEY = re.compile(r"(?P<expression>.+)::(?P<type>[a-z]+)")
COLUMN = re.compile(r"[a-z]+\.[a-z_]+")
PLACE_PARAMETER = "place_{}"


class Going(StrEnum):
    """Which way a page lies from a place."""

    AFTER = "after"
    BEFORE = "before"


class SortKey(msgspec.Struct, frozen=True):
    """One value that a list is sorted by, and its type in PostgreSQL; it is never NULL."""

    expression: str
    type: str


class Layout(msgspec.Struct, frozen=True):
    """How a page is asked for: by which order, which way, from a place on or from the start."""

    order: str
    descending: bool = False
    going: Going | None = None


def sort_keys(query: Query, order: str) -> tuple[SortKey, ...]:
    """What an order of a list sorts by; the last key is unique, so that no row is met twice."""
    return tuple(_sort_key(written) for written in _split(dict(query.orders)[order]))


@cache
def page_query(query: Query, layout: Layout, given: frozenset[str], at_most: int) -> Query:
    """The rows of a page, each with `place`, the values that the next page starts after."""
    keys = sort_keys(query, layout.order)
    backwards = layout.descending is not (layout.going is Going.BEFORE)
    direction = " DESC" if backwards else ""
    by = ", ".join(f"{key.expression}{direction}" for key in keys)
    place = ", ".join(f"({key.expression})::text" for key in keys)
    select, _, rest = _without_marks(query, given).partition("\nFROM ")
    rest = rest.replace(":beyond", _beyond(keys, layout.going, "<" if backwards else ">"))
    rest = rest.replace("ORDER BY :by::text", f"ORDER BY {by}").replace(":at_most", str(at_most))
    return number(query.name, f"{select},\n    ARRAY[{place}] AS place\nFROM {rest}")


@cache
def count_query(query: Query, given: frozenset[str]) -> Query:
    """How many rows the filters leave; counted no further than one beyond its bound."""
    _, _, rest = _without_marks(query, given).partition("\nFROM ")
    rest = rest.replace(":beyond", "TRUE").replace("ORDER BY :by::text\n", "")
    inner = rest.replace(":at_most", str(query.counted_to + 1))
    return number(query.name, f"SELECT count(*) FROM (SELECT 1 FROM {inner}) AS counted")


def filters_of(query: Query) -> frozenset[str]:
    """The filters that a list can do without."""
    return frozenset(found["name"] for found in OPTIONAL.finditer(query.source))


def place_parameters(keys: tuple[SortKey, ...]) -> tuple[str, ...]:
    """The names under which a place is given to a page's statement, in order."""
    return tuple(PLACE_PARAMETER.format(one) for one in range(len(keys)))


def _without_marks(query: Query, given: frozenset[str]) -> str:
    """The statement with each filter that is given standing alone, and the others true."""
    text, start = query.source, 0
    while found := OPTIONAL.search(text, start):
        end = _closing(text, found.start())
        condition = text[found.end() : end].strip()
        kept = f"({condition})" if found["name"] in given else "TRUE"
        text, start = text[: found.start()] + kept + text[end + 1 :], found.start()
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise AssertionError(f"a filter does not close: {text[opening : opening + 40]}")


def _beyond(keys: tuple[SortKey, ...], going: Going | None, sign: str) -> str:
    """From where on a page reads.

    That a column is there tells the planner that its table may be read first, by the index that
    sorts, although a list joins its tables so that none of them takes a row away.
    """
    columns = [key.expression for key in keys if COLUMN.fullmatch(key.expression)]
    there = " AND ".join(f"{column} IS NOT NULL" for column in columns) or "TRUE"
    if going is None:
        return there
    left = ", ".join(key.expression for key in keys)
    right = ", ".join(
        f":{name}::text::{key.type}" for name, key in zip(place_parameters(keys), keys, strict=True)
    )
    return f"({left}) {sign} ({right}) AND {there}"


def _split(written: str) -> list[str]:
    """The parts between the commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(written):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(written[start:at].strip())
            start = at + 1
    return [*parts, written[start:].strip()]


def _sort_key(written: str) -> SortKey:
    found = SORT_KEY.fullmatch(written)
    assert found is not None, f"a sort key lacks its type: {written}"
    return SortKey(found["expression"], found["type"])
