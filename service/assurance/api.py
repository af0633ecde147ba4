"""Assurance for machines: seals, checks of the books, and the sub-ledger."""

from datetime import date
from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromQuery, QueryParameter

from service.actor import Role, Scope
from service.assurance import actions, rules
from service.assurance.model import Assurance, BooksCheck, LedgerFilter, LedgerPage
from service.auth import allow
from service.ids import AgreementId, CandidateId, EmployerId
from service.period import Month, month_of
from service.web import Db, Me, Now

READER = allow(*rules.READERS, scope=Scope.READ)
AUDITOR = allow(Role.AUDITOR, scope=Scope.READ)
AnyDay = Annotated[date | None, QueryParameter(name="month")]


@get("/assurance", guards=[READER])
async def read_assurance(db: Db, me: Me) -> Assurance:
    """The newest checks of the books, and the newest seals with their roots."""
    async with db.transaction() as tx:
        return await actions.read_assurance(tx, by=me)


@post("/assurance/checks", guards=[AUDITOR])
async def check_books(db: Db, me: Me, clock: Now) -> BooksCheck:
    """Checks every invariant now, and keeps what was found."""
    rules.refuse_unless_auditor(me)
    started_at = clock.now()
    async with db.reading() as tx:
        broken = await actions.check_books(tx)
    async with db.transaction() as tx:
        return await actions.keep_check(
            tx, broken, started_at=started_at, finished_at=clock.now(), by=me
        )


@get("/ledger", guards=[READER])
async def read_ledger(
    db: Db,
    me: Me,
    agreement: FromQuery[AgreementId | None] = None,
    employer: FromQuery[EmployerId | None] = None,
    candidate: FromQuery[CandidateId | None] = None,
    day: AnyDay = None,
) -> LedgerPage:
    """What stands on each account for each agreement, month and kind; name whose money, or a day
    of the month."""
    month: Month | None = month_of(day) if day else None
    async with db.transaction() as tx:
        return await actions.read_ledger(
            tx, LedgerFilter(agreement, employer, candidate, month), by=me
        )


router = Router("/", route_handlers=[read_assurance, check_books, read_ledger], tags=["assurance"])
