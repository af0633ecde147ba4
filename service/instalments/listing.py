"""The instalments of a month, page by page and as a file."""

from functools import partial

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream, Template

from service import list_pages
from service.actor import Role, Scope
from service.auth import allow
from service.db import Connection
from service.i18n import N_, language
from service.instalments import actions
from service.instalments.explain import OUTCOMES, explain_outcome, explain_reason
from service.instalments.model import InstalmentSummary
from service.lists import Column, Euros, Filter, Found, Listing, Values, Wanted
from service.paging import Going
from service.period import Month, format_month, parse_month
from service.web import AnyRequest, Db, Now, Seal

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

LIST = Listing(
    name="instalments",
    title=N_("Instalments"),
    columns=(
        Column(N_("Agreement"), lambda one: one.agreement_reference, order="reference"),
        Column(N_("Payment"), lambda one: one.kind_label[language()]),
        Column(N_("Outcome"), lambda one: explain_outcome(one.outcome)),
        Column(N_("Why"), lambda one: explain_reason(one.reason) if one.reason else ""),
        Column(N_("Amount"), lambda one: Euros(one.amount_cents), order="amount", is_number=True),
    ),
    filters=(
        Filter("outcome", N_("Outcome"), kind="choice", choices=OUTCOMES),
        Filter("reason", N_("Reason, as a code")),
    ),
    order="reference",
)


async def find(
    tx: Connection, wanted: Wanted, values: Values, *, month: Month
) -> Found[InstalmentSummary]:
    """A page of a month's instalments."""
    return await actions.list_instalments(
        tx, month, wanted, outcome=values["outcome"], reason=values["reason"]
    )


@get("/months/{month:str}/instalments", guards=[READER])
async def show_instalments(
    month: FromPath[str], request: AnyRequest, db: Db, sealer: Seal
) -> Template:
    """The instalments that stand for a month."""
    asked = parse_month(month)
    return await list_pages.show_list(
        request,
        db,
        sealer,
        LIST,
        partial(find, month=asked),
        "instalments/list.html",
        month=format_month(asked),
        outcome_words=explain_outcome,
        reason_words=explain_reason,
    )


@get("/months/{month:str}/instalments/sheet", guards=[READER])
async def download_instalments(
    month: FromPath[str], request: AnyRequest, db: Db, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    asked = partial(find, month=parse_month(month))
    return await list_pages.download_list(request, db, clock, sealer, LIST, asked)


def after_place(place: str | None, at_most: int) -> Wanted:
    """The rows after a `reference/kind`, as the API and the page of a month name one."""
    if place is None:
        return Wanted("reference", at_most=at_most, counts=False)
    reference, _, kind = place.partition("/")
    return Wanted("reference", False, Going.AFTER, (reference, kind), at_most, counts=False)


HANDLERS = [show_instalments, download_instalments]
