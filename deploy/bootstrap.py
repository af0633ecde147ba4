"""Gives the checkout its own Python environment, `.venv`, exactly as a lock file says.

Only the standard library here: this runs before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

CHECKOUT = Path(__file__).resolve().parent.parent
RUNTIME, TEST = "requirements.lock", "requirements-test.lock"
# The test lock holds everything the runtime lock does.
GOOD_FOR = {RUNTIME: (RUNTIME, TEST), TEST: (TEST,)}
PIP_MIN = (22, 3)  # the first that knows --python
UNREACHABLE = ("Max retries", "NewConnectionError", "Name or service not known", "timed out")

SHIM = """#!/bin/sh
'''exec' '{python}' "$0" "$@"
' '''
import sys
from service.cli import main
sys.exit(main())
"""


def ensure(lock_name: str, checkout: Path = CHECKOUT) -> Path:
    """The environment's python, with `lock_name` installed; installs only what is not in step."""
    try:
        if not in_step(lock_name, checkout):
            with _one_at_a_time(checkout):
                if not in_step(lock_name, checkout):  # another set-up may just have finished
                    _install(lock_name, checkout)
    except PermissionError as error:
        _stop(f"Ura cannot write {error.filename}; run it as the owner of {checkout}.")
    return python_of(checkout)


def python_of(checkout: Path) -> Path:
    """Where the environment's python is, or will be."""
    return checkout / ".venv" / "bin" / "python"


def in_step(lock_name: str, checkout: Path = CHECKOUT) -> bool:
    """Whether a finished environment fits the lock, this folder and a Python that still runs."""
    try:
        stamp = json.loads(_stamp_file(checkout).read_text())
    except (OSError, ValueError):
        return False  # never made, or an earlier set-up was interrupted
    runs = _what_runs(checkout)
    locks = [_digest(checkout / good) for good in GOOD_FOR[lock_name]]
    return stamp in [{"lock": lock, "runs": runs} for lock in locks]


def hand_over(python: Path, *arguments: str) -> NoReturn:
    """Goes on as `python arguments…` in this very process, so signals and exit code are its own."""
    sys.stdout.flush()
    os.execv(python, [str(python), *arguments])


def _install(lock_name: str, checkout: Path) -> None:
    """A new environment from nothing; the stamp comes last, so a half-made one is made again."""
    what = "Python environment" if lock_name == RUNTIME else "Python environment with test tools"
    _say(f"Ura: setting up its own {what} (first time only, about half a minute)…")
    home = checkout / ".venv"
    pip = _pip_for(home)
    _stamp_file(checkout).unlink(missing_ok=True)
    if home.is_symlink():
        home.unlink()
    shutil.rmtree(home, ignore_errors=True)

    bare = ["--without-pip"] if pip else []
    _run([_base_python(), "-m", "venv", *bare, str(home)], "make a .venv")
    pip = pip or [str(python_of(checkout)), "-m", "pip"]
    # No source builds: those would fetch their own tools, which no hash in the lock covers.
    strictly = ["--require-hashes", "--only-binary=:all:", "--no-user"]
    quietly = ["--quiet", "--no-input", "--disable-pip-version-check"]
    lock = str(checkout / lock_name)
    _run([*pip, "install", *quietly, *strictly, "-r", lock], "install its packages")
    _point_at(checkout)
    _stamp_file(checkout).write_text(
        json.dumps({"lock": _digest(checkout / lock_name), "runs": _what_runs(checkout)})
    )
    _say("Ura: the environment is ready.")


def _point_at(checkout: Path) -> None:
    """Makes `service`, `jobs` and `deploy` importable from anywhere, and `ura` a command."""
    (packages,) = (checkout / ".venv" / "lib").glob("python3*/site-packages")
    (packages / "ura.pth").write_text(f"{checkout}\n")
    shim = checkout / ".venv" / "bin" / "ura"
    shim.write_text(SHIM.format(python=python_of(checkout)))
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _base_python() -> str:
    """The python below any environment: this may be running in the one that is made anew."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _pip_for(home: Path) -> list[str]:
    """A pip that can install into the environment; empty when `venv` has to bring one."""
    for python in (_base_python(), sys.executable):
        asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True)
        words = asked.stdout.split()  # pip 23.0.1 from …
        if words and tuple(map(int, words[1].split(".")[:2])) >= PIP_MIN:
            return [python, "-m", "pip", "--python", str(home / "bin" / "python")]
    if subprocess.run([_base_python(), "-c", "import ensurepip"], capture_output=True).returncode:
        _stop(f"Ura needs pip 22.3 or newer for {_base_python()}; try: apt install python3-pip")
    return []


def _run(command: list[str], aim: str) -> None:
    """Runs quietly; on failure stops with a sentence and the command's last words."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return
    said = f"{done.stdout}{done.stderr}".strip()
    why = (
        "; pip cannot reach its package index, so check the network or pip's settings"
        if any(sign in said for sign in UNREACHABLE)
        else ""
    )
    last = "\n  ".join(said.splitlines()[-3:])
    _stop(f"Ura could not {aim}{why}. Its last words:\n  {last}")


def _what_runs(checkout: Path) -> str:
    """Version and home of the environment's python; says so if it does not start any more."""
    ask = "import sys; print(sys.version, sys.prefix)"
    try:
        asked = subprocess.run(
            [str(python_of(checkout)), "-I", "-c", ask], capture_output=True, text=True
        )
    except OSError:
        return "nothing"
    return asked.stdout.strip() or "nothing"


@contextlib.contextmanager
def _one_at_a_time(checkout: Path) -> Iterator[None]:
    """Holds the checkout folder itself, so no lock file is left lying about."""
    folder = os.open(checkout, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _stamp_file(checkout: Path) -> Path:
    return checkout / ".venv" / "ura-stamp.json"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(sentence: str) -> NoReturn:
    _say(sentence)
    raise SystemExit(1)
