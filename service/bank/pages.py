"""The bank in a browser: what may go out, what went and came, and the form for its answers."""

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.bank import actions, rules
from service.bank.api import attachment
from service.bank.documents import NotABankFile
from service.bank.model import AttemptState, Direction, Door, Effect, EntryKind
from service.bank.orders import sentence_of
from service.bank.uploads import FIELD, REQUEST_BYTES_MAX, read_upload
from service.i18n import N_
from service.ids import BankFileId, PayoutId
from service.period import format_month
from service.problems import InvalidFields
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

DIRECTIONS = {Direction.OUT: N_("To the bank"), Direction.IN: N_("From the bank")}
KINDS = {
    EntryKind.STATUS: N_("Status"),
    EntryKind.DEBIT: N_("Money out"),
    EntryKind.CREDIT: N_("Money in"),
}
DOORS = {
    Door.API: N_("by the programming interface"),
    Door.PAGE: N_("on this page"),
    Door.COMMAND: N_("at the terminal"),
}
WORDS: dict[str, str] = {
    AttemptState.SENT: N_("Sent, not answered"),
    Effect.ACCEPTED: N_("Accepted by the bank"),
    Effect.REJECTED: N_("Rejected by the bank"),
    Effect.SETTLED: N_("Paid"),
    Effect.RETURNED: N_("Sent back"),
    Effect.NONE: N_("Known already, nothing done"),
    Effect.UNMATCHED: N_("Matches no payment of ours"),
}


@get("/", guards=[READER])
async def show_bank(db: Db, me: Me) -> Template:
    """Payouts that may go out, files that went and came, and money that nobody has explained."""
    return await _bank_page(db, me)


@post("/payouts/{payout_id:uuid}/export", guards=[FINANCE])
async def export_payout(
    payout_id: FromPath[PayoutId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect:
    """Writes the order for the bank and shows where to fetch it."""
    async with db.transaction() as tx:
        sent = await actions.export_payout(tx, payout_id, by=me, at=clock.now(), sealer=sealer)
    if len(sent.files) == 1 and not sent.unwritten:
        return redirect(f"/bank/files/{sent.files[0].id}")
    return redirect(f"/bank/payouts/{payout_id}")


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
        format_month=format_month,
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
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Reads what the bank answered; the form comes back with a word beside it when it cannot."""
    try:
        content = await read_upload(request)
        async with db.transaction() as tx:
            summary = await actions.import_file(tx, content, by=me, at=clock.now(), sealer=sealer)
    except InvalidFields as missing:
        return await _bank_page(db, me, errors=missing.fields, status=missing.status)
    except (NotABankFile, *rules.REFUSED_STATEMENTS) as refused:
        errors = {FIELD: refused.sentence()}
        return await _bank_page(db, me, errors=errors, status=refused.status)
    again = "?again=yes" if summary.already_imported else ""
    return redirect(f"/bank/files/{summary.file.id}{again}")


@get("/files/{file_id:uuid}", guards=[READER])
async def show_file(request: AnyRequest, file_id: FromPath[BankFileId], db: Db, me: Me) -> Template:
    """One file and what became of it."""
    async with db.transaction() as tx:
        counted = await actions.get_file(tx, file_id)
        downloads = await actions.list_downloads(tx, file_id)
    return page(
        "bank/file.html",
        file=counted.file,
        counts=counted.counts,
        downloads=downloads,
        doors=DOORS,
        is_again="again" in request.query_params,
        may_open=me.role in rules.FINANCE,
        directions=DIRECTIONS,
        words=WORDS,
    )


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
    db: ActingDatabase, me: Actor, *, errors: dict[str, str] | None = None, status: int = 200
) -> Template:
    async with db.transaction() as tx:
        approved = await actions.list_approved_payouts(tx)
        files = await actions.list_files(tx)
        unexplained = await actions.list_unexplained_entries(tx)
        unwritten = await actions.list_unwritten_waiting(tx)
    return page(
        "bank/bank.html",
        status=status,
        approved=approved,
        files=files,
        unexplained=unexplained,
        unwritten=unwritten,
        sentence_of=sentence_of,
        errors=errors or {},
        may_act=me.role in rules.FINANCE,
        directions=DIRECTIONS,
        kinds=KINDS,
        words=WORDS,
        format_month=format_month,
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
        download,
    ],
)
