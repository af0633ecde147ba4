"""The hashed requirements are those of uv.lock."""

import re
import tomllib
from pathlib import Path

import pytest

PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


@pytest.mark.parametrize("exported", ["requirements.lock", "requirements-test.lock"])
def test_requirements_are_in_step_with_the_lock(exported: str, checkout: Path) -> None:
    locked = {
        (package["name"], package["version"])
        for package in tomllib.loads((checkout / "uv.lock").read_text())["package"]
    }
    text = (checkout / exported).read_text()

    pinned = set(PINNED.findall(text))

    assert len(pinned) > 20
    assert pinned <= locked
    assert text.count("--hash=sha256:") >= len(pinned)
