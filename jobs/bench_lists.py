"""`ura bench lists`: each page of fifty out of a hundred thousand, beside its bare query.

The pages go through the whole application (session, guards, policies, template) without a network;
the bare query is the statement of the page, prepared, sent by asyncpg under the same policies.
Both are medians of one run on one machine. On a machine that does other work besides, the time of
the processors is what counts: this program's and that of its one connection's server process.
"""

import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias, cast
from uuid import UUID

import asyncpg
import httpx
import msgspec

from jobs import standing
from jobs.bench import TEMPLATE, drop_bench, seed_bench
from service.accounts import actions as accounts
from service.accounts.model import Account
from service.accounts.rules import scopes_of
from service.actor import Right, Role
from service.app import create_app
from service.clock import Clock
from service.config import Config
from service.db import (
    APPLICATION_ROLE,
    Connection,
    Database,
    connect_owner,
    open_database,
    prepare,
    say_who_acts,
)
from service.ids import AccountId, EmployerId, OfficeId
from service.services import Services

ROUNDS = 15
WARMING = 6  # so many times PostgreSQL plans a statement anew before it keeps a plan
DEEP = 20  # pages passed over
LINK = re.compile(r'href="([^"]+)"')
IN_MILLISECONDS = 1_000
SMALL_TABLE_ROWS = 5_000
NANOSECONDS = 1_000_000_000

Say: TypeAlias = Callable[[str], None]
Visits: TypeAlias = dict[Role, tuple[Account, str]]


class ListFailed(RuntimeError):
    """A page of the bench did not answer."""


class Page(msgspec.Struct, frozen=True):
    """A list to look at: by whom, where, and what it is filtered and sorted by."""

    role: Role
    path: str
    filtered: str | None = None
    searched: str | None = None
    sorts: tuple[str, ...] = ()


class Took(msgspec.Struct, frozen=True):
    """Milliseconds by the clock, at the median, and of the processors, on average."""

    clock: float = 0.0
    processor: float = 0.0


class Measured(msgspec.Struct, frozen=True):
    """One page: how many rows there are, and what it, its bare query and its count took.

    `read_whole` are the larger tables that its plan reads from end to end: there should be none.
    """

    path: str
    what: str
    row_count: int
    page: Took
    query: Took
    count: Took
    read_whole: tuple[str, ...]


PAGES = (
    Page(Role.CASE_OFFICER, "/candidates", searched="krasniqi", sorts=("name", "-born")),
    Page(Role.CASE_OFFICER, "/employers", "name=gradnja", sorts=("-headcount", "newest")),
    Page(Role.CASE_OFFICER, "/placements", "open_only=true", sorts=("employer", "-wage", "start")),
    Page(
        Role.CASE_OFFICER,
        "/agreements",
        "state=completed",
        searched="krasniqi",
        sorts=("employer", "start"),
    ),
    Page(Role.CASE_OFFICER, "/attendance", "month=2026-10", sorts=("-reported",)),
    Page(Role.CASE_OFFICER, "/outcomes", "point=3", sorts=("-ended",)),
    Page(Role.EMPLOYER, "/agreements", "state=active", sorts=("employer",)),
    Page(Role.EMPLOYER, "/attendance"),
    Page(
        Role.FINANCE_OFFICER,
        "/months/2026-10/instalments",
        "outcome=blocked",
        sorts=("amount", "-amount"),
    ),
    Page(Role.FINANCE_OFFICER, "/payouts", "state=exported", sorts=("total",)),
    Page(
        Role.FINANCE_OFFICER,
        "/payouts/{payout}/lines",
        "kept_back=true",
        searched="gradnja",
        sorts=("-amount",),
    ),
    Page(
        Role.FINANCE_OFFICER,
        "/standing/2026-10",
        "standing=scheduled",
        sorts=("reference", "-due"),
    ),
    Page(Role.FINANCE_OFFICER, "/standing/2026-10", "reason=suspended"),
    Page(Role.FINANCE_OFFICER, "/standing/2026-10", "office=gjakove"),
    Page(Role.CASE_OFFICER, "/standing/2026-10", "reason=evidence_missing"),
    Page(Role.FINANCE_OFFICER, "/recoveries", "state=settled"),
    Page(Role.FINANCE_OFFICER, "/bank/suspense", "kind=debit", sorts=("-amount",)),
    Page(
        Role.AUDITOR,
        "/agreements",
        "state=drafted",
        searched="krasniqi",
        sorts=("employer", "-start"),
    ),
    Page(Role.AUDITOR, "/audit", "table=candidate&from=2026-01-10", sorts=("newest",)),
)
SEARCHED = {"/candidates": "name", "/agreements": "candidate", "/lines": "payee"}


async def bench_lists(
    config: Config, size: int, *, say: Say, rounds: int = ROUNDS
) -> list[Measured]:
    """Measures every list with so many candidates, agreements, and twice as many instalments."""
    say(f"{size:,} candidates and agreements: seeding …")
    seeded = await seed_bench(config, size, files=("seed", "lists"))
    found = []
    try:
        await _keep_standing(seeded, say)
        async with _visiting(seeded, rounds) as bench:
            for page in PAGES:
                for one in await bench.measure(page):
                    found.append(one)
                    say("; ".join(_row(one)))
    finally:
        await drop_bench(config, TEMPLATE)
    return found


async def _keep_standing(config: Config, say: Say) -> None:
    """Where all payments stand is kept, as a worker does after a loader."""
    database, begun = await open_database(config), time.perf_counter()
    try:
        kept = await standing.keep(database, Clock())
    finally:
        await database.close()
    say(f"{kept:,} agreements kept in {time.perf_counter() - begun:.1f} s")
    owner = await connect_owner(config)
    try:
        await owner.execute("VACUUM ANALYZE", timeout=None)
    finally:
        await owner.close()


class Bench:
    """The application on a seeded database, with who may look and what it asked of that."""

    def __init__(self, client: httpx.AsyncClient, pool: Any, people: Visits, rounds: int) -> None:
        self._rounds = rounds
        self._client = client
        self._pool = pool
        self._people = people
        self._asked: list[asyncpg.connection.LoggedQuery] = []

    def note(self, asked: asyncpg.connection.LoggedQuery) -> None:
        """Keeps what a page asks."""
        self._asked.append(asked)

    async def measure(self, page: Page) -> list[Measured]:
        """The first page of a list, one deep in, filtered, searched, and by each order."""
        account, token = self._people[page.role]
        self._client.cookies.set("__Host-ura", token)
        path = page.path.replace("{payout}", str(await self._payout()))
        first = await self._get(path)
        addresses = [("first page", path), *await self._deep(first, DEEP)]
        if page.filtered:
            addresses.append((page.filtered, f"{path}?{page.filtered}"))
        if page.searched:
            addresses.append((f"named {page.searched}", await self._search(path, page.searched)))
        addresses += [(f"sort={sort}", f"{path}?sort={sort}") for sort in page.sorts]
        return [
            await self._measure(f"{page.path} ({page.role})", what, address, account)
            for what, address in addresses
        ]

    async def _payout(self) -> UUID:
        async with self._pool.acquire() as connection, connection.transaction():
            await say_who_acts(connection, self._people[Role.AUDITOR][0].actor(frozenset()))
            found: UUID = await connection.fetchval(
                "SELECT payout_id FROM payout_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            )
        return found

    async def _deep(self, page: httpx.Response, pages: int) -> list[tuple[str, str]]:
        """The page so many pages on, or the last one where the list is shorter."""
        address = None
        for _ in range(pages):
            following = _link(page, 'rel="next"')
            if following is None:
                break
            address = following
            page = await self._get(address)
        return [] if address is None else [("deep in", address)]

    async def _search(self, path: str, text: str) -> str:
        field = next(name for ending, name in SEARCHED.items() if path.endswith(ending))
        csrf = self._client.cookies.get("__Host-ura-csrf") or ""
        answer = await self._client.post(f"{path}/search", data={field: text, "_csrf_token": csrf})
        return answer.headers["location"]

    async def _get(self, address: str) -> httpx.Response:
        answer = await self._client.get(address)
        if answer.status_code != httpx.codes.OK:
            raise ListFailed(f"{address} answered {answer.status_code}")
        return answer

    async def _measure(self, name: str, what: str, address: str, account: Account) -> Measured:
        rounds = self._rounds
        for _ in range(min(WARMING, rounds)):
            await self._get(address)
        self._asked.clear()
        await self._get(address)
        query = next(one for one in self._asked if "AS place" in one.query)
        rows = 0
        count = next((one for one in self._asked if "AS counted" in one.query), None)
        counted = Took()
        async with self._pool.acquire() as connection, connection.transaction():
            server = connection.get_server_pid()
            await say_who_acts(connection, account.actor(scopes_of(account.role)))
            queried = await _took(
                server, rounds, lambda: connection.fetch(query.query, *query.args)
            )
            whole = await _read_whole(connection, query)
            if count is not None:
                rows = await connection.fetchval(count.query, *count.args)
                counted = await _took(
                    server, rounds, lambda: connection.fetch(count.query, *count.args)
                )
        page = await _took(server, rounds, lambda: self._get(address))
        return Measured(name, what, rows, page, queried, counted, whole)


async def _took(server: int, rounds: int, ask: Callable[[], Awaitable[object]]) -> Took:
    times, before = [], _processor_seconds(server)
    for _ in range(rounds):
        begun = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - begun)
    spent = (_processor_seconds(server) - before) / rounds
    return Took(median(times) * IN_MILLISECONDS, spent * IN_MILLISECONDS)


async def _read_whole(tx: Connection, asked: Any) -> tuple[str, ...]:
    """The tables of more than a few thousand rows that a plan reads from end to end."""
    (plan,) = json.loads(await tx.fetchval(f"EXPLAIN (FORMAT JSON) {asked.query}", *asked.args))
    large = {
        row["relname"]
        for row in await tx.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > $1", SMALL_TABLE_ROWS
        )
    }
    return tuple(sorted(large & set(_scanned(plan["Plan"]))))


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", []):
        yield from _scanned(inner)


def _processor_seconds(server: int) -> float:
    """What this program and a process of PostgreSQL have computed so far; Linux says the latter."""
    told = Path(f"/proc/{server}/schedstat")
    of_server = int(told.read_text().split()[0]) if told.exists() else 0
    return time.process_time() + of_server / NANOSECONDS


def _link(page: httpx.Response, mark: str) -> str | None:
    found = re.search(rf"<a {mark} {LINK.pattern}", page.text)
    return unescape(found[1]) if found else None


@asynccontextmanager
async def _visiting(config: Config, rounds: int) -> AsyncIterator[Bench]:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    people = await _open_visits(config)
    noting: list[Callable[[Any], None]] = []

    async def init(connection: Any) -> None:
        await prepare(connection)
        connection.add_query_logger(lambda asked: noting[0](asked))

    pool = await asyncpg.create_pool(
        config.database_url,
        user=APPLICATION_ROLE,
        password=config.sealer.database_password,
        min_size=1,
        max_size=1,
        init=init,
        command_timeout=60,
    )
    app = create_app(config.sealer)
    app.state.services = Services(Database(pool), Clock(), config.sealer, config.redis_url)
    transport = httpx.ASGITransport(cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url="https://bench") as client:
        bench = Bench(client, pool, people, rounds)
        noting.append(bench.note)
        try:
            yield bench
        finally:
            await pool.close()


async def _open_visits(config: Config) -> Visits:
    """Somebody of each role, signed in: an officer of the largest office, a firm of the bench."""
    owner = await connect_owner(config)
    try:
        async with owner.transaction():
            return {role: await _open_visit(owner, role) for role in {page.role for page in PAGES}}
    finally:
        await owner.close()


async def _open_visit(tx: Connection, role: Role) -> tuple[Account, str]:
    office = await tx.fetchval("SELECT id FROM office WHERE municipality_code = 'prishtine'")
    firm = await tx.fetchval(
        "SELECT employer_id FROM agreement GROUP BY 1 ORDER BY count(*) LIMIT 1"
    )
    account = Account(
        id=AccountId(await tx.fetchval("SELECT gen_random_uuid()")),
        email=f"{role}@bench.example",
        name=role.title(),
        role=role,
        office_id=OfficeId(office) if role is Role.CASE_OFFICER else None,
        employer_id=EmployerId(firm) if role is Role.EMPLOYER else None,
        language="sq",
        password_hash="",
        disabled_at=None,
        rights=frozenset(Right) if role is Role.EMPLOYER else frozenset(),
    )
    await tx.execute(
        "INSERT INTO account (id, email, name, role, office_id, employer_id, password_hash,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, '', now())",
        *(account.id, account.email, account.name, str(role)),
        *(account.office_id, account.employer_id),
    )
    token = await accounts.open_session(
        tx, account, replacing=None, address="bench", at=Clock().now()
    )
    return account, token


def table(measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    """The rows of a report: a heading, then each page with its times and their ratio."""
    head = (
        *("list", "page", "rows", "page ms", "query ms", "count ms", "page / query"),
        *("processors: page ms", "query ms", "count ms", "read whole"),
    )
    return [head, *(_row(one) for one in measured)]


def _row(one: Measured) -> tuple[str, ...]:
    return (
        one.path,
        one.what,
        f"{one.row_count:,}",
        f"{one.page.clock:.1f}",
        f"{one.query.clock:.1f}",
        f"{one.count.clock:.1f}",
        f"{one.page.clock / one.query.clock:.1f}",
        f"{one.page.processor:.1f}",
        f"{one.query.processor:.1f}",
        f"{one.count.processor:.1f}",
        " ".join(one.read_whole) or "–",
    )
