"""The migrations arrive at the schema; states in code are states in the database."""

import importlib
import re
import subprocess
from enum import StrEnum

import asyncpg
import pytest

from deploy import postgres
from service.config import Config
from service.db import SQL_FOLDER, Connection
from service.i18n import LANGUAGES
from tests.conftest import MakeConfig, database_named
from tests.structure.source import features

KNOWN = re.compile(r"_known$")
LITERAL = re.compile(r"'([a-z_0-9]+)'::text")
# Tables with no row of a person or of money; everything else has row-level security.
WITHOUT_POLICY = {
    "account", "api_token", "employer", "installation", "migration", "minimum_wage", "month_chunk",
    "month_run", "municipality", "occupation",
    "session", "sign_in_attempt",
}  # fmt: skip
# May only shrink: enumerations that the database knows and no code needs to tell apart yet.
WITHOUT_ENUM: set[str] = {"audit_entry_action_known"}


def dump(url: str) -> str:
    """The schema of a database as text, without what differs from run to run."""
    program = postgres.binary("pg_dump")
    done = subprocess.run(
        [str(program), "--schema-only", "--no-comments", "--exclude-table=migration",
         "--exclude-table=migration*", url],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return "\n".join(
        line for line in done.stdout.splitlines() if not line.startswith(("\\", "--")) and line
    )


async def test_the_migrations_arrive_exactly_at_the_schema(
    new_database: MakeConfig, template: Config
) -> None:
    plain = database_named((await new_database()).database_url, "postgres")
    owner = await asyncpg.connect(plain)
    await owner.execute("DROP DATABASE IF EXISTS ura_schema")
    await owner.execute("CREATE DATABASE ura_schema")
    await owner.close()
    by_schema = database_named(plain, "ura_schema")
    owner = await asyncpg.connect(by_schema)
    await owner.execute((SQL_FOLDER / "schema.sql").read_text())
    await owner.close()

    assert dump(template.database_url) == dump(by_schema)


def test_the_schema_repeats_the_migrations_word_for_word() -> None:
    written = (SQL_FOLDER / "schema.sql").read_text(encoding="utf-8")

    for file in sorted((SQL_FOLDER / "migrations").glob("*.sql")):
        assert file.read_text(encoding="utf-8").rstrip() in written, file.name


async def test_enumerations_in_code_equal_the_checks(tx: Connection) -> None:
    values_in_code = {frozenset(enum) for enum in _enums()} | {frozenset(LANGUAGES)}

    checks = await tx.fetch(
        "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint "
        "WHERE contype = 'c' AND conname LIKE '%\\_known'"
    )
    unknown = {
        check["conname"]
        for check in checks
        if not any(
            frozenset(LITERAL.findall(check["definition"])) <= values for values in values_in_code
        )
    }

    assert len(checks) > 10
    assert unknown - WITHOUT_ENUM == set()


def _enums() -> list[type[StrEnum]]:
    modules = [
        importlib.import_module(f"service.{folder.name}.model")
        for folder in features()
        if (folder / "model.py").exists()
    ] + [importlib.import_module("service.actor")]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ]


async def test_every_table_of_people_or_money_has_row_level_security(tx: Connection) -> None:
    open_tables = await tx.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relrowsecurity "
        "AND relnamespace = 'public'::regnamespace"
    )

    assert {table["relname"] for table in open_tables} == WITHOUT_POLICY


async def test_the_application_owns_nothing_and_cannot_pass_the_policies(tx: Connection) -> None:
    owned = await tx.fetchval(
        "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    )
    role = await tx.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )

    assert owned == 0
    assert role is not None
    assert not any(role.values())


@pytest.mark.parametrize(
    "table",
    [
        "transfer",
        "audit_entry",
        "agreement_signature",
        "sensitive_read",
        "bank_file",
        "bank_entry",
        "bank_statement",
        "attempt_event",
        "payment_closure",
        "suspense_resolution",
        "bank_file_chunk",
        "bank_order",
        "bank_download",
        "transliteration",
        "donor",
        "state_aid_reduction",
    ],
)
async def test_what_is_append_only_cannot_be_changed_by_the_application(
    tx: Connection, table: str
) -> None:
    for right in ("UPDATE", "DELETE", "TRUNCATE"):
        assert not await tx.fetchval("SELECT has_table_privilege($1, $2)", table, right)
