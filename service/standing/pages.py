"""Why not paid, in a browser: for finance, an office and an employer, each what they may see."""

from functools import partial
from typing import Any

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service import list_pages
from service.actor import Right, Role
from service.auth import holding
from service.checks.words import ACTS
from service.ids import AgreementId
from service.period import add_months, format_month, month_of, parse_month
from service.problems import InvalidFields
from service.standing import actions, listing
from service.standing.api import READER
from service.standing.words import STANDINGS, reason_in_words
from service.web import AnyRequest, Db, Me, Now, Seal, page, redirect

SAID: dict[str, Any] = {
    "standing_words": STANDINGS,
    "reason_words": reason_in_words,
    "acts_words": ACTS,
}


@get("/standing", guards=[READER])
async def show_last_month(clock: Now) -> Redirect:
    """The month that ended last."""
    return redirect(f"/standing/{format_month(month_of(add_months(clock.today(), -1)))}")


@get("/standing/{month:str}", guards=[READER])
async def show_month(
    month: FromPath[str], request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """Where a month stands, by reason; and one page of its payments."""
    at, asked = clock.now(), parse_month(month)
    find = partial(listing.find, month=asked, at=at)
    async with db.transaction() as tx:
        counts = await actions.count_month(tx, asked, at=at)
        reason = request.query_params.get("reason", "")
        listed = await listing.listing_of(tx, counts, reason, me.role)
        shown = await list_pages.read_list(request, tx, sealer, listed, find)
    return page(
        "standing/month.html",
        status=InvalidFields.status if shown.errors else 200,
        month=format_month(asked),
        before=format_month(month_of(add_months(asked, -1))),
        after=format_month(month_of(add_months(asked, 1))),
        counts=counts,
        shown=shown,
        errors=shown.errors,
        sees_checks=me.role is not Role.EMPLOYER,
        may_run=me.role is Role.FINANCE_OFFICER,
        for_employer=me.role is Role.EMPLOYER,
        **SAID,
    )


@get("/agreements/{agreement_id:uuid}/standing", guards=[READER])
async def show_agreement(
    agreement_id: FromPath[AgreementId], db: Db, me: Me, clock: Now
) -> Template:
    """Every month of an agreement, and where its money stands."""
    async with db.transaction() as tx:
        listed = await actions.list_agreement(tx, agreement_id, at=clock.now())
    return page(
        "standing/agreement.html",
        agreement_id=agreement_id,
        payments=listed,
        sees_checks=me.role is not Role.EMPLOYER,
        **SAID,
    )


router = Router(
    "/",
    route_handlers=[show_last_month, show_month, listing.download_month, show_agreement],
    guards=[holding(Right.ACCOUNTANT)],
)
