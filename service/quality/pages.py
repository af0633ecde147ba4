"""Quality in a browser: what waits for a review, the form for it, and the rate of error."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.i18n import _
from service.ids import PayoutLineId
from service.money import InvalidAmount, parse_euros
from service.period import Month, add_months, month_of
from service.problems import InvalidFields
from service.quality import actions
from service.quality.api import FINANCE, READER, REVIEWER
from service.quality.model import Review, ReviewResult
from service.quality.words import REASONS, RESULTS
from service.web import ActingDatabase, Db, Me, Now, page, redirect

MONTHS_SHOWN = 24


class ReviewPage(msgspec.Struct):
    """What the form of a review sends."""

    result: ReviewResult = ReviewResult.CORRECT
    error: Annotated[str, msgspec.Meta(max_length=20)] = "0"
    note: Annotated[str, msgspec.Meta(max_length=3_000)] = ""


@get("/", guards=[READER])
async def show_cases(db: Db) -> Template:
    """Drawn payments, the oldest that nobody has reviewed first."""
    async with db.transaction() as tx:
        cases = await actions.list_cases(tx)
    return page(
        "quality/cases.html",
        cases=cases,
        reasons=REASONS,
        results=RESULTS,
    )


@get("/cases/{payout_line_id:uuid}", guards=[READER])
async def show_case(payout_line_id: FromPath[PayoutLineId], db: Db) -> Template:
    """A drawn payment with what it rests on, and the form for what was found."""
    return await _case_page(db, payout_line_id, ReviewPage(), {})


@post("/cases/{payout_line_id:uuid}", guards=[REVIEWER])
async def review(
    payout_line_id: FromPath[PayoutLineId],
    data: URLEncodedBody[ReviewPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Keeps what a reviewer found; the form comes back with a word beside each field."""
    try:
        found = Review(data.result, parse_euros(data.error), data.note)
        async with db.transaction() as tx:
            await actions.review(tx, payout_line_id, found, by=me, at=clock.now())
    except InvalidAmount as refused:
        return await _case_page(db, payout_line_id, data, {"error": refused.sentence()}, status=422)
    except InvalidFields as refused:
        return await _case_page(db, payout_line_id, data, refused.fields, status=refused.status)
    return redirect("/quality")


@get("/report", guards=[FINANCE])
async def show_report(db: Db, clock: Now) -> Template:
    """The rate of true error of the last two years."""
    this = month_of(clock.today())
    first = Month(add_months(this, -MONTHS_SHOWN))
    async with db.transaction() as tx:
        rates = await actions.report(tx, from_month=first, to_month=this)
        rule = await actions.read_rule(tx, on=clock.today())
    return page("quality/report.html", rates=rates, rule=rule)


async def _case_page(
    db: ActingDatabase,
    payout_line_id: PayoutLineId,
    form: ReviewPage,
    errors: Mapping[str, str],
    *,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        case = await actions.read_case(tx, payout_line_id)
    return page(
        "quality/case.html",
        status=status,
        case=case,
        form=form,
        errors=errors,
        reasons=REASONS,
        results=RESULTS,
        result_choices=[(result, _(words)) for result, words in RESULTS.items()],
    )


router = Router("/quality", route_handlers=[show_cases, show_case, review, show_report])
