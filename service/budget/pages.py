"""Budget lines in a browser: what has become of whose money, and appropriating by two people."""

from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role
from service.answers import read_number
from service.budget import actions, chart
from service.budget.api import DECIDER, PROPOSER, READER
from service.budget.model import AppropriationForm, DonorForm, ReductionForm, Text
from service.budget.rules import DonorKnown
from service.ids import AppropriationId
from service.money import InvalidAmount, parse_euros
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Me, Now, page, redirect


class DonorPage(msgspec.Struct):
    """What the form of a donor sends."""

    code: Text = ""
    name: Text = ""


class AppropriationPage(msgspec.Struct):
    """What the form of an appropriation sends."""

    scheme_code: Text = ""
    donor_code: Text = ""
    first_day: Text = ""
    last_day: Text = ""
    priority: Text = "1"
    amount: Text = ""
    document_reference: Text = ""


class ReductionPage(msgspec.Struct):
    """What the form of a reduction sends."""

    amount: Text = ""
    document_reference: Text = ""


@get("/", guards=[READER])
async def show_budget(db: Db, me: Me) -> Template:
    """Every line and donor as a bar and in figures, and what waits for a second person."""
    return await _budget_page(db, me)


@post("/donors", guards=[PROPOSER])
async def open_donor(
    data: URLEncodedBody[DonorPage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Opens a donor, or brings the form back with a word beside each field."""
    try:
        async with db.transaction() as tx:
            form = DonorForm(code=data.code, name=data.name)
            await actions.open_donor(tx, form, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _budget_page(db, me, donor=data, errors=refused.fields)
    except DonorKnown as refused:
        return await _budget_page(db, me, donor=data, errors={"code": refused.sentence()})
    return redirect("/budget")


@post("/appropriations", guards=[PROPOSER])
async def propose_appropriation(
    data: URLEncodedBody[AppropriationPage], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Proposes an appropriation, or brings the form back with a word beside each field."""
    form = AppropriationForm(
        scheme_code=data.scheme_code,
        donor_code=data.donor_code,
        first_day=data.first_day,
        last_day=data.last_day,
        priority=read_number(data.priority),
        amount_cents=_read_cents(data.amount),
        document_reference=data.document_reference,
    )
    try:
        async with db.transaction() as tx:
            await actions.propose_appropriation(tx, form, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _budget_page(db, me, typed=data, errors=refused.fields)
    return redirect("/budget")


@get("/appropriations/{appropriation_id:uuid}/reduce", guards=[PROPOSER])
async def show_reduction(appropriation_id: FromPath[AppropriationId]) -> Template:
    """The form by which an appropriation is reduced."""
    return _reduction_page(appropriation_id, ReductionPage())


@post("/appropriations/{appropriation_id:uuid}/reduce", guards=[PROPOSER])
async def propose_reduction(
    appropriation_id: FromPath[AppropriationId],
    data: URLEncodedBody[ReductionPage],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Proposes a reduction, or brings the form back with a word beside each field."""
    form = ReductionForm(
        amount_cents=_read_cents(data.amount), document_reference=data.document_reference
    )
    try:
        async with db.transaction() as tx:
            await actions.propose_reduction(tx, appropriation_id, form, by=me, at=clock.now())
    except InvalidFields as refused:
        return _reduction_page(appropriation_id, data, refused.fields)
    return redirect("/budget")


@post("/appropriations/{appropriation_id:uuid}/confirm", guards=[DECIDER])
async def confirm_appropriation(
    appropriation_id: FromPath[AppropriationId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Puts in force what a colleague proposed."""
    async with db.transaction() as tx:
        await actions.confirm_appropriation(tx, appropriation_id, by=me, at=clock.now())
    return redirect("/budget")


@post("/appropriations/{appropriation_id:uuid}/refuse", guards=[DECIDER])
async def refuse_appropriation(
    appropriation_id: FromPath[AppropriationId], db: Db, me: Me, clock: Now
) -> Redirect:
    """Turns a proposal down."""
    async with db.transaction() as tx:
        await actions.refuse_appropriation(tx, appropriation_id, by=me, at=clock.now())
    return redirect("/budget")


def _read_cents(text: str) -> int | None:
    try:
        return parse_euros(text)
    except InvalidAmount:
        return None


def _reduction_page(
    appropriation_id: AppropriationId, typed: ReductionPage, errors: dict[str, str] | None = None
) -> Template:
    return page(
        "budget/reduce.html",
        status=422 if errors else 200,
        appropriation_id=appropriation_id,
        typed=typed,
        errors=errors or {},
    )


async def _budget_page(
    db: ActingDatabase,
    me: Actor,
    *,
    typed: AppropriationPage | None = None,
    donor: DonorPage | None = None,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        sheet = await actions.read_budget(tx)
        appropriations = await actions.list_appropriations(tx)
        donors = await actions.list_donors(tx)
    context: dict[str, Any] = {
        "donor_errors": (errors or {}) if donor else {},
        "errors": (errors or {}) if typed else {},
    }
    return page(
        "budget/budget.html",
        status=422 if errors else 200,
        sheet=sheet,
        appropriations=appropriations,
        donors=donors,
        bar_of_line=chart.bar_of_line,
        bar_of_share=chart.bar_of_share,
        legend=chart.PARTS,
        bar_width=chart.WIDTH,
        typed=typed or AppropriationPage(),
        donor=donor or DonorPage(),
        may_propose=me.role is Role.FINANCE_OFFICER,
        me=me,
        **context,
    )


router = Router(
    "/budget",
    route_handlers=[
        show_budget,
        open_donor,
        propose_appropriation,
        show_reduction,
        propose_reduction,
        confirm_appropriation,
        refuse_appropriation,
    ],
)
