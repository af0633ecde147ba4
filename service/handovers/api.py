"""Hand-overs for machines."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.handovers import actions
from service.handovers.model import Seen
from service.ids import CandidateId, HandoverId, OfficeId
from service.web import Db, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
Why = Annotated[str, msgspec.Meta(max_length=1_000)]


class OfferRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Whose case, to which office, and why."""

    candidate_id: CandidateId
    to_office_id: OfficeId
    reason: Why


class DeclineRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Why a case is declined."""

    reason: Why


class OfferedView(msgspec.Struct):
    """The offer that was made."""

    id: HandoverId


class TakenView(msgspec.Struct):
    """The person whose case was taken."""

    candidate_id: CandidateId


@get("/", guards=[allow(Role.CASE_OFFICER, scope=Scope.READ)])
async def list_handovers(db: Db, me: Me) -> list[Seen]:
    """What the own office offers and is offered; what waits comes first."""
    async with db.transaction() as tx:
        return await actions.list_handovers(tx, by=me)


@post("/", guards=[OFFICER])
async def offer(data: JSONBody[OfferRequest], db: Db, me: Me, clock: Now) -> OfferedView:
    """Offers a case of the own office to another."""
    async with db.transaction() as tx:
        offered = await actions.offer(
            tx,
            data.candidate_id,
            to_office=data.to_office_id,
            reason=data.reason,
            by=me,
            at=clock.now(),
        )
    return OfferedView(offered)


@post("/{handover_id:uuid}/accept", status_code=200, guards=[OFFICER])
async def accept(
    handover_id: FromPath[HandoverId], db: Db, me: Me, clock: Now, sealer: Seal
) -> TakenView:
    """Takes a case with all that is known of it."""
    async with db.transaction() as tx:
        taken = await actions.accept(tx, handover_id, by=me, at=clock.now(), sealer=sealer)
    return TakenView(taken)


@post("/{handover_id:uuid}/decline", status_code=204, guards=[OFFICER])
async def decline(
    handover_id: FromPath[HandoverId],
    data: JSONBody[DeclineRequest],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """Leaves a case where it is."""
    async with db.transaction() as tx:
        await actions.decline(tx, handover_id, data.reason, by=me, at=clock.now())


@post("/{handover_id:uuid}/withdraw", status_code=204, guards=[OFFICER])
async def withdraw(handover_id: FromPath[HandoverId], db: Db, me: Me, clock: Now) -> None:
    """Takes an own offer back."""
    async with db.transaction() as tx:
        await actions.withdraw(tx, handover_id, by=me, at=clock.now())


router = Router(
    "/handovers",
    route_handlers=[list_handovers, offer, accept, decline, withdraw],
    tags=["handovers"],
)
