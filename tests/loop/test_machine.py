"""Any order of acts, answers and crashes: the ledger says what happened, and invariants hold."""

import asyncio

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from service.db import APPLICATION_ROLE, prepare
from tests.conftest import FixedClock, MakeConfig, OneConnection
from tests.given import Given
from tests.loop.machine import Loop
from tests.loop.town import Fuse, build, wired

STEPS = 14


def test_any_history_of_payouts_leaves_true_books(
    new_database: MakeConfig, clock: FixedClock, pytestconfig: pytest.Config
) -> None:
    histories = pytestconfig.getoption("loops")
    with asyncio.Runner() as runner:
        config = runner.run(new_database())  # type: ignore[arg-type] # any awaitable will do
        connection = runner.run(
            asyncpg.connect(
                config.database_url,
                user=APPLICATION_ROLE,
                password=config.sealer.database_password,
                statement_cache_size=1_000,
            )
        )
        runner.run(prepare(connection))
        town = runner.run(build(Given(OneConnection(connection), clock, config.sealer)))
        Loop.runner, Loop.connection, Loop.town, Loop.fuse = runner, connection, town, Fuse()
        Loop.lived = 0
        with wired(Loop.fuse):
            run_state_machine_as_test(
                Loop,
                settings=settings(
                    max_examples=histories,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=(Phase.generate, Phase.shrink),
                ),
            )
        runner.run(connection.close())

    assert Loop.lived >= histories
