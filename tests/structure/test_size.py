"""Files and functions stay readable, and say in a sentence what they are for."""

import ast

from tests.structure.source import CHECKOUT, functions, name_of, python_files, tree

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
TEST_LINES_MAX = 40
QUERY_LINES_MAX = 60
DOCUMENTED = {"model.py", "rules.py", "store.py", "actions.py"}
# May only shrink. The schema is read whole; its parts stand as migrations.
LONG_FILES = {"sql/schema.sql"}


def test_no_file_has_grown_past_reading() -> None:
    files = [*python_files(), *sorted((CHECKOUT / "sql").rglob("*.sql"))]
    long = {
        name_of(file)
        for file in files
        if len(file.read_text(encoding="utf-8").splitlines()) > FILE_LINES_MAX
    }

    assert long <= LONG_FILES


def test_no_function_has_grown_past_reading() -> None:
    long = {
        f"{function}: {function.lines} lines"
        for function in functions(*python_files())
        if function.lines > FUNCTION_LINES_MAX
    }

    assert not long


def test_no_test_has_grown_past_reading() -> None:
    long = {
        f"{function}: {function.lines} lines"
        for function in functions(*python_files("tests"))
        if function.node.name.startswith("test_") and function.lines > TEST_LINES_MAX
    }

    assert not long


def test_no_query_has_grown_past_reading() -> None:
    blocks = [
        (file, block)
        for file in sorted((CHECKOUT / "sql" / "queries").glob("*.sql"))
        for block in file.read_text(encoding="utf-8").split("-- name: ")[1:]
    ]
    long = {
        f"{name_of(file)} {block.split()[0]}"
        for file, block in blocks
        if len(block.strip().splitlines()) > QUERY_LINES_MAX + 5  # its name and its reason
    }

    assert len(blocks) > 50
    assert not long


def test_every_module_opens_with_a_sentence() -> None:
    silent = {
        name_of(file)
        for file in python_files()
        if not ast.get_docstring(tree(file)) and file.read_text(encoding="utf-8").strip()
    }

    assert not silent


def test_what_others_call_has_a_docstring() -> None:
    silent = {
        str(function)
        for function in functions(*python_files("service"))
        if function.file.name in DOCUMENTED
        and not function.node.name.startswith("_")
        and not ast.get_docstring(function.node)
    }

    assert not silent
