"""The second computation in a browser: a month beside it, and by which forms it is done."""

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter
from litestar.response import Template

from service.expected import actions
from service.expected.api import READER
from service.expected.model import Form
from service.i18n import N_
from service.period import InvalidMonth, add_months, format_month, month_of, parse_month
from service.web import Db, Now, page

FORMS = {
    Form.WAGE_SHARE: N_("Share of the wage, within a monthly maximum"),
    Form.RETENTION: N_("Share of the wages after the subsidised months, paid once"),
    Form.BY_ATTENDANCE: N_("Flat amount by attendance"),
    Form.EACH_MONTH: N_("Fixed amount for each month"),
    Form.MILESTONE: N_("Fixed amount when a milestone is reached"),
}
Asked = Annotated[str, QueryParameter(name="month", max_length=20)]


@get("/", guards=[READER])
async def show_comparison(db: Db, clock: Now, asked: Asked = "") -> Template:
    """A month computed twice, else the one that ended last."""
    typed = asked or format_month(month_of(add_months(clock.today(), -1)))
    errors, found = {}, None
    async with db.transaction() as tx:
        try:
            found = await actions.compare_month(tx, parse_month(typed))
        except InvalidMonth as refused:
            errors["month"] = refused.sentence()
        methods = await actions.list_methods(tx)
    return page(
        "expected/month.html",
        status=422 if errors else 200,
        month=typed,
        found=found,
        methods=methods,
        forms_by_name=FORMS,
        errors=errors,
    )


router = Router("/expected", route_handlers=[show_comparison])
