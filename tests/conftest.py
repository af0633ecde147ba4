"""What every test may ask for: real servers, a database that is rolled back, the app."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest
from hypothesis import settings
from litestar import Litestar

from deploy.servers import Urls, running
from service import loops, migrations
from service.accounts import actions as accounts
from service.accounts.model import Account
from service.accounts.rules import scopes_of
from service.actor import Actor
from service.app import create_app
from service.clock import Clock
from service.config import Config
from service.crypto import Sealer
from service.db import (
    APPLICATION_ROLE,
    Connection,
    Database,
    open_database,
    prepare,
    say_who_acts,
)
from service.ids import new_id
from service.services import Services
from tests.given import PASSWORD, Given

ROOT_KEY = bytes(range(32))
TEMPLATE = "ura_template"
WITHOUT_SECOND_FACTORS = """
    INSERT INTO second_factor_rule (id, role, valid_from, is_required, source)
    SELECT gen_random_uuid(), r.role, '2024-01-03', FALSE, 'Tests' FROM second_factor_rule AS r
"""
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

Headers = dict[str, str]
SignIn = Callable[[Account], Awaitable[Headers]]
MakeConfig = Callable[[], Awaitable[Config]]


LONG = {"loop", "histories", "crash", "simulation", "jobs", "browser"}

# How long an example takes says how busy the machine is, nothing else.
settings.register_profile("ura", deadline=None)
settings.load_profile("ura")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what could go on for ever is done, and which one alone."""
    parser.addoption("--histories", type=int, default=500, help="how many histories to live")
    parser.addoption("--loops", type=int, default=500, help="how many histories tests/loop lives")
    parser.addoption(
        "--every-language", action="store_true", help="tests/browser: each role in each language"
    )
    parser.addoption("--history", help="one history alone, such as 3/141: its seed and number")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, a share of it on every core, so that none ends alone."""
    cores = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.path.parent.name in LONG]
    short = [item for item in items if item.path.parent.name not in LONG]
    share = -(-len(short) // cores)
    items[:] = [
        item
        for core in range(cores)
        for item in (*long[core::cores], *short[core * share : (core + 1) * share])
    ]


class FixedClock(Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        """Makes it another moment."""
        self.at = at


class OneConnection(Database):
    """The app's database on the test's one connection: each transaction becomes a savepoint."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()

    def transaction(self, actor: Actor) -> AbstractAsyncContextManager[Connection]:
        return self._savepoint(actor)

    def reading(self, actor: Actor) -> AbstractAsyncContextManager[Connection]:
        return self._reading(actor)

    @asynccontextmanager
    async def _reading(self, actor: Actor) -> AsyncIterator[Connection]:
        async with self._lock, self._connection.transaction():
            await say_who_acts(self._connection, actor)
            await self._connection.execute("SET TRANSACTION READ ONLY")  # until the savepoint ends
            yield self._connection

    @asynccontextmanager
    async def _savepoint(self, actor: Actor) -> AsyncIterator[Connection]:
        async with self._lock, self._connection.transaction():
            await say_who_acts(self._connection, actor)
            yield self._connection
            await self._connection.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
            )


@pytest.fixture(scope="session")
def _asyncio_loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """The loop that serves people. pytest-asyncio's own hook for it gives tests that do not wait
    another loop than those that do, and ends what a session shares between them."""
    return loops.new_event_loop


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    """PostgreSQL and Valkey for the whole session."""
    with running(tmp_path_factory.mktemp("state"), fast=True) as urls:
        yield urls


def database_named(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
async def template(servers: Urls, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A migrated database with Kosovo's reference data, which the others are copied from."""
    await _run_as_owner(servers.database, f"DROP DATABASE IF EXISTS {TEMPLATE}")
    await _run_as_owner(servers.database, f"CREATE DATABASE {TEMPLATE}")
    config = Config(
        database_url=database_named(servers.database, TEMPLATE),
        redis_url=servers.redis,
        root_key=ROOT_KEY,
        state=tmp_path_factory.mktemp("config"),
    )
    await migrations.migrate(config)
    await migrations.check_key(config)
    await migrations.load_country(config, "kosovo")
    # As in the demo country: most tests are not about second factors.
    await _run_as_owner(config.database_url, WITHOUT_SECOND_FACTORS)
    return config


async def _run_as_owner(url: str, statement: str) -> None:
    owner = await asyncpg.connect(url)
    try:
        await owner.execute(statement)
    finally:
        await owner.close()


@pytest.fixture
async def new_database(servers: Urls, template: Config) -> AsyncIterator[MakeConfig]:
    """Makes databases of the test's own, for what must really commit; dropped afterwards."""
    made: list[str] = []

    async def make() -> Config:
        name = f"ura_{new_id().hex}"
        made.append(name)
        await _run_as_owner(servers.database, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return Config(
            database_url=database_named(servers.database, name),
            redis_url=servers.redis,
            root_key=ROOT_KEY,
            state=template.state,
        )

    yield make
    for name in made:
        await _run_as_owner(servers.database, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def committed(new_database: MakeConfig) -> AsyncIterator[Database]:
    """A database of the test's own, through the application's pool, where transactions commit."""
    database = await open_database(await new_database())
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def connection(servers: Urls, template: Config) -> AsyncIterator[Connection]:
    """One connection of the application's role to a database that no test commits to."""
    async with connected_copy(servers, "ura_test") as connected:
        yield connected


@asynccontextmanager
async def connected_copy(servers: Urls, name: str) -> AsyncIterator[Connection]:
    """A connection of the application's role to a fresh copy of the template."""
    await _run_as_owner(servers.database, f"DROP DATABASE IF EXISTS {name}")
    await _run_as_owner(servers.database, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    connected = await asyncpg.connect(
        database_named(servers.database, name),
        user=APPLICATION_ROLE,
        password=Sealer(ROOT_KEY).database_password,
        statement_cache_size=2_000,  # all there are: no test plans what another has planned
    )
    await prepare(connected)
    yield connected
    await connected.close()


@pytest.fixture
async def tx(connection: Connection) -> AsyncIterator[Connection]:
    """The test's transaction; nothing of it stays."""
    undone = connection.transaction()
    await undone.start()
    yield connection
    await undone.rollback()


@pytest.fixture
def db(tx: Connection) -> Database:
    """The database as the app sees it, inside the test's transaction."""
    return OneConnection(tx)


@pytest.fixture
def clock() -> FixedClock:
    """2 November 2026, 10 o'clock in Prishtina."""
    return FixedClock(START)


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    """The keys."""
    return Sealer(ROOT_KEY)


@pytest.fixture
def given(db: Database, clock: FixedClock, sealer: Sealer) -> Given:
    """Builds the state of a test by the actions that people take."""
    return Given(db, clock, sealer)


@pytest.fixture(scope="session")
def app(sealer: Sealer) -> Litestar:
    """The whole application, made once: its routes take a while to build."""
    return create_app(sealer)


@pytest.fixture
def services(db: Database, clock: FixedClock, sealer: Sealer, template: Config) -> Services:
    """What the application works with, in the test's own transaction."""
    return Services(db, clock, sealer, template.redis_url)


@pytest.fixture
async def client(app: Litestar, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, in the test's own event loop and transaction."""
    app.state.services = services
    transport = httpx.ASGITransport(cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as opened:
        yield opened


@pytest.fixture
def signed_in(db: Database, clock: FixedClock) -> SignIn:
    """Headers of an account's bearer token, with every right of its role, and of its password."""

    async def sign_in(account: Account) -> Headers:
        async with db.transaction(account.actor(scopes_of(account.role))) as tx:
            _, secret = await accounts.issue_token(
                tx,
                account,
                name="test",
                scopes=scopes_of(account.role),
                life=timedelta(days=1),
                at=clock.now(),
            )
        return {"authorization": f"Bearer {secret}", "x-ura-password": PASSWORD}

    return sign_in


@pytest.fixture
def visit(db: Database, clock: FixedClock, client: httpx.AsyncClient) -> SignIn:
    """Signs an account in to the pages of `client`.

    Answers the form fields that CSRF asks for, and the proof that some acts take.
    """

    async def open_visit(account: Account) -> Headers:
        async with db.transaction(account.actor(scopes_of(account.role))) as tx:
            token = await accounts.open_session(
                tx, account, replacing=None, address="test", at=clock.now()
            )
        client.cookies.set("__Host-ura", token)
        await client.get("/")
        return {
            "_csrf_token": client.cookies["__Host-ura-csrf"],
            "proof_password": PASSWORD,
        }

    return open_visit


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of the project."""
    return Path(__file__).parent.parent
