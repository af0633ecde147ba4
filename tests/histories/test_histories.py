"""Histories at random: the service and a slow, obvious model come to the same, to the cent."""

import pytest

from service.db import open_database
from tests.conftest import MakeConfig
from tests.histories.office import Office

BATCH = 250


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each batch, so that thousands of histories show how far they are."""
    if "seed" in metafunc.fixturenames:
        alone = metafunc.config.getoption("history")
        count = metafunc.config.getoption("histories")
        seeds = [int(alone.partition("/")[0])] if alone else range(-(-count // BATCH))
        metafunc.parametrize("seed", seeds)


async def test_every_month_of_random_histories_is_what_the_obvious_model_says(
    new_database: MakeConfig, pytestconfig: pytest.Config, seed: int
) -> None:
    alone = pytestconfig.getoption("history")
    config = await new_database()
    database = await open_database(config, pool_max=5)
    office = Office(
        seed, BATCH, database, config, only=int(alone.partition("/")[2]) if alone else None
    )
    try:
        await office.live()
    finally:
        await database.close()

    assert alone or office.compared > 100 * BATCH
