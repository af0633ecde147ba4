"""The life of a scheme version, and what others read of schemes and minimum wages."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.actor import Actor
from service.db import Connection
from service.ids import SchemeId, SchemeVersionId, new_id
from service.ledger import actions as ledger
from service.period import Period
from service.problems import NotFound
from service.schemes import documents, rules, store
from service.schemes.language.compiler import Compiled
from service.schemes.model import (
    DatedMinimumWage,
    Event,
    HeldVersion,
    ReadDocument,
    RecordedMinimumWage,
    SchemeVersion,
    State,
    VersionSheet,
    WrittenVersion,
)

LISTED_AT_ONCE = 500


async def list_scheme_versions(tx: Connection) -> list[SchemeVersion]:
    """Every scheme version that the actor may see, by scheme, the newest first."""
    return await store.list_scheme_versions(tx, code=None, at_most=LISTED_AT_ONCE)


async def list_versions_of_scheme(tx: Connection, code: str) -> list[SchemeVersion]:
    """The versions of one scheme, the newest first; NotFound when none is to be seen."""
    versions = await store.list_scheme_versions(tx, code=code, at_most=LISTED_AT_ONCE)
    if not versions:
        raise NotFound
    return versions


async def get_version(tx: Connection, code: str, number: int) -> WrittenVersion:
    """One version with its document; NotFound when it is not there or not to be seen."""
    return await store.get_version(tx, code, number)


async def read_sheet(tx: Connection, code: str, number: int) -> VersionSheet:
    """What somebody reads before deciding about a version: its examples, run now, and changes."""
    version = await store.get_version(tx, code, number)
    _, results = await asyncio.to_thread(documents.examine, version.document)
    others = await store.list_scheme_versions(tx, code=code, at_most=LISTED_AT_ONCE)
    compared = rules.compared_with(version, others)
    if compared is None:
        return VersionSheet(version=version, examples=results, compared=None, differences=[])
    before = await store.get_version(tx, code, compared.number)
    changed = await asyncio.to_thread(
        documents.differences,
        before.document,
        version.document,
        names=(f"{code} {compared.number}", f"{code} {number}"),
    )
    return VersionSheet(version=version, examples=results, compared=compared, differences=changed)


async def draft_version(
    tx: Connection,
    text: str,
    *,
    code: str | None = None,
    valid_from: date | None,
    by: Actor,
    at: datetime,
) -> WrittenVersion:
    """Keeps a document as a draft; the first of a new code opens the scheme and its budget line.

    Raises NotAllowed, DocumentRefused with lines, OtherScheme when `code` is another than the
    document's, and InvalidFields without a first day.
    """
    rules.refuse_unless_author(by)
    document = documents.read_document(text)
    rules.refuse_other_scheme(document, code or document.code)
    first_day = rules.first_day(document, valid_from)
    with db.refusing(
        scheme_once_per_code=rules.DraftedMeanwhile,
        scheme_version_once_per_number=rules.DraftedMeanwhile,
    ):
        number = await store.insert_version(
            tx,
            SchemeVersionId(new_id()),
            await find_or_open_scheme(tx, document, SchemeId(new_id())),
            document,
            state=State.DRAFTED,
            valid_from=first_day,
            account_id=by.account,
            at=at,
        )
    return await store.get_version(tx, document.code, number)


async def find_or_open_scheme(
    tx: Connection, document: ReadDocument, new_scheme_id: SchemeId
) -> SchemeId:
    """The scheme of a document; a new one is opened with a budget line that holds nothing yet."""
    known = await store.find_scheme(tx, document.code)
    if known is not None:
        return known.id
    await store.insert_scheme(tx, new_scheme_id, document)
    name = f"{document.code} {document.names['en']}"
    await ledger.open_budget_line(tx, new_scheme_id, name=name)
    return new_scheme_id


async def rewrite_version(
    tx: Connection,
    code: str,
    number: int,
    text: str,
    *,
    valid_from: date | None,
    by: Actor,
    at: datetime,
) -> WrittenVersion:
    """Its author puts another document in the place of a draft's, which is then to be checked anew.

    Raises NotAllowed, NotYourDraft, VersionMovedOn, and what `draft_version` raises of documents.
    """
    rules.refuse_unless_author(by)
    version = _find(await store.lock_versions(tx, code), number)
    rules.move(version.state, Event.REWRITTEN)
    rules.refuse_other_author(version, by)
    document = documents.read_document(text)
    rules.refuse_other_scheme(document, code)
    first_day = rules.first_day(document, valid_from)
    await store.record_rewritten(tx, version.id, document, valid_from=first_day, at=at)
    return await store.get_version(tx, code, number)


async def check_version(
    tx: Connection, code: str, number: int, *, by: Actor, at: datetime
) -> WrittenVersion:
    """Checks a draft's names, kinds and units, and runs its examples.

    It comes back checked, or as the draft it is with what was found: that is kept, so the caller
    ends the transaction before `rules.refuse_flawed` says so. Raises NotAllowed, VersionMovedOn.
    """
    rules.refuse_unless_author(by)
    version = _find(await store.lock_versions(tx, code), number)
    rules.move(version.state, Event.CHECKED)
    findings, _ = await asyncio.to_thread(documents.examine, version.document)
    if findings:
        await store.record_findings(tx, version.id, findings)
    else:
        await store.record_checked(tx, version.id, account_id=by.account, at=at)
    return await store.get_version(tx, code, number)


async def activate_version(
    tx: Connection, code: str, number: int, *, shown_sha256: str, by: Actor, at: datetime
) -> WrittenVersion:
    """A second person puts a checked version in force; it ends the one in force where it begins.

    `shown_sha256` is that of the document the person read. The examples run once more. Raises
    NotAllowed, ActivatesOwnDraft, VersionMovedOn, DocumentChanged, VersionFlawed, BeginsTooEarly,
    and DaysAlreadyComputed when amounts stand under the replaced version from that day on.
    """
    rules.refuse_unless_activator(by)
    versions = await store.lock_versions(tx, code)
    version = _find(versions, number)
    rules.move(version.state, Event.ACTIVATED)
    rules.refuse_own(version, by)
    rules.refuse_unread(version, shown_sha256)
    findings, _ = await asyncio.to_thread(documents.examine, version.document)
    rules.refuse_flawed(findings)
    replaced = rules.replaced_by(version, versions)
    with db.refusing(
        scheme_version_cut_where_unused=rules.DaysAlreadyComputed,
        scheme_version_two_people=rules.ActivatesOwnDraft,
        scheme_version_one_at_a_time=rules.BeginsTooEarly,
    ):
        if replaced is not None:
            await _supersede(tx, replaced, ends_before=version.valid_from, at=at)
        await store.mark_activated(tx, version.id, account_id=by.account, at=at)
    return await store.get_version(tx, code, number)


async def _supersede(
    tx: Connection, version: HeldVersion, *, ends_before: date, at: datetime
) -> None:
    rules.move(version.state, Event.SUPERSEDED)
    if await store.is_computed_from(tx, version.id, ends_before):
        raise rules.DaysAlreadyComputed
    await store.mark_superseded(tx, version.id, ends_before=ends_before, at=at)


def _find(versions: list[HeldVersion], number: int) -> HeldVersion:
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


async def list_minimum_wages(tx: Connection) -> list[DatedMinimumWage]:
    """Every minimum wage with the act that sets it, the newest first; cents a month."""
    return await store.list_minimum_wages(tx, at_most=LISTED_AT_ONCE)


async def minimum_wages_during(
    tx: Connection, days: Period, *, known_at: datetime
) -> list[RecordedMinimumWage]:
    """The minimum wages of some days as known at a moment, each cut to them, in order.

    Cents for a full-time month.
    """
    return await store.list_minimum_wages_during(tx, days, known_at=known_at)


async def hold_rates(tx: Connection) -> None:
    """Lets no rate change while something is computed from it; who changes one waits."""
    await store.hold_rates(tx)


async def compiled_versions(
    tx: Connection, version_ids: Sequence[SchemeVersionId]
) -> dict[SchemeVersionId, Compiled]:
    """The compiled forms of scheme versions; each document is compiled once in a process."""
    found = await store.list_documents(tx, version_ids)
    return {one.id: documents.compiled_of(one.document) for one in found}


async def compiled_version(tx: Connection, version_id: SchemeVersionId) -> Compiled:
    """The compiled form of one scheme version; NotFound when it is not to be seen."""
    found = await compiled_versions(tx, [version_id])
    if version_id not in found:
        raise NotFound
    return found[version_id]
