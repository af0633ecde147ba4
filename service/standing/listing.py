"""The payments of a month with where they stand, page by page and as a file."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from service import list_pages, lists
from service.actor import Role
from service.candidates.words import municipality_options
from service.checks.words import ACTS
from service.db import Connection
from service.i18n import N_, _, language
from service.lists import Column, Euros, Filter, Found, Listing, Values
from service.offices.actions import list_municipalities
from service.period import Month, format_month, parse_month
from service.standing import actions
from service.standing.api import READER
from service.standing.model import MonthStanding, Standing, StandingCount, Wanted
from service.standing.words import STANDINGS, is_reason, reason_in_words
from service.web import AnyRequest, Db, Me, Now, Seal

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
        Filter("reason", N_("Why"), kind="choice"),
        Filter("office", N_("Municipality of the office"), kind="choice"),
    ),
    order="urgency",
)
OF_ONE_OFFICE = {Role.CASE_OFFICER}


async def listing_of(
    tx: Connection, counts: Sequence[StandingCount], asked: str, role: Role
) -> Listing:
    """The list with the reasons of its month to choose from, in words, and the municipalities.

    A reason that is asked for stays among them when nothing waits for it any more. Who sees one
    office only is not asked for which.
    """
    codes = {one.reason for one in counts if one.reason} | ({asked} if is_reason(asked) else set())
    reasons = dict(sorted(((one, reason_in_words(one)) for one in codes), key=lambda one: one[1]))
    places = dict(municipality_options(await list_municipalities(tx)))
    choices = {"standing": STANDINGS, "reason": reasons, "office": places}
    return msgspec.structs.replace(
        LIST,
        filters=tuple(
            msgspec.structs.replace(one, choices=choices[one.name])
            for one in LIST.filters
            if one.name != "office" or role not in OF_ONE_OFFICE
        ),
    )


async def find(
    tx: Connection, wanted: lists.Wanted, values: Values, *, month: Month, at: datetime
) -> Found[MonthStanding]:
    """A page of a month's payments; an office and an employer see their own."""
    chosen = values["standing"]
    standing = None if chosen is None else Standing(chosen)
    asked = Wanted(standing, values["reason"], values.get("office"))
    return await actions.list_payments(tx, wanted, month, asked, at=at)


@get("/standing/{month:str}/sheet", guards=[READER])
async def download_month(
    month: FromPath[str], request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Stream:
    """The list as a file."""
    at, asked = clock.now(), parse_month(month)
    async with db.transaction() as tx:
        counts = await actions.count_month(tx, asked, at=at)
        listing = await listing_of(tx, counts, request.query_params.get("reason", ""), me.role)
    found = partial(find, month=asked, at=at)
    return await list_pages.download_list(request, db, clock, sealer, listing, found)
