"""The bank for machines: send a payout, fetch its file, hand in what the bank answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

import msgspec
from litestar import Response, Router, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath

from service.actor import Role, Scope
from service.auth import allow
from service.bank import actions
from service.bank.model import (
    BankFile,
    CountedFile,
    Direction,
    Effect,
    KeptFinding,
    Severity,
)
from service.bank.uploads import FIELD, REQUEST_BYTES_MAX, read_upload
from service.ids import AccountId, BankFileId, PayoutId
from service.statements.model import ImportSummary
from service.statements.uploads import hand_in
from service.web import AnyRequest, Db, Me, Now, Seal

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


class FileView(msgspec.Struct, kw_only=True):
    """A file that went out or came in; its content is fetched by itself."""

    id: BankFileId
    direction: Direction
    message_type: str
    message_id: str
    payout_id: PayoutId | None
    sha256: str
    byte_count: int
    recorded_at: datetime
    recorded_by: AccountId

    @classmethod
    def of(cls, file: BankFile) -> Self:
        """The view of a file."""
        return cls(**msgspec.structs.asdict(file) | {"sha256": file.sha256.hex()})


class CountView(msgspec.Struct):
    """How many orders stand so, or entries did so, and their sum in cents."""

    count: int
    amount_cents: int


class CountedFileView(msgspec.Struct):
    """A file and what became of it: its orders by state, or its entries by effect."""

    file: FileView
    counts: dict[str, CountView]

    @classmethod
    def of(cls, counted: CountedFile) -> Self:
        """The view of a file with its counts."""
        counts = {one.word: CountView(one.number, one.amount_cents) for one in counted.counts}
        return cls(FileView.of(counted.file), counts)


class FindingView(msgspec.Struct):
    """Why a file, or one statement of it (counted from 0), is odd."""

    statement: int | None
    code: str
    severity: Severity
    detail: str

    @classmethod
    def of(cls, finding: KeptFinding) -> Self:
        """The view of a finding."""
        return cls(finding.statement_place, finding.code, finding.severity, finding.detail)


class ImportView(msgspec.Struct):
    """What a file from the bank did: new entries by effect, and how many were read before.

    `waits` are reasons for which the file, or statements of it, was kept and not posted; `blocks`
    counts entries of earlier files for whole blocks that now add up.
    """

    file: FileView
    already_imported: bool
    known_before: int
    counts: dict[Effect, int]
    waits: list[FindingView]
    blocks: int

    @classmethod
    def of(cls, summary: ImportSummary) -> Self:
        """The view of an import."""
        return cls(
            FileView.of(summary.file),
            summary.already_imported,
            summary.known_before,
            summary.counts,
            [FindingView.of(one) for one in summary.waits],
            summary.blocks,
        )


@dataclass
class ImportOperation(Operation):
    """Says in the schema what the handler reads by itself: a file, raw or in a form."""

    def __post_init__(self) -> None:
        content = Schema(type=OpenAPIType.STRING, content_media_type="application/xml")
        form = Schema(type=OpenAPIType.OBJECT, properties={FIELD: content}, required=[FIELD])
        self.request_body = RequestBody(
            required=True,
            content={
                "application/xml": OpenAPIMediaType(schema=content),
                "multipart/form-data": OpenAPIMediaType(schema=form),
            },
        )


@post("/payouts/{payout_id:uuid}/export", status_code=200, guards=[FINANCE])
async def export_payout(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, sealer: Seal
) -> FileView:
    """Writes the order for an approved payout; asked again, answers the file that went out."""
    async with db.transaction() as tx:
        file = await actions.export_payout(tx, payout_id, by=me, at=clock.now(), sealer=sealer)
    return FileView.of(file)


@post(
    "/import",
    status_code=200,
    guards=[FINANCE],
    request_max_body_size=REQUEST_BYTES_MAX,
    operation_class=ImportOperation,
)
async def import_file(request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal) -> ImportView:
    """Reads a status report (pain.002) or an account statement (camt.053), 50 MB at most."""
    content = await read_upload(request)
    summary = await hand_in(db, content, me=me, clock=clock, sealer=sealer)
    return ImportView.of(summary)


@get("/files", guards=[READER])
async def list_files(db: Db) -> list[CountedFileView]:
    """The newest hundred files, out and in."""
    async with db.transaction() as tx:
        files = await actions.list_files(tx)
    return [CountedFileView.of(file) for file in files]


@get("/files/{file_id:uuid}", guards=[READER])
async def get_file(file_id: FromPath[BankFileId], db: Db) -> CountedFileView:
    """One file without its content."""
    async with db.transaction() as tx:
        return CountedFileView.of(await actions.get_file(tx, file_id))


@get("/files/{file_id:uuid}/content", guards=[FINANCE], media_type="application/xml")
async def download(file_id: FromPath[BankFileId], db: Db, me: Me, sealer: Seal) -> Response[bytes]:
    """The very bytes of a file, compared with their SHA-256."""
    async with db.transaction() as tx:
        file, content = await actions.open_file(tx, file_id, by=me, sealer=sealer)
    return attachment(file, content)


def attachment(file: BankFile, content: bytes) -> Response[bytes]:
    """A file to be saved, never shown; its name is ours, not the bank's."""
    name = f"{file.message_type}-{file.id}.xml"
    return Response(
        content,
        media_type="application/xml",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "x-content-type-options": "nosniff",
        },
    )


router = Router(
    "/bank",
    route_handlers=[
        export_payout,
        import_file,
        list_files,
        get_file,
        download,
    ],
    tags=["bank"],
)
