"""What-ifs in a browser: how many months, and what would have come of them."""

from collections.abc import Mapping
from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter
from litestar.response import Template

from service.answers import read_number
from service.i18n import _, language
from service.instalments.explain import explain_outcome
from service.offices import actions as offices
from service.outcomes.chart import SEXES
from service.schemes.api import Code, Number
from service.simulation import chart
from service.simulation.api import PLANNER, run
from service.simulation.model import Hidden, Simulation
from service.simulation.rules import MonthsOutOfRange
from service.web import Db, Held, Me, page

MONTHS_USUAL = "12"
MonthsText = Annotated[str | None, QueryParameter(name="months", max_length=20)]


@get("/schemes/{code:str}/{number:int}/what-if", guards=[PLANNER])
async def show_what_if(
    code: Code, number: Number, db: Db, me: Me, services: Held, months: MonthsText = None
) -> Template:
    """The form; with a number of months, what the version would have cost in them."""
    found: Simulation | None = None
    errors: dict[str, str] = {}
    async with db.transaction() as tx:
        places = await offices.list_municipalities(tx)
    if months is not None:
        try:
            found = await run(
                db, services, code=code, number=number, months=read_number(months) or 0, by=me
            )
        except MonthsOutOfRange as refused:
            errors = {"months": refused.sentence()}
    return page(
        "simulation/what_if.html",
        status=422 if errors else 200,
        code=code,
        number=number,
        months=months or MONTHS_USUAL,
        errors=errors,
        found=found,
        pairs=_pairs(found),
        places={place.code: place.name(language()) for place in places},
        sexes={sex: _(words) for sex, words in SEXES.items()},
        listed=_listed,
        signed=chart.signed,
        outcome_words=explain_outcome,
    )


def _listed(hidden: Hidden, names: Mapping[str, str]) -> str:
    return ", ".join(names[name] for name in hidden.names)


def _pairs(found: Simulation | None) -> list[chart.Pair]:
    if found is None or not found.totals.agreement_count:
        return []
    return chart.pairs(found.totals.by_month)


router = Router("/", route_handlers=[show_what_if])
