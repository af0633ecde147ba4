"""Imports point one way: handlers and jobs, actions, rules and stores, nouns."""

import ast
from pathlib import Path

from tests.structure.source import (
    CHECKOUT,
    features,
    functions,
    imports,
    name_of,
    python_files,
    tree,
)

IMPURE = {"asyncpg", "asyncio", "litestar", "arq", "redis", "service.db", "service.clock", "jobs"}
ASKS_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
}
NOT_NAMES = {"utils", "common", "helpers", "util", "misc"}


def feature_files(*names: str) -> list[Path]:
    found = [folder / name for folder in features() for name in names]
    existing = [file for file in found if file.exists()]
    assert len(existing) > 3
    return existing


def test_pure_files_import_nothing_impure() -> None:
    impure = {
        f"{name_of(file)} imports {module}"
        for file in feature_files("model.py", "rules.py")
        for module in imports(file)
        if any(module == name or module.startswith(f"{name}.") for name in IMPURE)
    }

    assert not impure


def test_pure_files_await_nothing() -> None:
    waiting = [
        str(function)
        for function in functions(*feature_files("model.py", "rules.py"))
        if isinstance(function.node, ast.AsyncFunctionDef)
    ]

    assert not waiting


def test_handlers_call_actions_and_never_a_store() -> None:
    shortcuts = {
        f"{name_of(file)} imports {module}"
        for file in feature_files("api.py", "pages.py")
        for module in imports(file)
        if module.endswith(".store")
    }

    assert not shortcuts


def test_a_feature_uses_another_through_its_actions_never_its_store() -> None:
    trespassing = {
        f"{name_of(file)} imports {module}"
        for folder in features()
        for file in folder.glob("*.py")
        for module in imports(file)
        if module.startswith("service.")
        and module.split(".")[2:3] == ["store"]
        and module.split(".")[1] != folder.name
    }

    assert not trespassing


def test_service_never_imports_jobs_or_tests() -> None:
    # The command line is the one place that starts everything, workers and servers included.
    upward = {
        f"{name_of(file)} imports {module}"
        for file in python_files("service")
        if file.name != "cli.py" and "commands" not in file.parts
        for module in imports(file)
        if module.split(".")[0] in {"jobs", "tests", "deploy"}
    }

    assert not upward


def test_only_the_clock_asks_the_time() -> None:
    asking = {
        f"{name_of(file)}:{node.lineno}"
        for file in python_files("service", "jobs")
        if name_of(file) != "service/clock.py"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in ASKS_THE_TIME
    }

    assert not asking


def test_actions_never_open_or_end_a_transaction() -> None:
    opening = {
        f"{name_of(file)}:{node.lineno}"
        for file in feature_files("actions.py")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and node.attr in {"transaction", "commit", "rollback"}
    }

    assert not opening


def test_sql_stands_in_sql_files_only() -> None:
    written = {
        f"{name_of(file)}:{node.lineno}"
        for file in feature_files("actions.py", "store.py", "api.py", "pages.py", "rules.py")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lstrip().startswith(("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "))
    }

    assert not written


def test_no_module_is_called_by_a_word_that_says_nothing() -> None:
    named = {name_of(file) for file in python_files() if file.stem in NOT_NAMES}

    assert not named
    assert (CHECKOUT / "README.md").exists()
