"""The bank in a browser: what may go out, what went and came, and the form for its answers."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Stream, Template

from service import doorbell
from service.actor import Actor, Role, Scope
from service.auth import allow
from service.bank import actions, rules
from service.bank.api import attachment
from service.bank.model import Direction, Door
from service.bank.orders import sentence_of
from service.bank.reading.refusing import NotABankFile
from service.bank.uploads import FIELD, REQUEST_BYTES_MAX, read_upload
from service.bank.words import KINDS, WORDS
from service.clock import Clock
from service.crypto import fingerprint
from service.failures import actions as failures
from service.i18n import N_, language
from service.ids import BankFileId, PayoutId
from service.problems import InvalidFields
from service.recoveries import actions as recoveries
from service.services import Services
from service.statements import actions as statements
from service.statements.rules import open_places
from service.statements.uploads import hand_in
from service.suspense import actions as suspense
from service.web import ActingDatabase, AnyRequest, Db, Held, Me, Now, Seal, page, redirect
from service.work import actions as work
from service.work.model import NewWork, WorkKind
from service.work.words import title as work_title

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

# Some hundreds of entries: about a second of a request.
READ_AT_ONCE_BYTES = 500_000

DIRECTIONS = {Direction.OUT: N_("To the bank"), Direction.IN: N_("From the bank")}
DOORS = {
    Door.API: N_("by the programming interface"),
    Door.PAGE: N_("on this page"),
    Door.COMMAND: N_("at the terminal"),
}


class ReleasePage(msgspec.Struct):
    """What the form sends: one statement (counted from 0), or all when it is empty; and why."""

    statement: Annotated[str, msgspec.Meta(max_length=6)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


@get("/", guards=[READER])
async def show_bank(db: Db, me: Me, clock: Now) -> Template:
    """Payouts that may go out, files that went and came, and money that nobody has explained."""
    return await _bank_page(db, me, clock)


@post("/payouts/{payout_id:uuid}/export", guards=[FINANCE])
async def export_payout(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, services: Held
) -> Redirect:
    """Has a worker write the order for the bank; the work leads to where to fetch it."""
    asked = NewWork(kind=WorkKind.BANK_EXPORT, payout_id=payout_id, language=language())
    async with db.transaction() as tx:
        work_id = await work.ask(tx, asked, by=me, at=clock.now())
    await doorbell.ring(services.redis_url, job=doorbell.WORK)
    return redirect(f"/work/{work_id}")


@get("/payouts/{payout_id:uuid}", guards=[READER])
async def show_export(payout_id: FromPath[PayoutId], db: Db, me: Me) -> Template:
    """The files of a payout, and the lines that none of them holds, each with what to do."""
    async with db.transaction() as tx:
        outgoing = await actions.read_export(tx, payout_id)
    return page(
        "bank/export.html",
        payout_id=payout_id,
        orders=outgoing.orders,
        unwritten=outgoing.unwritten,
        waiting=[line for line in outgoing.unwritten if line.released_at is None],
        sentence_of=sentence_of,
        may_act=me.role in rules.FINANCE,
    )


@post("/payouts/{payout_id:uuid}/release", guards=[FINANCE])
async def release_unwritten(payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now) -> Redirect:
    """Sets free what could not be written for the bank."""
    async with db.transaction() as tx:
        await actions.release_unwritten(tx, payout_id, by=me, at=clock.now())
    return redirect(f"/bank/payouts/{payout_id}")


@post("/import", guards=[FINANCE], request_max_body_size=REQUEST_BYTES_MAX)
async def import_file(
    request: AnyRequest, db: Db, me: Me, clock: Now, services: Held
) -> Redirect | Template:
    """Reads what the bank answered; the form comes back with a word beside it when it cannot.

    What takes longer than people wait for is read by a worker.
    """
    try:
        content = await read_upload(request)
        if len(content) > READ_AT_ONCE_BYTES:
            return await _import_later(db, content, me=me, clock=clock, services=services)
        summary = await hand_in(db, content, me=me, clock=clock, sealer=services.sealer)
    except InvalidFields as missing:
        return await _bank_page(db, me, clock, errors=missing.fields, status=missing.status)
    except NotABankFile as refused:
        errors = {FIELD: refused.sentence()}
        return await _bank_page(db, me, clock, errors=errors, status=refused.status)
    again = "?again=yes" if summary.already_imported else ""
    return redirect(f"/bank/files/{summary.file.id}{again}")


async def _import_later(
    db: ActingDatabase, content: bytes, *, me: Actor, clock: Clock, services: Services
) -> Redirect:
    asked = NewWork(
        kind=WorkKind.BANK_IMPORT, content_sha256=fingerprint(content), language=language()
    )
    async with db.transaction() as tx:
        work_id = await work.ask_with_file(
            tx, asked, content, by=me, at=clock.now(), sealer=services.sealer
        )
    await doorbell.ring(services.redis_url, job=doorbell.WORK)
    return redirect(f"/work/{work_id}")


@get("/files/{file_id:uuid}", guards=[READER])
async def show_file(request: AnyRequest, file_id: FromPath[BankFileId], db: Db, me: Me) -> Template:
    """One file and what became of it."""
    async with db.transaction() as tx:
        counted = await actions.get_file(tx, file_id)
        findings = await statements.list_findings(tx, file_id)
        releases = await statements.list_releases(tx, file_id)
        downloads = await actions.list_downloads(tx, file_id)
    whole, places = open_places(findings, releases)
    return page(
        "bank/file.html",
        file=counted.file,
        counts=counted.counts,
        downloads=downloads,
        doors=DOORS,
        is_again="again" in request.query_params,
        findings=findings,
        releases=releases,
        waits=whole or bool(places),
        open_places=sorted(places),
        may_open=me.role in rules.FINANCE,
        directions=DIRECTIONS,
        words=WORDS,
    )


@post("/files/{file_id:uuid}/release", guards=[FINANCE])
async def release_file(
    file_id: FromPath[BankFileId],
    data: URLEncodedBody[ReleasePage],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect:
    """Has a file that waits, or one statement of it, posted after all."""
    place = int(data.statement) if data.statement.isdecimal() else None
    async with db.transaction() as tx:
        await statements.release_file(
            tx,
            file_id,
            statement_place=place,
            reason=data.reason,
            by=me,
            at=clock.now(),
            sealer=sealer,
        )
    return redirect(f"/bank/files/{file_id}")


@get("/files/{file_id:uuid}/content", guards=[FINANCE])
async def download(
    file_id: FromPath[BankFileId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The file itself, to be saved and handed to the bank; noted with who and when."""
    async with db.transaction() as tx:
        file = await actions.download(
            tx, file_id, by=me, at=clock.now(), door=Door.PAGE, sealer=sealer
        )
    return attachment(file, db, sealer)


async def _bank_page(
    db: ActingDatabase,
    me: Actor,
    clock: Clock,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        approved = await actions.list_approved_payouts(tx)
        files = await actions.list_files(tx)
        unexplained = (await suspense.list_entries(tx, today=clock.today())).rows
        quarantined = await statements.list_quarantined(tx)
        broken = await statements.list_broken_chain(tx)
        unwritten = await actions.list_unwritten_waiting(tx)
        failed = await failures.list_failed(tx)
        alarms = await failures.list_alarms(tx)
        owed = (await recoveries.list_recoveries(tx, by=me, is_open=True)).rows
        open_work = await work.list_work(tx, also_finished=False)
    return page(
        "bank/bank.html",
        status=status,
        approved=approved,
        files=files,
        unexplained=unexplained,
        quarantined=quarantined,
        broken=broken,
        unwritten=unwritten,
        failed=failed,
        alarms=alarms,
        owed=owed,
        open_work=open_work,
        work_title=work_title,
        sentence_of=sentence_of,
        errors=errors or {},
        may_act=me.role in rules.FINANCE,
        directions=DIRECTIONS,
        kinds=KINDS,
        words=WORDS,
        field=FIELD,
    )


router = Router(
    "/bank",
    route_handlers=[
        show_bank,
        export_payout,
        show_export,
        release_unwritten,
        import_file,
        show_file,
        release_file,
        download,
    ],
)
