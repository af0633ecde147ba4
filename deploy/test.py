"""The checks: `python3 deploy/test.py` runs them all; with arguments, only pytest, with those.

Every core runs its share of the tests on servers of its own. The linters work in the background
while pytest runs in sight; what they say is shown after it.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from deploy import assets, bootstrap

LINTERS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", "service", "jobs", "deploy", "tests"],
    # Not sql/schema.sql, which repeats the migrations word for word (a test holds it to that).
    "sqlfluff": ["sqlfluff", "lint", *map(str, sorted((bootstrap.CHECKOUT / "sql").glob("*/")))],
}


class Outcome:
    """How one check ended: its name, whether it passed, how long it took, what it said."""

    def __init__(self, name: str, *, passed: bool, seconds: float, said: str = "") -> None:
        self.name, self.passed, self.seconds, self.said = name, passed, seconds, said

    def line(self) -> str:
        """One line for the summary."""
        return f"{'passed' if self.passed else 'FAILED'}  {self.name:<12} {self.seconds:6.1f} s"


def main(arguments: list[str]) -> int:
    """The exit code: 0 when everything passed."""
    python = bootstrap.ensure(bootstrap.TEST)
    if os.path.realpath(sys.prefix) != os.path.realpath(bootstrap.CHECKOUT / ".venv"):
        bootstrap.hand_over(python, os.path.abspath(__file__), *arguments)
    assets.ensure()
    os.chdir(bootstrap.CHECKOUT)
    if arguments:
        print("Arguments go to pytest; the linters are left out.", flush=True)
        return 0 if pytest(arguments).passed else 1
    outcomes = everything()
    heading("summary")
    for outcome in outcomes:
        print(outcome.line())
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def everything() -> list[Outcome]:
    """Every check, also after one has failed."""
    with ThreadPoolExecutor(max_workers=1) as background:
        linting = [background.submit(lint, *linter) for linter in LINTERS.items()]
        outcomes = [pytest(on_every_core())]
        for waiting in linting:
            outcome = waiting.result()
            heading(f"{outcome.name} ({outcome.seconds:.1f} s)")
            print(outcome.said.strip() or "nothing to say", flush=True)
            outcomes.append(outcome)
    return outcomes


def on_every_core() -> list[str]:
    """What spreads the tests over the cores; not over servers of yours, which they would share."""
    return [] if os.environ.get("DATABASE_URL") else ["--numprocesses=auto", "--dist=worksteal"]


def pytest(arguments: list[str]) -> Outcome:
    """Runs the tests in sight. Finding none (exit code 5) is a failure like any other."""
    heading("pytest")
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments])
    seconds = time.monotonic() - began
    return Outcome("pytest", passed=done.returncode == 0, seconds=seconds)


def lint(name: str, command: list[str]) -> Outcome:
    """Runs one linter quietly and keeps what it said."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    return Outcome(
        name,
        passed=done.returncode == 0,
        seconds=time.monotonic() - began,
        said=done.stdout + done.stderr,
    )


def heading(name: str) -> None:
    """Sets one check's words apart from the next one's."""
    print(f"\n== {name} ".ljust(80, "="), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
