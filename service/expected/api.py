"""The second computation for machines: a month beside it, and how schemes are computed twice."""

from datetime import date
from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.expected import actions
from service.expected.model import Difference, Form, Method, MonthComparison, NewMethod
from service.ids import AgreementId
from service.period import format_month, parse_month
from service.web import Db, Me, Now

FINANCE = (Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR)
READER = allow(*FINANCE, scope=Scope.READ)
METHOD_READER = allow(*FINANCE, Role.ADMINISTRATOR, scope=Scope.READ)
STATER = allow(Role.ADMINISTRATOR, scope=Scope.WRITE)

Word = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]{0,30}$", max_length=31)]
Code = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Z0-9-]{1,29}$", max_length=30)]


class DifferenceView(msgspec.Struct, kw_only=True):
    """An amount that the two computations do not agree about, in cents."""

    agreement_id: AgreementId
    agreement_reference: str
    kind: str
    month: str
    ours_cents: int
    theirs_cents: int

    @classmethod
    def of(cls, one: Difference) -> Self:
        """The view of a difference."""
        return cls(**msgspec.structs.asdict(one) | {"month": format_month(one.month)})


class MonthComparisonView(msgspec.Struct, kw_only=True):
    """A month's agreements computed twice, in that month and all before it."""

    month: str
    agreement_count: int
    amount_count: int
    without_method_count: int
    waiting_count: int
    ours_cents: int
    theirs_cents: int
    difference_count: int
    differences: list[DifferenceView]

    @classmethod
    def of(cls, found: MonthComparison, month: date) -> Self:
        """The view of a comparison."""
        differences = [DifferenceView.of(one) for one in found.differences]
        facts = msgspec.structs.asdict(found)
        return cls(**facts | {"month": format_month(month), "differences": differences})


class MethodRequest(msgspec.Struct, forbid_unknown_fields=True):
    """How a scheme's kind of payment is computed a second time, from a first day on."""

    scheme_code: Code
    kind: Word
    since: date
    form: Form
    amount_parameter: Word
    is_wage_tested: bool = False


@get("/methods", guards=[METHOD_READER])
async def list_methods(db: Db) -> list[Method]:
    """How each scheme is computed a second time."""
    async with db.transaction() as tx:
        return await actions.list_methods(tx)


@post("/methods", status_code=201, guards=[STATER])
async def state_method(data: JSONBody[MethodRequest], db: Db, me: Me, clock: Now) -> NewMethod:
    """States how one is computed; it holds for agreements that begin on the day or later."""
    method = NewMethod(**msgspec.structs.asdict(data))
    async with db.transaction() as tx:
        await actions.state_method(tx, method, by=me, at=clock.now())
    return method


@get("/{month:str}", guards=[READER])
async def compare_month(month: FromPath[str], db: Db) -> MonthComparisonView:
    """A month such as 2026-10 beside the second computation; nothing is put up."""
    which = parse_month(month)
    async with db.transaction() as tx:
        found = await actions.compare_month(tx, which)
    return MonthComparisonView.of(found, which)


router = Router(
    "/expected", route_handlers=[list_methods, state_method, compare_month], tags=["expected"]
)
