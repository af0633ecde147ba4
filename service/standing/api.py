"""Where the money of a month or an agreement stands, for machines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

import msgspec
from litestar import Router, get
from litestar.params import FromPath, FromQuery, QueryParameter

from service.actor import Right, Role, Scope
from service.auth import allow, holding
from service.checks.model import Acts
from service.ids import AgreementId, InstalmentId
from service.instalments.model import PaymentKind
from service.period import format_month, parse_month
from service.standing import actions
from service.standing.model import MonthStanding, Standing, StandingCount, Wanted
from service.web import Db, Now

LISTED_AT_ONCE = 100

READER = allow(
    Role.CASE_OFFICER,
    Role.EMPLOYER,
    Role.FINANCE_OFFICER,
    Role.FINANCE_AUTHORISER,
    Role.AUDITOR,
    scope=Scope.READ,
)

Page = Annotated[int, QueryParameter(ge=1, le=100_000)]
Word = Annotated[str | None, QueryParameter(pattern="^[a-z][a-z_-]{0,40}$")]


class StandingView(msgspec.Struct, kw_only=True):
    """One kind of payment of a month: in which of the five sets, why, and who must act."""

    agreement_id: AgreementId
    agreement_reference: str
    candidate_name: str | None
    employer_name: str
    month: str
    kind: PaymentKind
    kind_label: Mapping[str, str]
    instalment_id: InstalmentId | None
    due_cents: int
    standing: Standing
    reason: str | None
    acts: Acts
    since: datetime | None

    @classmethod
    def of(cls, one: MonthStanding) -> Self:
        """The view of a month's standing."""
        return cls(**msgspec.structs.asdict(one) | {"month": format_month(one.month)})


class MonthView(msgspec.Struct):
    """A month, counted by set and reason, and one page of its payments."""

    counts: list[StandingCount]
    payments: list[StandingView]


@get("/standing/{month:str}", guards=[READER])
async def read_month(
    month: FromPath[str],
    db: Db,
    clock: Now,
    standing: FromQuery[Standing | None] = None,
    reason: Word = None,
    office: Word = None,
    page: Page = 1,
) -> MonthView:
    """Where a month stands; `office` is the code of its municipality."""
    at, asked = clock.now(), parse_month(month)
    wanted = Wanted(standing, reason, office)
    async with db.transaction() as tx:
        counts = await actions.count_month(tx, asked, at=at)
        listed = await actions.list_month(
            tx, asked, wanted, at=at, page=page, page_size=LISTED_AT_ONCE
        )
    return MonthView(counts, [StandingView.of(one) for one in listed])


@get("/agreements/{agreement_id:uuid}/standing", guards=[READER])
async def read_agreement(
    agreement_id: FromPath[AgreementId], db: Db, clock: Now
) -> list[StandingView]:
    """Every month of an agreement; empty where it has not begun or is not yours to see."""
    async with db.transaction() as tx:
        listed = await actions.list_agreement(tx, agreement_id, at=clock.now())
    return [StandingView.of(one) for one in listed]


router = Router(
    "/",
    route_handlers=[read_month, read_agreement],
    guards=[holding(Right.ACCOUNTANT)],
    tags=["standing"],
)
