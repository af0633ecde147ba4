"""The embedded servers start, are shared, stop in order, and outlive nobody."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from deploy import postgres, valkey
from deploy.servers import ServersFailed, Urls, running

# Runs the servers, says where they are, and goes on until told to stop.
OTHER = """
import pathlib, signal, sys
from deploy import postgres, servers, valkey
# Whoever runs the tests in the background may have made them deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
with servers.running(pathlib.Path(sys.argv[1]), fast=True) as urls:
    try:
        print(urls.redis, flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        sockets = pathlib.Path(urls.redis.removeprefix("unix://")).parent
        print(postgres.answers(sockets) and valkey.answers(sockets), flush=True)
"""


@pytest.fixture(autouse=True)
def _no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


async def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as urls:
        await _store(urls)

    with running(tmp_path) as urls:
        assert await _stored(urls) == ("kept", b"kept")


async def test_the_database_is_set_up_for_money(tmp_path: Path) -> None:
    with running(tmp_path) as urls:
        db = await asyncpg.connect(urls.database)
        names = ("data_checksums", "fsync", "synchronous_commit", "timezone", "server_encoding")
        settings = [await db.fetchval(f"SHOW {name}") for name in names]
        await db.close()

    assert settings == ["on", "on", "on", "UTC", "UTF8"]


def test_a_second_run_joins_and_the_first_stops_the_servers(tmp_path: Path) -> None:
    with running(tmp_path, fast=True) as urls:
        with running(tmp_path, fast=True) as joined:
            assert joined == urls
        assert _answering(urls)

    assert not _answering(urls)
    assert not _sockets(urls).exists()


def test_of_two_that_start_at_once_one_joins_the_other(tmp_path: Path) -> None:
    with ExitStack() as both:
        first, second = [both.enter_context(_other(tmp_path)) for _ in range(2)]

        assert _line(first) == _line(second)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of this")
def test_a_killed_program_leaves_no_server_and_the_next_one_starts(tmp_path: Path) -> None:
    with _other(tmp_path) as killed:
        left = Urls("", _line(killed))
        killed.kill()
        killed.wait()

        with running(tmp_path, fast=True) as urls:
            assert _answering(urls)
            assert not _answering(left)
            assert not _sockets(left).exists()


def test_ctrl_c_reaches_the_program_but_not_its_servers(tmp_path: Path) -> None:
    with _other(tmp_path) as interrupted:
        _line(interrupted)

        os.killpg(interrupted.pid, signal.SIGINT)

        assert _line(interrupted) == "True"
        assert interrupted.wait() == 0


def test_servers_that_are_given_are_used_and_none_are_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ura@db/ura")
    monkeypatch.setenv("REDIS_URL", "redis://cache")

    with running(tmp_path / "state") as urls:
        assert urls == Urls("postgresql://ura@db/ura", "redis://cache")

    assert not (tmp_path / "state").exists()


def test_half_of_the_servers_given_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ura@db/ura")

    with pytest.raises(ServersFailed, match="REDIS_URL is not"), running(tmp_path):
        pass


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()

    with (
        pytest.raises(ServersFailed, match=r"PostgreSQL did not start(.|\n)*postgresql\.conf"),
        running(tmp_path, fast=True),
    ):
        pass

    assert not (tmp_path / "servers.json").exists()


def test_a_cluster_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)

    with running(tmp_path, fast=True) as urls:
        assert _answering(urls)


@contextmanager
def _other(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that runs the servers, in a process group of its own like a terminal's."""
    command = [sys.executable, "-c", OTHER, str(state)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    ) as other:
        yield other


def _line(other: subprocess.Popen[str]) -> str:
    assert other.stdout
    return other.stdout.readline().strip()


def _sockets(urls: Urls) -> Path:
    return Path(urls.redis.removeprefix("unix://")).parent


def _answering(urls: Urls) -> bool:
    return postgres.answers(_sockets(urls)) or valkey.answers(_sockets(urls))


async def _store(urls: Urls) -> None:
    db = await asyncpg.connect(urls.database)
    await db.execute("CREATE TABLE note AS SELECT 'kept' AS text")
    await db.close()
    async with Redis.from_url(urls.redis) as redis:
        await redis.set("note", "kept")


async def _stored(urls: Urls) -> tuple[str, bytes]:
    db = await asyncpg.connect(urls.database)
    text = await db.fetchval("SELECT text FROM note")
    await db.close()
    async with Redis.from_url(urls.redis) as redis:
        return text, await redis.get("note")
