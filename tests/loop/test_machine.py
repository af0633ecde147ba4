"""Any order of acts, answers and crashes: the ledger says what happened, and invariants hold."""

import asyncio

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from service import loops
from service.config import Config
from service.db import APPLICATION_ROLE, Connection, prepare
from tests.conftest import FixedClock, MakeConfig, OneConnection
from tests.given import Given
from tests.loop.collecting import Collecting
from tests.loop.machine import Loop
from tests.loop.recovering import Recovering
from tests.loop.town import Fuse, build, wired

STEPS = 8
BATCH = 250
SETTINGS = settings(
    max_examples=BATCH,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
    print_blob=True,
)


async def connect(config: Config) -> Connection:
    """A connection of the application that keeps every statement prepared."""
    connection = await asyncpg.connect(
        config.database_url,
        user=APPLICATION_ROLE,
        password=config.sealer.database_password,
        statement_cache_size=1_000,
    )
    await prepare(connection)
    return connection


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each batch, so that thousands of histories show how far they are."""
    if "number" in metafunc.fixturenames:
        count = metafunc.config.getoption("loops")
        metafunc.parametrize("number", range(-(-count // BATCH)))


def test_any_history_of_payouts_leaves_true_books(
    new_database: MakeConfig, clock: FixedClock, number: int
) -> None:
    kind = (Loop, Recovering)[number % 2]
    machine: type[Loop] = seed(number)(type("Loop", (kind,), {"lived": 0, "sent": 0}))
    with asyncio.Runner(loop_factory=loops.new_event_loop) as runner:
        config: Config = runner.run(new_database())  # type: ignore[arg-type] # it can be awaited
        machine.runner, machine.connection = runner, runner.run(connect(config))
        given = Given(OneConnection(machine.connection), clock, config.sealer)
        machine.town, machine.fuse = runner.run(build(given, clock)), Fuse()
        machine.collecting, machine.begins_at = Collecting(machine.town), clock.now()
        machine.prepare()
        with wired(machine.fuse):
            run_state_machine_as_test(machine, settings=SETTINGS)
        runner.run(machine.connection.close())

    assert machine.lived >= BATCH
    machine.look_back()
