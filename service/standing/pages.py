"""Why not paid, in a browser: for finance, an office and an employer, each what they may see."""

from math import ceil
from typing import Annotated, Any

from litestar import Router, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from service.actor import Right, Role
from service.auth import holding
from service.checks.words import ACTS
from service.ids import AgreementId
from service.period import add_months, format_month, month_of, parse_month
from service.standing import actions
from service.standing.api import READER, Word
from service.standing.model import Standing, Wanted
from service.standing.words import STANDINGS, reason_in_words
from service.web import Db, Me, Now, page, redirect

LISTED_AT_ONCE = 50

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]

SAID: dict[str, Any] = {
    "standing_words": STANDINGS,
    "reason_words": reason_in_words,
    "acts_words": ACTS,
    "format_month": format_month,
}


@get("/standing", guards=[READER])
async def show_last_month(clock: Now) -> Redirect:
    """The month that ended last."""
    return redirect(f"/standing/{format_month(month_of(add_months(clock.today(), -1)))}")


@get("/standing/{month:str}", guards=[READER])
async def show_month(
    month: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
    standing: FromQuery[Standing | None] = None,
    reason: Word = None,
    office: Word = None,
    number: PageNumber = 1,
) -> Template:
    """Where a month stands, by reason; and one page of its payments."""
    at, asked = clock.now(), parse_month(month)
    wanted = Wanted(standing, reason, office)
    async with db.transaction() as tx:
        counts = await actions.count_month(tx, asked, at=at)
        listed = await actions.list_month(
            tx, asked, wanted, at=at, page=number, page_size=LISTED_AT_ONCE
        )
    counted = [
        one.payment_count
        for one in counts
        if standing in {None, one.standing} and reason in {None, one.reason}
    ]
    return page(
        "standing/month.html",
        month=format_month(asked),
        before=format_month(month_of(add_months(asked, -1))),
        after=format_month(month_of(add_months(asked, 1))),
        counts=counts,
        payments=listed,
        wanted=wanted,
        number=number,
        last_number=max(1, ceil(sum(counted) / LISTED_AT_ONCE)) if office is None else number,
        sees_checks=me.role is not Role.EMPLOYER,
        may_run=me.role is Role.FINANCE_OFFICER,
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
    route_handlers=[show_last_month, show_month, show_agreement],
    guards=[holding(Right.ACCOUNTANT)],
)
