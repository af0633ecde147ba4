"""Assurance in a browser: are the books whole, and what stands in them for somebody."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect, Template

from service.answers import read_day
from service.assurance import actions, rules
from service.assurance.api import AUDITOR, READER
from service.assurance.model import LedgerFilter, LedgerPage
from service.i18n import N_
from service.ids import AgreementId, CandidateId, EmployerId
from service.ledger.model import AccountKind
from service.period import month_of
from service.problems import Problem
from service.web import Db, Me, Now, page, redirect

MonthText = Annotated[str, QueryParameter(name="month", max_length=10)]
ACCOUNT_NAMES = {
    AccountKind.COMMITTED: N_("Set aside"),
    AccountKind.CALCULATED: N_("Calculated"),
    AccountKind.APPROVED: N_("Approved"),
    AccountKind.IN_TRANSIT: N_("Sent to the bank"),
    AccountKind.PAID: N_("Paid"),
    AccountKind.RETURNED: N_("Returned by the bank"),
    AccountKind.RECOVERABLE: N_("Overpaid"),
}


@get("/assurance", guards=[READER])
async def show_assurance(db: Db, me: Me) -> Template:
    """The newest checks of the books and the newest seals."""
    async with db.transaction() as tx:
        assurance = await actions.read_assurance(tx, by=me)
    return page("assurance/assurance.html", assurance=assurance, me=me)


@post("/assurance/checks", guards=[AUDITOR])
async def check_books(db: Db, me: Me, clock: Now) -> Redirect:
    """Checks every invariant now."""
    rules.refuse_unless_auditor(me)
    started_at = clock.now()
    async with db.reading() as tx:
        broken = await actions.check_books(tx)
    async with db.transaction() as tx:
        await actions.keep_check(tx, broken, started_at=started_at, finished_at=clock.now(), by=me)
    return redirect("/assurance")


@get("/ledger", guards=[READER])
async def show_ledger(
    db: Db,
    me: Me,
    agreement: FromQuery[UUID | None] = None,
    employer: FromQuery[UUID | None] = None,
    candidate: FromQuery[UUID | None] = None,
    month_text: MonthText = "",
) -> Template:
    """What stands in the ledger for an agreement, an employer, a candidate or a month."""
    day = read_day(f"{month_text[:7]}-01") if month_text else None
    wanted = LedgerFilter(
        AgreementId(agreement) if agreement else None,
        EmployerId(employer) if employer else None,
        CandidateId(candidate) if candidate else None,
        month_of(day) if day else None,
    )
    found = LedgerPage([], {}, is_whole=True)
    error = None
    try:
        async with db.transaction() as tx:
            found = await actions.read_ledger(tx, wanted, by=me)
    except rules.NobodyNamed as nobody:
        error = nobody.sentence()
    return page(
        "assurance/ledger.html",
        status=Problem.status if error and month_text else 200,
        found=found,
        accounts=ACCOUNT_NAMES,
        error=error,
        month=month_text,
    )


router = Router("/", route_handlers=[show_assurance, check_books, show_ledger])
