"""The list of payouts and the lines of one, page by page and as files."""

from functools import partial

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from service import list_pages
from service.actor import Role, Scope
from service.auth import allow
from service.bank.words import WORDS
from service.db import Connection
from service.i18n import N_, _, language
from service.ids import PayoutId
from service.lists import Column, Euros, Filter, Found, Listing, Values, Wanted
from service.payouts import actions
from service.payouts.model import ListedLine, PayoutSummary
from service.payouts.words import STATES
from service.period import format_month
from service.web import AnyRequest, Db, Me, Now, Seal

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

LIST = Listing(
    name="payouts",
    title=N_("Payouts"),
    columns=(
        Column(N_("Payout"), lambda one: one.reference),
        Column(N_("Up to month"), lambda one: format_month(one.month), order="month"),
        Column(N_("State"), lambda one: _(STATES[one.state])),
        Column(N_("Payments"), lambda one: one.line_count, is_number=True),
        Column(N_("Total"), lambda one: Euros(one.total_cents), order="total", is_number=True),
        Column(N_("Put up"), lambda one: one.submitted_at, order="newest"),
        Column(N_("By whom"), lambda one: one.submitted_by_name),
    ),
    filters=(Filter("state", N_("State"), kind="choice", choices=STATES),),
    order="newest",
    descending=True,
)
LINES = Listing(
    name="payout_lines",
    title=N_("Payments"),
    columns=(
        Column(N_("Payee"), lambda one: one.payee_name, order="payee"),
        Column(N_("Account"), lambda one: f"…{one.iban_last4}"),
        Column(N_("Agreement"), lambda one: one.agreement_reference),
        Column(N_("Scheme"), lambda one: one.scheme_code),
        Column(N_("Payment"), lambda one: one.kind_label[language()]),
        Column(N_("Month"), lambda one: format_month(one.month)),
        Column(N_("Due"), lambda one: Euros(one.due_cents), is_number=True),
        Column(N_("Kept back"), lambda one: Euros(one.netted_cents), is_number=True),
        Column(N_("Paid"), lambda one: Euros(one.amount_cents), order="amount", is_number=True),
        Column(N_("What is new"), lambda one: _news(one)),
        Column(N_("At the bank"), lambda one: one.attempt_state and _(WORDS[one.attempt_state])),
    ),
    filters=(
        Filter("payee", N_("Beginning of a payee's name"), is_private=True),
        Filter("kept_back", N_("Something is kept back"), kind="yes"),
    ),
    order="payee",
)


async def find(tx: Connection, wanted: Wanted, values: Values) -> Found[PayoutSummary]:
    """A page of the payouts."""
    return await actions.list_payouts(tx, wanted, state=values["state"])


async def find_lines(
    tx: Connection, wanted: Wanted, values: Values, *, payout_id: PayoutId
) -> Found[ListedLine]:
    """A page of a payout's lines."""
    return await actions.list_lines_of_payout(
        tx, wanted, payout_id, payee=values["payee"], is_kept_back=values["kept_back"]
    )


@get("/sheet", guards=[READER])
async def download_payouts(request: AnyRequest, db: Db, clock: Now, sealer: Seal) -> Stream:
    """The list as a file."""
    return await list_pages.download_list(request, db, clock, sealer, LIST, find)


@get("/{payout_id:uuid}/lines", guards=[READER])
async def show_lines(
    payout_id: FromPath[PayoutId], request: AnyRequest, db: Db, sealer: Seal
) -> Template:
    """The payments of one payout."""
    async with db.transaction() as tx:
        payout = await actions.get_payout(tx, payout_id)
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LINES,
        partial(find_lines, payout_id=payout_id),
        "payouts/lines.html",
        payout=payout,
        news=_news,
        words=WORDS,
    )


@post("/{payout_id:uuid}/lines/search", guards=[READER])
async def search_lines(
    payout_id: FromPath[PayoutId], request: AnyRequest, me: Me, sealer: Seal
) -> Redirect:
    """Asks for a payee's name, which no address then says."""
    return await list_pages.search_list(request, LINES, sealer, me)


@get("/{payout_id:uuid}/lines/sheet", guards=[READER])
async def download_lines(
    payout_id: FromPath[PayoutId], request: AnyRequest, db: Db, clock: Now, sealer: Seal
) -> Stream:
    """The payments of one payout as a file."""
    asked = partial(find_lines, payout_id=payout_id)
    return await list_pages.download_list(request, db, clock, sealer, LINES, asked)


def _news(line: ListedLine) -> str:
    """What an approver should see of a payee: never paid before, or to another account."""
    if line.is_first_payment:
        return _("never paid before")
    return _("another account") if line.is_account_new else ""


HANDLERS = [download_payouts, show_lines, search_lines, download_lines]
