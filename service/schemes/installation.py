"""Documents that come with Ura: laid down when a database is set up, again without harm."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from service.db import Connection
from service.ids import SchemeId, SchemeVersionId
from service.schemes import documents, store
from service.schemes.actions import find_or_open_scheme, list_scheme_versions
from service.schemes.model import ReadDocument, State

SHIPPED = Path(__file__).parent / "shipped"
# Ids follow from what is laid down, so that every database made from these files is the same.
ID_PREFIX = "01900000-0000-7000-8000-"


class ShippedDocumentRefused(RuntimeError):
    """A document that comes with Ura does not pass: this build is broken; the sentence says why."""


def shipped_documents(country: str) -> list[Path]:
    """The documents of a country, in the order of their names."""
    return sorted((SHIPPED / country).glob("*.toml"))


async def load_shipped(tx: Connection, files: list[Path], *, at: datetime) -> None:
    """Lays documents down, by the owner of the database; one that is there already is left alone.

    The first of a scheme is in force at once. One that differs from what is there waits, checked,
    for a person to activate it: an update of Ura never changes what is paid by itself.
    """
    known = {one.document_sha256 for one in await list_scheme_versions(tx)}
    for file in files:
        text = documents.text_of(file.read_bytes())
        if sha256(text.encode()).hexdigest() in known:
            continue
        try:
            await _load(tx, documents.read_document(text), at=at)
        except documents.DocumentRefused as refused:
            raise ShippedDocumentRefused(f"{file.name}: {refused.findings}") from refused


async def _load(tx: Connection, document: ReadDocument, *, at: datetime) -> None:
    known = await store.list_scheme_versions(tx, code=document.code, at_most=1)
    findings, _ = documents.examine(document.text)
    if findings or document.settings.valid_from is None:
        wrong = findings or "settings.valid_from is missing"
        raise ShippedDocumentRefused(f"{document.code}: {wrong}")
    scheme_id = await find_or_open_scheme(tx, document, SchemeId(_made_id(document.code)))
    await store.insert_version(
        tx,
        SchemeVersionId(_made_id(f"{document.code} {document.sha256.hex()}")),
        scheme_id,
        document,
        state=State.CHECKED if known else State.ACTIVATED,
        valid_from=document.settings.valid_from,
        account_id=None,
        at=at,
    )


def _made_id(name: str) -> UUID:
    return UUID(ID_PREFIX + sha256(name.encode()).hexdigest()[:12])
