"""Budget lines, donors and appropriations for machines."""

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.budget import actions
from service.budget.model import (
    Appropriation,
    AppropriationForm,
    BudgetSheet,
    Donor,
    DonorForm,
    ReductionForm,
)
from service.ids import AppropriationId, DonorId
from service.web import Db, Me, Now

PROPOSER = allow(Role.FINANCE_OFFICER, scope=Scope.MONEY)
DECIDER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.MONEY)
READER = allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, scope=Scope.READ)


class OpenedDonor(msgspec.Struct, frozen=True):
    """A donor that was opened."""

    id: DonorId


class Proposed(msgspec.Struct, frozen=True):
    """An appropriation or a reduction that waits for a second person."""

    id: AppropriationId


@get("/", guards=[READER])
async def read_budget(db: Db) -> BudgetSheet:
    """Every line by account, and what has become of the money of each appropriation, in cents."""
    async with db.transaction() as tx:
        return await actions.read_budget(tx)


@get("/donors", guards=[READER])
async def list_donors(db: Db) -> list[Donor]:
    """Every donor, by code."""
    async with db.transaction() as tx:
        return await actions.list_donors(tx)


@post("/donors", guards=[PROPOSER])
async def open_donor(data: JSONBody[DonorForm], db: Db, me: Me, clock: Now) -> OpenedDonor:
    """A new donor."""
    async with db.transaction() as tx:
        return OpenedDonor(await actions.open_donor(tx, data, by=me, at=clock.now()))


@get("/appropriations", guards=[READER])
async def list_appropriations(db: Db) -> list[Appropriation]:
    """What waits for a second person, then all others, the newest first."""
    async with db.transaction() as tx:
        return await actions.list_appropriations(tx)


@post("/appropriations", guards=[PROPOSER])
async def propose_appropriation(
    data: JSONBody[AppropriationForm], db: Db, me: Me, clock: Now
) -> Proposed:
    """Money of a donor for the line of a scheme, once a second person confirms it."""
    async with db.transaction() as tx:
        return Proposed(await actions.propose_appropriation(tx, data, by=me, at=clock.now()))


@post("/appropriations/{appropriation_id:uuid}/reductions", guards=[PROPOSER])
async def propose_reduction(
    appropriation_id: FromPath[AppropriationId],
    data: JSONBody[ReductionForm],
    db: Db,
    me: Me,
    clock: Now,
) -> Proposed:
    """A row that takes from an appropriation, once a second person confirms it."""
    async with db.transaction() as tx:
        return Proposed(
            await actions.propose_reduction(tx, appropriation_id, data, by=me, at=clock.now())
        )


@post("/appropriations/{appropriation_id:uuid}/confirm", guards=[DECIDER], status_code=204)
async def confirm_appropriation(
    appropriation_id: FromPath[AppropriationId], db: Db, me: Me, clock: Now
) -> None:
    """Puts an appropriation or a reduction in force, as a second person."""
    async with db.transaction() as tx:
        await actions.confirm_appropriation(tx, appropriation_id, by=me, at=clock.now())


@post("/appropriations/{appropriation_id:uuid}/refuse", guards=[DECIDER], status_code=204)
async def refuse_appropriation(
    appropriation_id: FromPath[AppropriationId], db: Db, me: Me, clock: Now
) -> None:
    """Turns a proposal down."""
    async with db.transaction() as tx:
        await actions.refuse_appropriation(tx, appropriation_id, by=me, at=clock.now())


router = Router(
    "/budget",
    route_handlers=[
        read_budget,
        list_donors,
        open_donor,
        list_appropriations,
        propose_appropriation,
        propose_reduction,
        confirm_appropriation,
        refuse_appropriation,
    ],
    tags=["budget"],
)
