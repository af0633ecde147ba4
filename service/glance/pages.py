"""A month at a glance in a browser, and how far its computation is while it runs."""

from math import ceil
from typing import Annotated, Any

from litestar import Router, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.budget import chart as budget_chart
from service.checks.model import Acts
from service.checks.words import ACTS
from service.glance import actions, chart
from service.glance.model import Asked, Place
from service.glance.rules import place_of
from service.glance.words import PLACES, STEP_STATES, STEPS, TAGS
from service.instalments import actions as instalments
from service.instalments.explain import explain_fact
from service.instalments.model import Progress, RunState
from service.payouts.words import STATE_TAGS, STATES
from service.period import Month, add_months, format_month, month_of, parse_month
from service.standing.words import STANDINGS, reason_in_words
from service.web import Db, Me, Now, page

READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

LISTED_AT_ONCE = 50

Word = Annotated[str | None, QueryParameter(max_length=60)]
PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]

SAID: dict[str, Any] = {
    "place_words": PLACES,
    "place_of": place_of,
    "step_words": STEPS,
    "step_states": STEP_STATES,
    "step_tags": TAGS,
    "standing_words": STANDINGS,
    "reason_words": reason_in_words,
    "acts_words": ACTS,
    "fact_words": explain_fact,
    "payout_states": STATES,
    "payout_tags": STATE_TAGS,
}


@get("/months/{month:str}", guards=[READER])
async def show_month(month: FromPath[str], db: Db, me: Me, clock: Now) -> Template:
    """Where a month's money is, what stops it and who must act, what is late, and its past."""
    shown, at = parse_month(month), clock.now()
    async with db.transaction() as tx:
        run = await instalments.find_progress(tx, shown, at=at)
        uncomputed = await instalments.count_uncomputed(tx, shown)
        changes = await instalments.list_changes(tx, shown)
        glance = await actions.read_month(tx, shown, at=at)
    return page(
        "glance/month.html",
        glance=glance,
        pieces=chart.pieces(glance.places),
        columns=chart.columns(glance.history),
        chart=chart,
        bar_of_line=budget_chart.bar_of_line,
        budget_parts=budget_chart.PARTS,
        bar_width=budget_chart.WIDTH,
        uncomputed=uncomputed,
        changes=changes,
        before=format_month(month_of(add_months(shown, -1))),
        after=format_month(month_of(add_months(shown, 1))),
        **_running(shown, run, me),
        **SAID,
    )


@get("/months/{month:str}/progress", guards=[READER])
async def show_progress(month: FromPath[str], db: Db, me: Me, clock: Now) -> Template:
    """How far the computation is, as a part of the page; the whole is asked for when it ends."""
    shown = parse_month(month)
    async with db.transaction() as tx:
        run = await instalments.find_progress(tx, shown, at=clock.now())
    running = _running(shown, run, me)
    answer = page("glance/progress.html", **running)
    if not running["running"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@get("/months/{month:str}/payments", guards=[READER])
async def show_payments(
    month: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
    place: FromQuery[Place | None] = None,
    reason: Word = None,
    acts: FromQuery[Acts | None] = None,
    number: PageNumber = 1,
) -> Template:
    """The payments behind a figure of the month, those that have waited longest first."""
    shown, asked = parse_month(month), Asked(place, reason, acts)
    async with db.transaction() as tx:
        payments, count = await actions.list_payments(
            tx, shown, asked, at=clock.now(), page=number, page_size=LISTED_AT_ONCE
        )
    return page(
        "glance/payments.html",
        month=format_month(shown),
        asked=asked,
        payments=payments,
        count=count,
        number=number,
        last_number=max(1, ceil(count / LISTED_AT_ONCE)),
        sees_checks=me.role is not Role.EMPLOYER,
        **SAID,
    )


def _running(month: Month, run: Progress | None, me: Actor) -> dict[str, Any]:
    return {
        "month": format_month(month),
        "run": run,
        "running": run is not None and run.state is RunState.RUNNING,
        "may_compute": me.role is Role.FINANCE_OFFICER,
    }


router = Router("/", route_handlers=[show_month, show_progress, show_payments])
