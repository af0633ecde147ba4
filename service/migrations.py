"""Migrations: plain SQL files, applied once each, in order, by the owner of the database."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

import asyncpg
import msgspec

from service import db
from service.clock import Clock
from service.config import Config
from service.db import APPLICATION_ROLE, SQL_FOLDER, Connection, connect_owner
from service.schemes.installation import load_shipped, shipped_documents

PARTS = (
    "", "_payouts", "_checks", "_recoveries", "_flags", "_casework", "_letters", "_access",
)  # fmt: skip
FILE_NAME = re.compile(r"(?P<number>[0-9]{4})_[a-z0-9_]+\.sql")
LOCK = 7_465_281_120
LOCK_POLL_SECONDS = 0.05

SQL = db.load("migrations")


class MigrationRefused(RuntimeError):
    """The files and the database disagree; the sentence says where."""


class Migration(msgspec.Struct, frozen=True):
    """One file of sql/migrations."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> bytes:
        """The digest that is kept, so that a file edited after it was applied is noticed."""
        return sha256(self.text.replace("\r\n", "\n").encode()).digest()


class Applied(msgspec.Struct, frozen=True):
    """A file that the database has taken."""

    number: int
    sha256: bytes


def list_migrations() -> list[Migration]:
    """The files in order; MigrationRefused when a name is wrong or a number is left out."""
    found = []
    for place, file in enumerate(sorted((SQL_FOLDER / "migrations").glob("*.sql")), start=1):
        name = FILE_NAME.fullmatch(file.name)
        if name is None or int(name["number"]) != place:
            raise MigrationRefused(f"{file.name} should be called {place:04d}_name.sql")
        found.append(Migration(place, file.name, file.read_text(encoding="utf-8")))
    return found


async def migrate(config: Config) -> list[str]:
    """Brings the database up to date; answers the names of the files applied now.

    Several starters may call this at once: one works, the others wait. They poll for the lock, as a
    waiting lock would hold a snapshot that CREATE INDEX CONCURRENTLY waits for.
    """
    owner = await connect_owner(config)
    try:
        while not await db.fetch_value(owner, SQL["try_migration_lock"], bool, lock=LOCK):  # noqa: ASYNC110 - the lock is another process's
            await asyncio.sleep(LOCK_POLL_SECONDS)
        await _make_application_role(owner, config)
        return await _apply(owner, list_migrations())
    finally:
        await owner.close()


async def refuse_behind(config: Config) -> None:
    """MigrationRefused unless every file is applied: for who reads and must change nothing."""
    owner = await connect_owner(config)
    try:
        known: list[Applied] = []
        if await db.fetch_value(owner, SQL["bookkeeping_exists"], bool):
            known = await db.fetch_all(owner, SQL["list_applied"], Applied)
    finally:
        await owner.close()
    if {one.number for one in known} != {one.number for one in list_migrations()}:
        raise MigrationRefused(
            "the database is not set up for this version of Ura: run `ura migrate`, or `ura demo`"
            " for a country to try things on"
        )


async def check_key(config: Config) -> None:
    """Remembers which root key seals this database, and refuses any other from then on."""
    owner = await connect_owner(config)
    try:
        await db.execute(owner, SQL["insert_key_check"], key_check=config.sealer.key_check)
        known = await db.fetch_value(owner, SQL["get_key_check"], bytes)
    finally:
        await owner.close()
    if known != config.sealer.key_check:
        raise MigrationRefused(
            "this database was sealed with another root key: give Ura the key file (root.key of"
            " the state folder) or the URA_ROOT_KEY that it was set up with"
        )


async def load_country(config: Config, country: str) -> None:
    """Loads the reference data of a country, sql/countries/<country>*.sql, banks' reason codes,
    and the schemes that Ura comes with for it, service/schemes/shipped/<country>; again changes
    nothing."""
    parts = [f"countries/{country}{part}.sql" for part in PARTS]
    files = ["reference/reason_codes.sql", "reference/reason_names.sql", *parts]
    owner = await connect_owner(config)
    try:
        async with owner.transaction():
            for file in files:
                await owner.execute((SQL_FOLDER / file).read_text())
            await load_shipped(owner, shipped_documents(country), at=Clock().now())
    finally:
        await owner.close()


async def _make_application_role(owner: Connection, config: Config) -> None:
    if not await db.fetch_value(owner, SQL["role_exists"], bool, role=APPLICATION_ROLE):
        # Another database of this cluster may be migrated at the same moment.
        with suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await owner.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN")
    # The password is derived from the root key: hexadecimal digits, so it needs no quoting.
    await owner.execute(
        f"ALTER ROLE {APPLICATION_ROLE} PASSWORD '{config.sealer.database_password}'"
    )


async def _apply(owner: Connection, migrations: Sequence[Migration]) -> list[str]:
    await db.execute(owner, SQL["create_bookkeeping"])
    known = await db.fetch_all(owner, SQL["list_applied"], Applied)
    applied = {one.number: one.sha256 for one in known}
    if unknown := applied.keys() - {migration.number for migration in migrations}:
        raise MigrationRefused(
            f"the database holds migration {max(unknown)}, which this version of Ura does not know"
        )
    done = []
    for migration in migrations:
        if migration.number not in applied:
            await _apply_one(owner, migration)
            done.append(migration.name)
        elif applied[migration.number] != migration.sha256:
            raise MigrationRefused(f"{migration.name} was edited after it had been applied")
    return done


async def _apply_one(owner: Connection, migration: Migration) -> None:
    async with owner.transaction():
        await owner.execute("SET LOCAL lock_timeout = '10s'")
        await owner.execute(migration.text)
        await db.execute(
            owner,
            SQL["insert_applied"],
            number=migration.number,
            name=migration.name,
            sha256=migration.sha256,
        )
