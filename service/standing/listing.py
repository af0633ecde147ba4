"""The payments of a month with where they stand, page by page and as a file."""

from datetime import datetime
from functools import partial

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from service import list_pages, lists
from service.checks.words import ACTS
from service.db import Connection
from service.i18n import N_, _, language
from service.lists import Column, Euros, Filter, Found, Listing, Values
from service.period import Month, format_month, parse_month
from service.standing import actions
from service.standing.api import READER
from service.standing.model import MonthStanding, Standing, Wanted
from service.standing.words import STANDINGS, reason_in_words
from service.web import AnyRequest, Db, Now, Seal

LIST = Listing(
    name="standing",
    title=N_("Payments"),
    columns=(
        Column(N_("Agreement"), lambda one: one.agreement_reference, order="reference"),
        Column(N_("Young person"), lambda one: one.candidate_name),
        Column(N_("Employer"), lambda one: one.employer_name),
        Column(N_("Payment"), lambda one: one.kind_label[language()]),
        Column(N_("Month"), lambda one: format_month(one.month)),
        Column(N_("Due"), lambda one: Euros(one.due_cents), order="due", is_number=True),
        Column(N_("Where it stands"), lambda one: _(STANDINGS[one.standing])),
        Column(N_("Why"), lambda one: reason_in_words(one.reason)),
        Column(N_("Who must act"), lambda one: _(ACTS[one.acts])),
        Column(N_("Since"), lambda one: one.since, order="urgency"),
    ),
    filters=(
        Filter("standing", N_("Where it stands"), kind="choice", choices=STANDINGS),
        Filter("reason", N_("Reason, as a code")),
        Filter("office", N_("Municipality of the office, as a code")),
    ),
    order="urgency",
)


async def find(
    tx: Connection, wanted: lists.Wanted, values: Values, *, month: Month, at: datetime
) -> Found[MonthStanding]:
    """A page of a month's payments; an office and an employer see their own."""
    chosen = values["standing"]
    asked = Wanted(None if chosen is None else Standing(chosen), values["reason"], values["office"])
    return await actions.list_payments(tx, wanted, month, asked, at=at)


@get("/standing/{month:str}/sheet", guards=[READER])
async def download_month(
    month: FromPath[str], request: AnyRequest, db: Db, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    asked = partial(find, month=parse_month(month), at=clock.now())
    return await list_pages.download_list(request, db, clock, sealer, LIST, asked)
