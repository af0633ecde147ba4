"""Months and instalments in a browser: compute a month, follow it, and read how it came about."""

from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service import doorbell
from service.actor import Actor, Role, Scope
from service.agreements import actions as agreements
from service.answers import read_day
from service.auth import allow
from service.clock import Clock, end_of_day
from service.i18n import _
from service.ids import AgreementId, InstalmentId
from service.instalments import actions, listing, rules
from service.instalments.explain import (
    explain,
    explain_outcome,
    explain_reason,
    kind_in_words,
)
from service.letters import actions as letters
from service.letters.model import Kind
from service.letters.rules import MAKERS
from service.period import (
    InvalidMonth,
    Month,
    add_months,
    format_month,
    month_of,
    parse_month,
)
from service.problems import Problem
from service.web import ActingDatabase, Db, Held, Me, Now, page, redirect

COMPUTER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)

DayText = Annotated[str, QueryParameter(max_length=20)]
SAID: dict[str, Any] = {
    "outcome_words": explain_outcome,
    "reason_words": explain_reason,
}


class MonthForm(msgspec.Struct):
    """Which month to compute."""

    month: Annotated[str, msgspec.Meta(max_length=20)] = ""


@get("/months", guards=[READER])
async def show_months(db: Db, me: Me, clock: Now) -> Template:
    """The months that were computed."""
    return await _months_page(db, me, month=format_month(month_of(add_months(clock.today(), -1))))


@post("/months", guards=[COMPUTER])
async def compute_month(
    data: URLEncodedBody[MonthForm], db: Db, me: Me, clock: Now, services: Held
) -> Redirect | Template:
    """Asks for a month; the form comes back with a word beside it when it cannot be."""
    try:
        month = await _request(db, me, clock, parse_month(data.month))
    except (InvalidMonth, rules.MonthNotOver, rules.RunUnderWay) as refused:
        return await _months_page(
            db, me, month=data.month, errors={"month": refused.sentence()}, status=refused.status
        )
    await doorbell.ring(services.redis_url)
    return redirect(f"/months/{format_month(month)}")


@post("/months/{month:str}/cancel", guards=[COMPUTER])
async def cancel_month(month: FromPath[str], db: Db, me: Me, clock: Now) -> Redirect:
    """Stops the run of a month."""
    async with db.transaction() as tx:
        await actions.cancel_month(tx, parse_month(month), by=me, at=clock.now())
    return redirect(f"/months/{month}")


@get("/instalments/{instalment_id:uuid}", guards=[allow(scope=Scope.READ)])
async def show_instalment(instalment_id: FromPath[InstalmentId], db: Db, me: Me) -> Template:
    """One instalment, line by line, and the other versions of its month."""
    async with db.transaction() as tx:
        instalment = await actions.get_instalment(tx, instalment_id)
        versions = await actions.list_of_agreement(tx, instalment.agreement_id)
        program = await actions.program_of(tx, instalment.agreement_id)
        statement = await letters.find_payee_of(tx, instalment_id)
    return page(
        "instalments/instalment.html",
        instalment=instalment,
        statement=statement if me.role in MAKERS[Kind.STATEMENT] else None,
        month=format_month(instalment.month),
        explanation=explain(program, instalment.kind, instalment.trace),
        versions=[one for one in versions if instalment.is_version_of(one)],
        sees_checks=me.role is not Role.EMPLOYER,
        sees_months=me.role in {Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR},
        **SAID | {"reason_words": partial(explain_reason, program=program)},
    )


@get("/agreements/{agreement_id:uuid}/as-known", guards=[allow(scope=Scope.READ)])
async def show_as_known(
    agreement_id: FromPath[AgreementId],
    month: FromQuery[str],
    db: Db,
    clock: Now,
    day: DayText = "",
) -> Template:
    """What a month of an agreement comes to by what was known at the end of a day, or is now."""
    shown, known_day = parse_month(month), read_day(day) if day else clock.today()
    errors = {} if known_day else {"day": _("Write the day as 2026-10-31.")}
    known_at = min(end_of_day(known_day), clock.now()) if known_day else clock.now()
    async with db.transaction() as tx:
        dossier = await agreements.read_agreement(tx, agreement_id)
        entries = await actions.reproduce(
            tx, agreement_id, shown, known_at=known_at, now=clock.now()
        )
        program = await actions.program_of(tx, agreement_id)
    return page(
        "instalments/as_known.html",
        status=Problem.status if errors else 200,
        agreement=dossier.agreement,
        month=format_month(shown),
        day=day or clock.today().isoformat(),
        known_at=known_at,
        entries=[(entry, explain(program, entry.kind, entry.result.trace)) for entry in entries],
        errors=errors,
        kind_words=partial(kind_in_words, program),
        **SAID | {"reason_words": partial(explain_reason, program=program)},
    )


async def _request(db: ActingDatabase, me: Actor, clock: Clock, month: Month) -> Month:
    async with db.transaction() as tx:
        await actions.request_month(tx, month, by=me, at=clock.now(), today=clock.today())
    return month


async def _months_page(
    db: ActingDatabase,
    me: Actor,
    *,
    month: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        months = await actions.list_months(tx)
    return page(
        "instalments/months.html",
        status=status,
        months=months,
        month=month,
        errors=errors or {},
        may_compute=me.role is Role.FINANCE_OFFICER,
    )


router = Router(
    "/",
    route_handlers=[
        show_months,
        compute_month,
        *listing.HANDLERS,
        cancel_month,
        show_instalment,
        show_as_known,
    ],
)
