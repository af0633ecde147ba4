"""What banks tell, for machines: findings, releases of what is odd, refused files, the chain."""

from datetime import datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.bank.api import FindingView, ImportView
from service.ids import BankFileId
from service.statements import actions
from service.statements.model import BrokenChain, Quarantined, Refusal, Release
from service.web import Db, Me, Now, Seal

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


class ReleaseForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is released: one statement of the file (counted from 0) or all of it; and why."""

    reason: Annotated[str, msgspec.Meta(max_length=1_000)]
    statement: Annotated[int, msgspec.Meta(ge=0)] | None = None


class RefusalView(msgspec.Struct):
    """A file that was refused whole."""

    sha256: str
    byte_count: int
    problem: str
    reason: str
    refused_at: datetime
    refused_by_name: str

    @classmethod
    def of(cls, refusal: Refusal) -> Self:
        """The view of a refusal."""
        return cls(**msgspec.structs.asdict(refusal) | {"sha256": refusal.sha256.hex()})


@get("/files/{file_id:uuid}/findings", guards=[READER])
async def list_findings(file_id: FromPath[BankFileId], db: Db) -> list[FindingView]:
    """What is odd about a file."""
    async with db.transaction() as tx:
        return [FindingView.of(one) for one in await actions.list_findings(tx, file_id)]


@get("/files/{file_id:uuid}/releases", guards=[READER])
async def list_releases(file_id: FromPath[BankFileId], db: Db) -> list[Release]:
    """What of a file was released, by whom and why."""
    async with db.transaction() as tx:
        return await actions.list_releases(tx, file_id)


@post("/files/{file_id:uuid}/release", status_code=200, guards=[FINANCE])
async def release_file(
    file_id: FromPath[BankFileId],
    data: JSONBody[ReleaseForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> ImportView:
    """Has a file that waits, or one statement of it, posted after all."""
    async with db.transaction() as tx:
        summary = await actions.release_file(
            tx,
            file_id,
            statement_place=data.statement,
            reason=data.reason,
            by=me,
            at=clock.now(),
            sealer=sealer,
        )
    return ImportView.of(summary)


@get("/quarantine", guards=[READER])
async def list_quarantined(db: Db) -> list[Quarantined]:
    """Files of which something waits for an officer; 100 at most."""
    async with db.transaction() as tx:
        return await actions.list_quarantined(tx)


@get("/refusals", guards=[READER])
async def list_refusals(db: Db) -> list[RefusalView]:
    """The newest hundred files that were refused whole."""
    async with db.transaction() as tx:
        return [RefusalView.of(one) for one in await actions.list_refusals(tx)]


@get("/chain", guards=[READER])
async def list_broken_chain(db: Db) -> list[BrokenChain]:
    """Statements that do not follow from the one before them; 100 at most."""
    async with db.transaction() as tx:
        return await actions.list_broken_chain(tx)


router = Router(
    "/bank",
    route_handlers=[
        list_findings,
        list_releases,
        release_file,
        list_quarantined,
        list_refusals,
        list_broken_chain,
    ],
    tags=["bank"],
)
