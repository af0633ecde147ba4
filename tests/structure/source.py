"""The project's own source, read as text and as trees, for the structure tests."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

CHECKOUT = Path(__file__).parents[2]
CODE = ("service", "jobs", "deploy", "tests")
ROOT_QUERIES = {"actors": "db.py", "migrations": "migrations.py"}


class Function(msgspec.Struct, frozen=True):
    """A function and where it stands."""

    file: Path
    node: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def lines(self) -> int:
        """How long it is, from its `def` to its last line."""
        return (self.node.end_lineno or 0) - self.node.lineno + 1

    def __str__(self) -> str:
        return f"{self.file.relative_to(CHECKOUT)}:{self.node.lineno} {self.node.name}"


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files of some top folders; a structure test that finds none is broken."""
    found = tuple(
        file for folder in folders or CODE for file in sorted((CHECKOUT / folder).rglob("*.py"))
    )
    assert len(found) > 3
    return found


@cache
def tree(file: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(file.read_text(encoding="utf-8"))


def functions(*files: Path) -> Iterator[Function]:
    """Every function of some files, nested ones too."""
    for file in files:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(file, node)


def imports(file: Path) -> set[str]:
    """The modules that a file imports, by full name, and the names taken from packages."""
    found: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def features() -> list[Path]:
    """The feature folders of service/."""
    found = sorted(
        folder for folder in (CHECKOUT / "service").iterdir() if (folder / "__init__.py").exists()
    )
    assert len(found) > 5
    return found


def name_of(file: Path) -> str:
    """A file's path as people say it."""
    return str(file.relative_to(CHECKOUT))
