"""The database: named queries from sql/, typed rows, and transactions that say who is acting."""

import re
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

import asyncpg
import msgspec
from msgspec.structs import fields

from service.actor import Actor
from service.config import Config
from service.period import Period
from service.problems import NotFound, Problem

SQL_FOLDER = Path(__file__).parent.parent / "sql"
QUERY_NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$", re.MULTILINE)
PARAMETER = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")
COMMENT = re.compile(r"--[^\n]*")
COUNTED_TO = re.compile(r"^-- counted to ([0-9]+)$", re.MULTILINE)
ORDER = re.compile(r"^-- by (?P<name>[a-z_]+): (?P<keys>.+(?:\n--  .+)*)$", re.MULTILINE)

UNWATCHED_SECONDS = 600  # for a statement that nobody waits for at a page
OLDEST_POSTGRES = 150_000
FIRST_UNSUPPORTED_POSTGRES = 190_000
APPLICATION_ROLE = "ura_app"
# Large enough that a statement's own cost does not count, small enough that its sorts fit in memory
# and that both sides are seldom idle.
ROWS_IN_PIECE = 10_000

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Row = TypeVar("Row")
Alike = TypeVar("Alike", bound=Hashable)


class UnsupportedServer(RuntimeError):
    """The database server is older or newer than what Ura is tested on."""


class Query(msgspec.Struct, frozen=True):
    """One named statement: its text with $1, $2 … and the names of these parameters in order.

    A list that is read page by page says besides, in lines such as `-- by name: c.name::text,
    c.id::uuid`, by what it can be sorted; service/paging.py makes its statements of `source`, which
    still names its parameters. It is counted up to a bound: `-- counted to 1000`.
    """

    name: str
    text: str
    parameters: tuple[str, ...]
    source: str = ""
    orders: tuple[tuple[str, str], ...] = ()
    counted_to: int = 10_000


@cache
def load(feature: str) -> Mapping[str, Query]:
    """The named queries of sql/queries/<feature>.sql."""
    return parse_queries((SQL_FOLDER / "queries" / f"{feature}.sql").read_text())


@cache
def load_report(report: str) -> Mapping[str, Query]:
    """The named queries of sql/reports/<report>.sql."""
    return parse_queries((SQL_FOLDER / "reports" / f"{report}.sql").read_text())


@cache
def load_checks() -> Mapping[str, Query]:
    """The checks of sql/checks/ by their codes, each as one statement that records its answers.

    A check is a query that takes instalments and a moment; sql/recording/check_result.sql, which
    reads it under the name `answer`, is the same for all.
    """
    return _load_recorded("checks", recording="check_result")


@cache
def load_flags() -> Mapping[str, Query]:
    """The flags of sql/flags/ by their codes, each recorded by sql/recording/line_flag.sql."""
    return _load_recorded("flags", recording="line_flag")


def _load_recorded(folder: str, *, recording: str) -> Mapping[str, Query]:
    statement = (SQL_FOLDER / "recording" / f"{recording}.sql").read_text()
    answers = {file.stem: _check(file) for file in sorted((SQL_FOLDER / folder).glob("*.sql"))}
    return {
        code: _numbered(code, f"WITH answer AS MATERIALIZED ({answer})\n{statement}")
        for code, answer in answers.items()
    }


def _check(file: Path) -> str:
    name, body = QUERY_NAME.split(file.read_text())[1:]
    assert name == file.stem, f"{file.name} holds another name"
    return COMMENT.sub("", body).strip().removesuffix(";")


def parse_queries(text: str) -> dict[str, Query]:
    """The `-- name:` blocks of a file; comments go, `:parameter` becomes its $number."""
    pieces = QUERY_NAME.split(text)[1:]
    return {
        name: _numbered(name, body) for name, body in zip(pieces[::2], pieces[1::2], strict=True)
    }


def _numbered(name: str, body: str) -> Query:
    statement = COMMENT.sub("", body).strip().removesuffix(";")
    query = msgspec.structs.replace(number(name, statement), orders=_orders(body))
    counted = COUNTED_TO.search(body)
    return msgspec.structs.replace(query, counted_to=int(counted[1])) if counted else query


def _orders(body: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, re.sub(r"\n--\s+", " ", keys)) for name, keys in ORDER.findall(body))


def number(name: str, statement: str) -> Query:
    """A statement with $1, $2 … for the parameters that it names."""
    parameters = tuple(dict.fromkeys(PARAMETER.findall(statement)))
    text = PARAMETER.sub(lambda found: f"${parameters.index(found[1]) + 1}", statement)
    return Query(name, text, parameters, statement)


async def fetch_one(tx: Connection, query: Query, row_type: type[Row], **values: object) -> Row:
    """The one row of a query; NotFound when there is none."""
    found = await find_one(tx, query, row_type, **values)
    if found is None:
        raise NotFound
    return found


async def find_one(
    tx: Connection, query: Query, row_type: type[Row], **values: object
) -> Row | None:
    """The first row of a query, or None."""
    record = await tx.fetchrow(query.text, *_arguments(query, values))
    return None if record is None else _typed(record, row_type)


async def fetch_all(
    tx: Connection, query: Query, row_type: type[Row], **values: object
) -> list[Row]:
    """Every row of a query, in its order."""
    records = await tx.fetch(query.text, *_arguments(query, values))
    return _all_typed(records, row_type)


async def fetch_untyped(
    tx: Connection, query: Query, row_type: type[Row], **values: object
) -> Callable[[], list[Row]]:
    """Every row of a query, in its order, to be typed when asked for: so that the server can be
    given its next work before."""
    records = await tx.fetch(query.text, *_arguments(query, values))
    return partial(_all_typed, records, row_type)


async def fetch_records(tx: Connection, query: Query, **values: object) -> list[dict[str, Any]]:
    """Every row of a query, in its order, as the columns that it has."""
    return [dict(record) for record in await tx.fetch(query.text, *_arguments(query, values))]


def type_rows(records: Sequence[Mapping[str, Any]], row_type: type[Row]) -> list[Row]:
    """Rows as structs of their type."""
    return _all_typed(records, row_type)


async def fetch_in_batches(
    tx: Connection, query: Query, row_type: type[Row], batch_size: int, /, **values: object
) -> AsyncIterator[list[Row]]:
    """Every row of a query, in its order, so many at once: all of them need not fit in memory."""
    # Iterated, the cursor is closed at its end; else it would hold its tables until the commit.
    batch: list[asyncpg.Record] = []
    async for record in tx.cursor(query.text, *_arguments(query, values), prefetch=batch_size):
        batch.append(record)
        if len(batch) == batch_size:
            yield _all_typed(batch, row_type)
            batch = []
    if batch:
        yield _all_typed(batch, row_type)


async def fetch_value(tx: Connection, query: Query, value_type: type[Row], **values: object) -> Row:
    """The single value of a query: a count, a sum, an answer."""
    return msgspec.convert(
        await tx.fetchval(query.text, *_arguments(query, values)), value_type, strict=True
    )


async def execute(tx: Connection, query: Query, **values: object) -> int:
    """Runs a statement; answers how many rows it wrote."""
    status = await tx.execute(query.text, *_arguments(query, values))
    return int(status.rpartition(" ")[2]) if status[-1].isdigit() else 0


async def execute_in_pieces(
    tx: Connection,
    query: Query,
    rows: Sequence[Row],
    columns: Callable[[Sequence[Row]], Mapping[str, object]],
) -> int:
    """Runs a statement that counts what it writes, ten thousand rows at once; answers the sum.

    While the server writes a piece, the next one is already put into words and sent. Fails as the
    first piece that fails; nothing after it is written.
    """
    pieces = (rows[at : at + ROWS_IN_PIECE] for at in range(0, len(rows), ROWS_IN_PIECE))
    arguments = (_arguments(query, columns(piece)) for piece in pieces)
    return sum(counted[0] for counted in await tx.fetchmany(query.text, arguments))


class Savepoint:
    """A point of a transaction to which everything that was done since can be taken back."""

    def __init__(self, tx: Connection) -> None:
        self._point = tx.transaction()
        self._is_set = False

    async def set_once(self) -> None:
        """Sets it, unless it is set."""
        if not self._is_set:
            await self._point.start()
            self._is_set = True

    async def keep(self) -> None:
        """What was done since stays part of the transaction."""
        if self._is_set:
            await self._point.commit()

    async def take_back(self) -> None:
        """What was done since was never done."""
        if self._is_set:
            await self._point.rollback()


def alike(rows: Iterable[Alike]) -> tuple[list[int], list[Alike]]:
    """What rows have in common, once each, and for each row its number there, from 1; no numbers
    where all are the first.

    Thousands of rows say the same word; so it travels and is looked up once. `unnest` fills up with
    NULL what is shorter: join on `coalesce(alike, 1)`.
    """
    listed = list(rows)
    numbers = {row: number for number, row in enumerate(dict.fromkeys(listed), start=1)}
    places = [numbers[row] for row in listed] if len(numbers) > 1 else []
    return places, list(numbers)


def sparse(column: list[Row | None]) -> list[Row | None]:
    """A column of an `unnest`, left out where it says nothing: it is filled up with NULL."""
    return column if any(one is not None for one in column) else []


def _arguments(query: Query, values: Mapping[str, object]) -> list[object]:
    if values.keys() != set(query.parameters):
        raise TypeError(f"{query.name} takes {query.parameters}, given {sorted(values)}")
    return [_to_postgres(values[name]) for name in query.parameters]


def _to_postgres(value: object) -> object:
    if isinstance(value, Period):
        return asyncpg.Range(value.start, value.end)
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Period):
        return [asyncpg.Range(period.start, period.end) for period in value]
    return value


def _from_postgres(value: object) -> object:
    if isinstance(value, asyncpg.Range) and not isinstance(value.lower, type(None)):
        return {"start": value.lower, "end": value.upper}
    return value


def _all_typed(
    records: Sequence[Mapping[str, Any] | asyncpg.Record], row_type: type[Row]
) -> list[Row]:
    """All in one go where no column is a range: a month has hundreds of thousands of rows."""
    if records and _is_flat(cast(Any, row_type)):
        columns = tuple(records[0].keys())
        rows = [dict(zip(columns, record.values(), strict=True)) for record in records]
        return msgspec.convert(rows, list[row_type])  # type: ignore[valid-type]
    return [_typed(record, row_type) for record in records]


@cache
def _is_flat(row_type: Any) -> bool:
    """Whether no field of a struct holds another one, such as a period: nothing is to be turned."""
    if not (isinstance(row_type, type) and issubclass(row_type, msgspec.Struct)):
        return False
    types = [one for field in fields(row_type) for one in (field.type, *get_args(field.type))]
    return not any(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in types)


def _typed(record: Mapping[str, Any] | asyncpg.Record, row_type: type[Row]) -> Row:
    return msgspec.convert(
        {column: _from_postgres(value) for column, value in record.items()}, row_type
    )


@contextmanager
def refusing(**problems: type[Problem]) -> Iterator[None]:
    """Turns a broken constraint, by its name, into the refusal that states its rule."""
    try:
        yield
    except asyncpg.PostgresError as broken:
        name = getattr(broken, "constraint_name", None)
        problem = problems.get(name) if name else None
        if problem is None:
            raise
        raise problem from broken


class Database:
    """A pool of connections of the role that owns nothing."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    def transaction(self, actor: Actor) -> AbstractAsyncContextManager[Connection]:
        """One transaction in which the policies of sql/schema.sql know who is acting."""
        return self._transaction(actor)

    def reading(self, actor: Actor) -> AbstractAsyncContextManager[Connection]:
        """A transaction that sees one moment throughout, and in which nothing can be written."""
        return self._transaction(actor, isolation="repeatable_read", readonly=True)

    @asynccontextmanager
    async def _transaction(
        self,
        actor: Actor,
        isolation: Literal["repeatable_read"] | None = None,
        *,
        readonly: bool = False,
    ) -> AsyncIterator[Connection]:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation=isolation, readonly=readonly),
        ):
            await say_who_acts(connection, actor)
            yield connection

    async def close(self) -> None:
        """Closes every connection, waiting for what they do now."""
        await self._pool.close()


async def say_who_acts(tx: Connection, actor: Actor) -> None:
    """Tells the policies, for this transaction only, whose rows may be seen and written."""
    await execute(
        tx,
        load("actors")["say_who_acts"],
        role=str(actor.role),
        account_id=str(actor.account_id or ""),
        office_id=str(actor.office_id or ""),
        employer_id=str(actor.employer_id or ""),
        candidate_id=str(actor.candidate_id or ""),
        agreement_id=str(actor.agreement_id or ""),
        link_id=str(actor.link_id or ""),
    )


async def connect_owner(config: Config) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of the owner, for migrations and reference data only."""
    connection = await asyncpg.connect(config.database_url)
    await prepare(connection)
    return connection


async def open_database(
    config: Config, *, pool_max: int = 10, statement_seconds_max: int = 60
) -> Database:
    """A pool of the application's role, on a server that Ura supports.

    A statement that takes longer than `statement_seconds_max` is given up.
    """
    pool = await asyncpg.create_pool(
        config.database_url,
        user=APPLICATION_ROLE,
        password=config.sealer.database_password,
        min_size=1,
        max_size=pool_max,
        init=prepare,
        command_timeout=statement_seconds_max,
        statement_cache_size=300,  # a payout that is put up asks more than the usual hundred
    )
    return Database(pool)


async def prepare(connection: Any) -> None:
    """Refuses an unsupported server and sets how jsonb travels."""
    number = connection.get_server_version()
    version = number.major * 10_000
    if not OLDEST_POSTGRES <= version < FIRST_UNSUPPORTED_POSTGRES:
        raise UnsupportedServer(
            f"Ura needs PostgreSQL 15 to 18; this server is PostgreSQL {number.major}"
        )
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda stored: msgspec.json.decode(stored[1:]),
    )
