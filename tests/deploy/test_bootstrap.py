"""The environment is made once, and again whenever it no longer fits."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy import bootstrap
from deploy.bootstrap import CHECKOUT, RUNTIME, TEST, ensure, in_step


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose locks ask for nothing, so that no package index is needed."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / RUNTIME).write_text("# nothing\n")
    (folder / TEST).write_text("# nothing, and its tests\n")
    return folder


def test_a_new_environment_is_in_step_and_finds_the_checkout(checkout: Path) -> None:
    (checkout / "service").mkdir()
    (checkout / "service" / "cli.py").write_text("def main() -> str: return 'Ura ran'")
    assert not in_step(RUNTIME, checkout)

    python = ensure(RUNTIME, checkout)

    assert in_step(RUNTIME, checkout)
    shim = python.with_name("ura")
    ran = subprocess.run([shim], cwd="/", capture_output=True, text=True)
    assert ran.stderr.strip() == "Ura ran"  # sys.exit says what main gave


def test_the_test_environment_serves_to_run_until_its_lock_is_renewed(checkout: Path) -> None:
    ensure(TEST, checkout)
    assert in_step(RUNTIME, checkout)

    (checkout / TEST).write_text("# renewed\n")

    assert not in_step(RUNTIME, checkout)


def test_an_interrupted_set_up_is_done_again(checkout: Path) -> None:
    python = ensure(RUNTIME, checkout)
    (checkout / ".venv" / "ura-stamp.json").unlink()
    (python.parent / "left-over").touch()

    ensure(RUNTIME, checkout)

    assert in_step(RUNTIME, checkout)
    assert not in_step(TEST, checkout)
    assert not (python.parent / "left-over").exists()


def test_an_environment_that_no_longer_fits_is_not_in_step(checkout: Path) -> None:
    python = ensure(RUNTIME, checkout)
    stamp = checkout / ".venv" / "ura-stamp.json"
    good = stamp.read_text()

    for torn in ("", "[]", json.dumps({"lock": "another", "runs": "nothing"})):
        stamp.write_text(torn)
        assert not in_step(RUNTIME, checkout)
    stamp.write_text(good)
    moved = checkout.rename(checkout.with_name("moved"))
    assert not in_step(RUNTIME, moved)
    back = moved.rename(checkout)
    assert in_step(RUNTIME, back)
    python.unlink()
    assert not in_step(RUNTIME, back)


def test_of_two_set_ups_at_once_one_does_the_work(checkout: Path) -> None:
    code = f"import pathlib; from deploy import bootstrap as b; b.ensure({RUNTIME!r}, "
    code += f"pathlib.Path({str(checkout)!r}))"
    command = [sys.executable, "-c", code]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[1] for one in both]

    assert "".join(said).count("setting up") == 1
    assert [one.returncode for one in both] == [0, 0]


def test_a_failed_install_says_so_and_leaves_no_stamp(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / RUNTIME).write_text(f"./nowhere-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n")

    with pytest.raises(SystemExit) as stopped:
        ensure(RUNTIME, checkout)

    assert stopped.value.code == 1
    assert "Ura could not install its packages" in capsys.readouterr().err
    assert not in_step(RUNTIME, checkout)


def test_the_locks_are_in_step_with_the_project() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    asked = {_name(line) for line in project["project"]["dependencies"]}
    asked_for_tests = {_name(line) for line in project["dependency-groups"]["test"]}

    runtime, test = (_pins(CHECKOUT / lock) for lock in bootstrap.GOOD_FOR[RUNTIME])

    assert asked <= {_name(pin) for pin in runtime}
    assert asked_for_tests <= {_name(pin) for pin in test}
    assert runtime <= test


def _pins(lock: Path) -> set[str]:
    return {line.split(" ")[0] for line in lock.read_text().splitlines() if re.match(r"\w", line)}


def _name(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement)[0].lower()
