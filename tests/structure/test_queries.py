"""Queries match the schema and their callers; locks lock; writes stay home."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from service import db
from service.db import Connection, Query
from tests.structure.source import CHECKOUT, ROOT_QUERIES, features, name_of, tree

QUERIES = CHECKOUT / "sql" / "queries"
WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_]+)")
READERS = {"fetch_one", "find_one", "fetch_all", "fetch_untyped", "fetch_in_batches", "fetch_page"}
IN_PIECES = "execute_in_pieces"
# What service/paging.py gives a list besides what its caller gives.
OF_A_PAGE = frozenset({"beyond", "by", "at_most"})
CALLS = READERS | {"fetch_value", "execute", IN_PIECES}
UNBOUNDED = re.compile(r"\b(WHERE|LIMIT|unnest)\b")


class Call(msgspec.Struct, frozen=True):
    """One call of a query in a store."""

    place: str
    function: str
    kind: str
    query: str
    row_type: str | None
    arguments: frozenset[str]
    module: str


def query_files() -> list[Path]:
    found = sorted(QUERIES.glob("*.sql"))
    assert len(found) > 5
    return found


LOADED = re.compile(r'db\.load\("([a-z_]+)"\)')


def files_of(feature: str) -> set[str]:
    """The files of sql/queries/ that a feature's store loads as its `SQL`, and that of its name."""
    store = CHECKOUT / "service" / feature / "store.py"
    named = {feature} if (QUERIES / f"{feature}.sql").exists() else set()
    if not store.exists():
        return named
    loading = [line for line in store.read_text().splitlines() if line.startswith("SQL = ")]
    return named | {name for line in loading for name in LOADED.findall(line)}


def home_of(file: str) -> str:
    """The feature whose store loads a file of sql/queries/; the file's own name if none does."""
    return next((one.name for one in features() if file in files_of(one.name)), file)


def queries_of(feature: str) -> dict[str, Query]:
    """The queries that a feature's store calls: its own, and those of the report of its name."""
    found: dict[str, Query] = {}
    for file in files_of(feature):
        found.update(db.load(file))
    if (QUERIES.parent / "reports" / f"{feature}.sql").exists():
        found.update(db.load_report(feature))
    return found


def all_queries() -> list[tuple[str, Query]]:
    return [(file.stem, query) for file in query_files() for query in db.load(file.stem).values()]


def calls_of(store: Path) -> Iterator[Call]:
    module = ".".join(store.relative_to(CHECKOUT).with_suffix("").parts)
    for function in tree(store).body:
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                call = _call(store, module, function, node, node.func.attr)
                if call:
                    yield call


def _call(
    store: Path, module: str, function: ast.AsyncFunctionDef, node: ast.Call, kind: str
) -> Call | None:
    if kind not in CALLS or len(node.args) < 2 or not isinstance(node.args[1], ast.Subscript):
        return None
    key = node.args[1].slice
    assert isinstance(key, ast.Constant), f"{name_of(store)}:{node.lineno} names its query plainly"
    row_type = (
        node.args[2].id if len(node.args) > 2 and isinstance(node.args[2], ast.Name) else None
    )
    arguments = frozenset(word.arg for word in node.keywords if word.arg)
    if kind == IN_PIECES:
        arguments, row_type = _keys_of_columns(function, store), None
    place = f"{name_of(store)}:{node.lineno}"
    return Call(place, function.name, kind, str(key.value), row_type, arguments, module)


def _keys_of_columns(function: ast.AsyncFunctionDef, store: Path) -> frozenset[str]:
    """What a store function gives for each piece: the keys of what `_columns` returns, its own or
    the one of its module."""
    columns = next(
        one
        for one in [*function.body, *tree(store).body]
        if isinstance(one, ast.FunctionDef) and one.name == "_columns"
    )
    returned = columns.body[-1]
    assert isinstance(returned, ast.Return)
    assert isinstance(returned.value, ast.Dict)
    return frozenset(str(key.value) for key in returned.value.keys if isinstance(key, ast.Constant))


def stores() -> list[tuple[str, list[Call]]]:
    found = [
        (folder.name, list(calls_of(folder / "store.py")))
        for folder in features()
        if (folder / "store.py").exists()
    ]
    assert len(found) > 5
    return found


@pytest.mark.parametrize("feature", [file.stem for file in query_files()])
async def test_every_query_prepares_against_the_schema(feature: str, tx: Connection) -> None:
    wrong = {}
    for query in db.load(feature).values():
        savepoint = tx.transaction()
        await savepoint.start()
        try:
            prepared = await tx.prepare(query.text)
            assert len(prepared.get_parameters()) == len(query.parameters)
        except Exception as refused:
            wrong[query.name] = str(refused)
        finally:
            await savepoint.rollback()

    assert not wrong


def test_every_query_has_its_typed_twin_of_the_same_name() -> None:
    wrong = []
    for feature, calls in stores():
        queries = queries_of(feature)
        called = {call.query for call in calls}
        wrong += [f"{feature}.{name} is called by no store" for name in queries.keys() - called]
        wrong += [f"{call.place} {call.query}" for call in calls if call.function != call.query]

    assert not wrong


def test_callers_give_what_queries_take() -> None:
    wrong = [
        f"{call.place}: {sorted(call.arguments)} for {query.parameters}"
        for feature, calls in stores()
        for call in calls
        if (query := queries_of(feature).get(call.query)) is not None
        and call.arguments | (OF_A_PAGE if call.kind == "fetch_page" else set())
        != set(query.parameters)
    ]

    assert not wrong


async def test_columns_come_in_the_order_of_the_structs_fields(tx: Connection) -> None:
    wrong = []
    for feature, calls in stores():
        for call in calls:
            if call.kind not in READERS or call.row_type is None:
                continue
            row_type = getattr(importlib.import_module(call.module), call.row_type)
            prepared = await tx.prepare(queries_of(feature)[call.query].text)
            columns = tuple(column.name for column in prepared.get_attributes())
            if columns != row_type.__struct_fields__:
                wrong.append(f"{call.place}: {columns} for {row_type.__struct_fields__}")

    assert not wrong


def test_locks_lock_and_nothing_selects_everything() -> None:
    queries = all_queries()
    unlocked = [
        query.name
        for _, query in queries
        if query.name.startswith("lock_")
        and not re.search(r"FOR (NO KEY )?(UPDATE|SHARE)", query.text)
    ]
    starred = [query.name for _, query in queries if re.search(r"SELECT\s+\*|\.\*", query.text)]

    assert len(queries) > 50
    assert not unlocked
    assert not starred


def test_lists_are_bounded() -> None:
    endless = [
        f"{feature}.{query.name}"
        for feature, query in all_queries()
        if query.name.startswith("list_")
        and feature not in ROOT_QUERIES
        and not UNBOUNDED.search(query.text)
    ]

    assert not endless


def test_a_table_is_written_by_one_feature_only() -> None:
    writers: dict[str, set[str]] = {}
    for feature, query in all_queries():
        for table in WRITES.findall(query.text):
            writers.setdefault(table, set()).add(home_of(feature))
    shared = {table: homes for table, homes in writers.items() if len(homes) > 1 and table != "of"}

    assert len(writers) > 15
    assert not shared
