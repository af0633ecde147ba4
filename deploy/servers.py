"""PostgreSQL and Valkey for one run of Ura: yours, those already running, or its own."""

import fcntl
import json
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from deploy import postgres, processes, valkey
from deploy.processes import Account, Server, ServersFailed

__all__ = ["ServersFailed", "Urls", "running"]

START_SECONDS = 60.0  # recovery after a crash takes a while
STOP_SECONDS = 30.0
PLAIN_SHORT_PATH = re.compile(r"/[\w./-]{1,60}")  # a socket's whole path ends at 107 bytes


class Urls(NamedTuple):
    """Where PostgreSQL (when embedded, as its superuser) and the Redis are."""

    database: str
    redis: str


@contextmanager
def running(state: Path, *, fast: bool = False) -> Iterator[Urls]:
    """The servers, for as long as the block runs; call it from the main thread.

    DATABASE_URL and REDIS_URL, when set, are given back and nothing is started. Otherwise the
    servers live on the state folder. If another process already runs them we join, and they stop
    when that process ends, even if we are still at work. Servers we start stop at the end of the
    block, in order, and also if this process is killed. `fast` is for tests: it risks the data.
    """
    given = _given()
    if given:
        yield given
        return
    # The kernel ties a child's life to the thread that started it.
    assert threading.current_thread() is threading.main_thread(), "start servers in the main thread"
    state = _made(state)
    started: list[Server] = []
    try:
        with _one_at_a_time(state):
            sockets = _joinable(state) or _start(state, started, fast=fast)
    except OSError as error:
        raise ServersFailed(f"Ura cannot start its servers in {state}: {error}.") from error
    try:
        yield Urls(postgres.dsn(sockets), valkey.url(sockets))
    finally:
        if started:
            with _one_at_a_time(state):
                _stop(state, sockets, started)


def _given() -> Urls | None:
    """What the environment names; half of it is a mistake worth stopping for."""
    urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    missing = [name for name, url in urls.items() if not url]
    if len(missing) == 1:
        (present,) = urls.keys() - set(missing)
        raise ServersFailed(
            f"{present} is set but {missing[0]} is not. Set both to use your own servers, "
            "or neither to let Ura start its own."
        )
    return None if missing else Urls(urls["DATABASE_URL"], urls["REDIS_URL"])


def _made(state: Path) -> Path:
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / "servers.lock").touch()
    except OSError as error:
        raise ServersFailed(f"Ura cannot keep its state in {state}: {error.strerror}.") from error
    return state.resolve()


@contextmanager
def _one_at_a_time(state: Path) -> Iterator[None]:
    """One process at a time decides whether to join or to start, or stops what it started."""
    with (state / "servers.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _joinable(state: Path) -> Path | None:
    """The sockets of servers that answer, if there are any."""
    sockets = _noted(state)
    return sockets if sockets and postgres.answers(sockets) and valkey.answers(sockets) else None


def _start(state: Path, started: list[Server], *, fast: bool) -> Path:
    """Starts both and adds them to `started`; gives their sockets. On failure nothing is left."""
    account = processes.account_for(state / "postgres")
    with _no_servers(state) as holding:
        _forget(state)
        sockets = Path(tempfile.mkdtemp(prefix="ura-", dir=_socket_home()))
        try:
            processes.own_folder(sockets, account)
            _start_in(sockets, state, account, started, fast=fast, holding=holding)
        except BaseException:
            _stop(state, sockets, started)
            raise
    return sockets


def _start_in(
    sockets: Path, state: Path, account: Account, started: list[Server], *, fast: bool, holding: int
) -> None:
    note = {"sockets": str(sockets), "owner": str(os.getpid())}
    (state / "servers.json").write_text(json.dumps(note))
    started.append(postgres.start(state, sockets, account, fast=fast, holding=holding))
    started.append(valkey.start(state, sockets, account, fast=fast, holding=holding))
    for server, child in zip((postgres, valkey), started, strict=True):
        processes.wait_until(partial(server.answers, sockets), child, START_SECONDS)
    postgres.make_database(sockets)


def _stop(state: Path, sockets: Path, started: list[Server]) -> None:
    processes.stop(started, STOP_SECONDS)
    (state / "servers.json").unlink(missing_ok=True)
    shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def _no_servers(state: Path) -> Iterator[int]:
    """Waits until none of the state folder's servers is alive; yields a lock for new ones to hold.

    The servers inherit the lock's file, so the kernel frees it when the last of them is gone.
    Their process ids would tell less: ids come back for other programs.
    """
    with (state / "servers.alive").open("ab") as lock:
        deadline = time.monotonic() + STOP_SECONDS  # those of a killed process are just stopping
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() > deadline:
                raise ServersFailed(
                    f"The servers of {state} are alive but do not answer; stop the Ura process "
                    f"{_note(state).get('owner', '')} that runs them and start again."
                )
            time.sleep(0.05)
        yield lock.fileno()


def _forget(state: Path) -> None:
    """Removes the sockets that a killed process could not."""
    sockets = _noted(state)
    if sockets and sockets.name.startswith("ura-"):
        shutil.rmtree(sockets, ignore_errors=True)


def _noted(state: Path) -> Path | None:
    sockets = _note(state).get("sockets")
    return Path(sockets) if sockets else None


def _note(state: Path) -> dict[str, str]:
    """What the process that runs the servers left for others to find."""
    try:
        note: dict[str, str] = json.loads((state / "servers.json").read_text())
    except (OSError, ValueError):
        return {}
    return note


def _socket_home() -> str:
    """The usual folder for temporary files if its path is short and plain enough for a URL."""
    usual = tempfile.gettempdir()
    return usual if PLAIN_SHORT_PATH.fullmatch(usual) else "/tmp"
