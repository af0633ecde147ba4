"""The bank for machines: send a payout, fetch its file, hand in what the bank answered."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

import msgspec
from litestar import Router, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath
from litestar.response import Stream

from service.actor import Role, Scope
from service.auth import allow
from service.bank import actions
from service.bank.findings import Severity
from service.bank.model import (
    BankFile,
    CountedFile,
    Direction,
    Door,
    Effect,
    KeptFinding,
    UnwrittenReason,
)
from service.bank.orders import sentence_of
from service.bank.outgoing import Download, Outgoing, UnwrittenLine
from service.bank.uploads import FIELD, REQUEST_BYTES_MAX, read_upload
from service.crypto import Sealer
from service.ids import AccountId, BankFileId, PayoutId, PayoutLineId
from service.period import Month
from service.statements.model import ImportSummary
from service.statements.uploads import hand_in
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal

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


class OrderView(msgspec.Struct, kw_only=True):
    """One file of a payout and what the bank was told by it; amounts in cents."""

    file: FileView
    ordinal: int
    is_urgent: bool
    payment_count: int
    total_cents: int
    execute_on: date


class UnwrittenView(msgspec.Struct, kw_only=True):
    """A line that no file holds: why, and who must act, in a sentence."""

    payout_line_id: PayoutLineId
    month: Month
    payee_name: str
    amount_cents: int
    reason: UnwrittenReason
    sentence: str
    released_at: datetime | None

    @classmethod
    def of(cls, line: UnwrittenLine) -> Self:
        """The view of a line."""
        return cls(
            payout_line_id=line.payout_line_id,
            month=line.month,
            payee_name=line.payee_name,
            amount_cents=line.amount_cents,
            reason=line.reason,
            sentence=sentence_of(line),
            released_at=line.released_at,
        )


class ExportView(msgspec.Struct):
    """What went to the bank of a payout, and what did not."""

    orders: list[OrderView]
    unwritten: list[UnwrittenView]

    @classmethod
    def of(cls, files: Sequence[BankFile], outgoing: Outgoing) -> Self:
        """The view of files and the lines left out."""
        return cls(
            [
                OrderView(
                    file=FileView.of(file),
                    ordinal=one.ordinal,
                    is_urgent=one.is_urgent,
                    payment_count=one.payment_count,
                    total_cents=one.total_cents,
                    execute_on=one.execute_on,
                )
                for file, one in zip(files, outgoing.orders, strict=True)
            ],
            [UnwrittenView.of(line) for line in outgoing.unwritten],
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
) -> ExportView:
    """Writes the orders for an approved payout; asked again, answers the files that went out."""
    async with db.transaction() as tx:
        sent = await actions.export_payout(tx, payout_id, by=me, at=clock.now(), sealer=sealer)
        outgoing = await actions.read_export(tx, payout_id)
    return ExportView.of(sent.files, outgoing)


@post("/payouts/{payout_id:uuid}/release", status_code=200, guards=[FINANCE])
async def release_unwritten(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now
) -> list[UnwrittenView]:
    """Sets free what could not be written for the bank, to be put up again."""
    async with db.transaction() as tx:
        lines = await actions.release_unwritten(tx, payout_id, by=me, at=clock.now())
    return [UnwrittenView.of(line) for line in lines]


@get("/payouts/{payout_id:uuid}/export", guards=[READER])
async def get_export(payout_id: FromPath[PayoutId], db: Db) -> ExportView:
    """What went to the bank of a payout, and what could not be written and why."""
    async with db.transaction() as tx:
        files = await actions.list_files_of_payout(tx, payout_id)
        outgoing = await actions.read_export(tx, payout_id)
    return ExportView.of(files, outgoing)


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
async def download(
    file_id: FromPath[BankFileId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The very bytes of a file, compared with their SHA-256; noted with who and when."""
    async with db.transaction() as tx:
        file = await actions.download(
            tx, file_id, by=me, at=clock.now(), door=Door.API, sealer=sealer
        )
    return attachment(file, db, sealer)


@get("/files/{file_id:uuid}/downloads", guards=[READER])
async def list_downloads(file_id: FromPath[BankFileId], db: Db) -> list[Download]:
    """Who took a file out of Ura, by which door and when; the latest hundred."""
    async with db.transaction() as tx:
        return await actions.list_downloads(tx, file_id)


def attachment(file: BankFile, db: ActingDatabase, sealer: Sealer) -> Stream:
    """A file to be saved, never shown, piece by piece; its name is ours, not the bank's."""
    name = f"{file.message_type}-{file.id}.xml"

    async def content() -> AsyncIterator[bytes]:
        async with db.transaction() as tx:
            async for piece in actions.pieces_of(tx, file, sealer=sealer):
                yield piece

    return Stream(
        content,
        media_type="application/xml",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-length": str(file.byte_count),
            "x-content-type-options": "nosniff",
        },
    )


router = Router(
    "/bank",
    route_handlers=[
        export_payout,
        get_export,
        release_unwritten,
        import_file,
        list_files,
        get_file,
        download,
        list_downloads,
    ],
    tags=["bank"],
)
