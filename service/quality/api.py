"""Quality for machines."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.ids import PayoutLineId
from service.money import Cents
from service.period import parse_month
from service.quality import actions, rules
from service.quality.model import Case, ErrorRate, QualityRule, Review, ReviewResult
from service.web import Db, Me, Now

READER = allow(*rules.REVIEWERS, Role.AUDITOR, scope=Scope.READ)
FINANCE = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)
REVIEWER = allow(*rules.REVIEWERS, scope=Scope.WRITE)

AMOUNT_MAX = 10**12
FirstMonth = Annotated[str, QueryParameter(name="from", max_length=7)]
LastMonth = Annotated[str, QueryParameter(name="to", max_length=7)]


class ReviewRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What a reviewer found, and by how many cents the payment was wrong."""

    result: ReviewResult
    error_cents: Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)] = 0
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@get("/cases", guards=[READER])
async def list_cases(db: Db) -> list[Case]:
    """Drawn payments, the oldest that nobody has reviewed first."""
    async with db.transaction() as tx:
        return await actions.list_cases(tx)


@get("/cases/{payout_line_id:uuid}", guards=[READER])
async def read_case(payout_line_id: FromPath[PayoutLineId], db: Db) -> Case:
    """A drawn payment with what it rests on."""
    async with db.transaction() as tx:
        return await actions.read_case(tx, payout_line_id)


@post("/cases/{payout_line_id:uuid}/review", status_code=200, guards=[REVIEWER])
async def review(
    payout_line_id: FromPath[PayoutLineId],
    data: JSONBody[ReviewRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> Case:
    """Keeps what a reviewer found."""
    found = Review(data.result, Cents(data.error_cents), data.note)
    async with db.transaction() as tx:
        return await actions.review(tx, payout_line_id, found, by=me, at=clock.now())


@get("/report", guards=[FINANCE])
async def report(db: Db, first: FirstMonth, last: LastMonth) -> list[ErrorRate]:
    """The rate of true error from one month to another, such as 2026-01 to 2026-12."""
    async with db.transaction() as tx:
        return await actions.report(tx, from_month=parse_month(first), to_month=parse_month(last))


@get("/rule", guards=[READER])
async def read_rule(db: Db, clock: Now) -> QualityRule:
    """How payments are drawn today."""
    async with db.transaction() as tx:
        return await actions.read_rule(tx, on=clock.today())


router = Router(
    "/quality",
    route_handlers=[list_cases, read_case, review, report, read_rule],
    tags=["quality"],
)
