"""Histories at random: the service and a slow, obvious model come to the same, to the cent."""

import ast
from pathlib import Path

import pytest

from service.db import open_database
from tests.conftest import MakeConfig
from tests.histories.office import Office

BATCH = 250
MODEL = ("obvious", "retained", "books", "life")


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


@pytest.mark.parametrize("name", MODEL)
def test_the_model_uses_nothing_of_the_service_and_of_other_tests(name: str) -> None:
    text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")

    used = {
        node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }

    assert {one.partition(".")[0] for one in used} <= {
        *("collections", "datetime", "enum", "fractions", "random"),
        "tests",
    }
    own = {f"tests.histories.{one}" for one in MODEL}
    assert {one for one in used if one.startswith("tests")} <= own
