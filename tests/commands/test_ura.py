"""The command `ura`, as somebody types it: what it does, and what it says to bad input."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.config import Config
from tests.conftest import MakeConfig


async def ura(config: Config, *arguments: str) -> tuple[int, str]:
    """Runs the command against a database of the test's own; answers exit code and words."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.cli",
        *arguments,
        cwd=Path(__file__).parents[2],
        env={
            **os.environ,
            "DATABASE_URL": config.database_url,
            "REDIS_URL": config.redis_url,
            "URA_ROOT_KEY": config.root_key.hex(),
            "COLUMNS": "200",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("month", "compute", "2026-13"), "such as 2026-10"),
        (("month", "compute", "yesterday"), "such as 2026-10"),
        (("demo", "--candidates", "-5"), "Invalid value"),
        (("serve", "--port", "99999999"), "Invalid value"),
        (("dance",), "No such command"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_starts(
    arguments: tuple[str, ...], sentence: str
) -> None:
    answer = CliRunner().invoke(main, arguments)

    assert answer.exit_code == 2
    assert sentence in answer.output


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(main, [command, "--help"])

    assert answer.exit_code == 0
    assert "Usage:" in answer.output


async def test_a_month_to_come_is_refused_in_a_sentence(new_database: MakeConfig) -> None:
    code, said = await ura(await new_database(), "month", "compute", "2099-01")

    assert code == 1
    assert "has not ended yet" in said
    assert "Traceback" not in said


async def test_another_key_than_the_one_the_data_was_sealed_with_is_refused(
    new_database: MakeConfig,
) -> None:
    config = await new_database()
    other = Config(
        database_url=config.database_url,
        redis_url=config.redis_url,
        root_key=bytes(32),
        state=config.state,
    )

    code, said = await ura(other, "migrate")

    assert code == 1
    assert "another root key" in said


async def test_a_small_country_is_loaded_computed_and_whole(new_database: MakeConfig) -> None:
    config = await new_database()

    loaded, story = await ura(
        config, "demo", "--candidates", "60", "--employers", "12", "--months", "3"
    )
    twice, refusal = await ura(config, "demo", "--candidates", "60")
    checked, verdict = await ura(config, "invariants")

    assert (loaded, twice, checked) == (0, 1, 0), story + refusal + verdict
    assert "60 candidates" in story
    assert "holds people already" in refusal
    assert "All invariants hold." in verdict
