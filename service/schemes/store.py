"""The queries of schemes."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from service import db
from service.db import Connection
from service.ids import AccountId, SchemeId, SchemeVersionId
from service.period import Period
from service.schemes.model import (
    DatedMinimumWage,
    Finding,
    HeldScheme,
    HeldVersion,
    ReadDocument,
    RecordedMinimumWage,
    SchemeVersion,
    State,
    WrittenVersion,
)

SQL = db.load("schemes")


async def list_scheme_versions(
    tx: Connection, *, code: str | None, at_most: int
) -> list[SchemeVersion]:
    """Every version that the actor may see, or those of one scheme; by scheme, the newest first."""
    return await db.fetch_all(
        tx, SQL["list_scheme_versions"], SchemeVersion, code=code, at_most=at_most
    )


async def get_version(tx: Connection, code: str, number: int) -> WrittenVersion:
    """One version with its document and findings."""
    return await db.fetch_one(tx, SQL["get_version"], WrittenVersion, code=code, number=number)


async def lock_versions(tx: Connection, code: str) -> list[HeldVersion]:
    """All versions of a scheme by number, held until the transaction ends."""
    return await db.fetch_all(tx, SQL["lock_versions"], HeldVersion, code=code)


async def find_scheme(tx: Connection, code: str) -> HeldScheme | None:
    """The scheme of a code, if there is one."""
    return await db.find_one(tx, SQL["find_scheme"], HeldScheme, code=code)


async def insert_scheme(tx: Connection, scheme_id: SchemeId, document: ReadDocument) -> None:
    """A new scheme, with the code and the names that its first document gives it."""
    await db.execute(
        tx,
        SQL["insert_scheme"],
        scheme_id=scheme_id,
        code=document.code,
        name_sq=document.names["sq"],
        name_sr=document.names["sr"],
        name_en=document.names["en"],
    )


async def insert_version(
    tx: Connection,
    version_id: SchemeVersionId,
    scheme_id: SchemeId,
    document: ReadDocument,
    *,
    state: State,
    valid_from: date,
    account_id: AccountId | None,
    at: datetime,
) -> int:
    """A new version; its number. Without an account it is one that came with Ura."""
    return await db.fetch_value(
        tx,
        SQL["insert_version"],
        int,
        version_id=version_id,
        scheme_id=scheme_id,
        state=state,
        valid_from=valid_from,
        account_id=account_id,
        at=at,
        document=document.text,
        document_sha256=document.sha256,
        selected_by=document.selected_by,
        monthly_max_cents=document.settings.monthly_max_cents,
        months=document.settings.months,
        final_max_cents=document.settings.final_max_cents,
        paid_until_months=document.settings.paid_until_months,
        payments=document.settings.payments,
        age_min=document.settings.age_min,
        age_max=document.settings.age_max,
        source=document.source,
    )


async def record_rewritten(
    tx: Connection,
    version_id: SchemeVersionId,
    document: ReadDocument,
    *,
    valid_from: date,
    at: datetime,
) -> int:
    """Puts another document in the place of a draft's; it must be checked again. 0 if too late."""
    return await db.execute(
        tx,
        SQL["record_rewritten"],
        version_id=version_id,
        valid_from=valid_from,
        at=at,
        document=document.text,
        document_sha256=document.sha256,
        selected_by=document.selected_by,
        monthly_max_cents=document.settings.monthly_max_cents,
        months=document.settings.months,
        final_max_cents=document.settings.final_max_cents,
        paid_until_months=document.settings.paid_until_months,
        payments=document.settings.payments,
        age_min=document.settings.age_min,
        age_max=document.settings.age_max,
        source=document.source,
    )


async def record_findings(
    tx: Connection, version_id: SchemeVersionId, findings: list[Finding]
) -> int:
    """What a check found; the version stays a draft."""
    return await db.execute(tx, SQL["record_findings"], version_id=version_id, findings=findings)


async def record_checked(
    tx: Connection, version_id: SchemeVersionId, *, account_id: AccountId, at: datetime
) -> int:
    """The document passed its check; 0 when the version is no draft any more."""
    return await db.execute(
        tx, SQL["record_checked"], version_id=version_id, account_id=account_id, at=at
    )


async def is_computed_from(tx: Connection, version_id: SchemeVersionId, day: date) -> bool:
    """Whether amounts were computed under a version for agreements from a day on."""
    return await db.fetch_value(tx, SQL["is_computed_from"], bool, version_id=version_id, day=day)


async def mark_superseded(
    tx: Connection, version_id: SchemeVersionId, *, ends_before: date, at: datetime
) -> int:
    """Ends a version's days before a day; 0 when it is not in force."""
    return await db.execute(
        tx, SQL["mark_superseded"], version_id=version_id, ends_before=ends_before, at=at
    )


async def mark_activated(
    tx: Connection, version_id: SchemeVersionId, *, account_id: AccountId, at: datetime
) -> int:
    """Puts a checked version in force; 0 when it is not checked."""
    return await db.execute(
        tx, SQL["mark_activated"], version_id=version_id, account_id=account_id, at=at
    )


async def list_minimum_wages(tx: Connection, *, at_most: int) -> list[DatedMinimumWage]:
    """Every minimum wage, the newest first."""
    return await db.fetch_all(tx, SQL["list_minimum_wages"], DatedMinimumWage, at_most=at_most)


async def list_minimum_wages_during(
    tx: Connection, days: Period, *, known_at: datetime
) -> list[RecordedMinimumWage]:
    """The minimum wages of some days as known at a moment, each cut to them, in order."""
    return await db.fetch_all(
        tx, SQL["list_minimum_wages_during"], RecordedMinimumWage, days=days, known_at=known_at
    )


async def hold_rates(tx: Connection) -> None:
    """Keeps rates from being changed until the transaction ends, together with others."""
    await db.execute(tx, SQL["hold_rates"])


class VersionDocument(msgspec.Struct, frozen=True):
    """The document of a version."""

    id: SchemeVersionId
    document: str


async def list_documents(
    tx: Connection, version_ids: Sequence[SchemeVersionId]
) -> list[VersionDocument]:
    """The documents of some versions."""
    return await db.fetch_all(
        tx, SQL["list_documents"], VersionDocument, version_ids=list(version_ids)
    )
