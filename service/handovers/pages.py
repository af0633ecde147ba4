"""Cases that go from office to office, in a browser."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.handovers import actions
from service.handovers.model import STATE_WORDS
from service.handovers.rules import (
    HandoverOpen,
    HandoverReasonMissing,
    NoSuchOffice,
    SameOffice,
)
from service.i18n import language
from service.ids import CandidateId, HandoverId, OfficeId
from service.offices.actions import list_offices
from service.problems import Problem
from service.web import ActingDatabase, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
LongText = Annotated[str, msgspec.Meta(max_length=10_000)]
Text = Annotated[str, msgspec.Meta(max_length=100)]


class TypedOffer(msgspec.Struct):
    """Whose case, to which office, and why."""

    candidate_id: CandidateId
    to_office_id: Text = ""
    reason: LongText = ""

    def office(self) -> OfficeId:
        """The chosen office; NoSuchOffice."""
        try:
            return OfficeId(UUID(self.to_office_id))
        except ValueError:
            raise NoSuchOffice from None


class TypedReason(msgspec.Struct):
    """Why a case is declined."""

    reason: LongText = ""


class Returned(msgspec.Struct, frozen=True):
    """A decline that came back: which, what was typed, and what is wrong with it."""

    handover_id: HandoverId
    typed: str
    sentence: str
    status: int


@get("/", guards=[OFFICER_READS])
async def show_handovers(db: Db, me: Me) -> Template:
    """What the office offers and is offered."""
    return await _list_page(db, me)


@get("/new", guards=[OFFICER])
async def show_offer(candidate_id: FromQuery[CandidateId], db: Db, me: Me) -> Template:
    """The form to offer a case."""
    return await _offer_page(db, me, TypedOffer(candidate_id))


@post("/new", guards=[OFFICER])
async def offer(
    data: URLEncodedBody[TypedOffer], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Offers the case, or brings the form back."""
    try:
        async with db.transaction() as tx:
            await actions.offer(
                tx,
                data.candidate_id,
                to_office=data.office(),
                reason=data.reason,
                by=me,
                at=clock.now(),
            )
    except HandoverReasonMissing as refused:
        return await _offer_page(db, me, data, field="reason", refused=refused)
    except (NoSuchOffice, SameOffice, HandoverOpen) as refused:
        return await _offer_page(db, me, data, field="to_office_id", refused=refused)
    return redirect("/handovers")


@post("/{handover_id:uuid}/accept", guards=[OFFICER])
async def accept(
    handover_id: FromPath[HandoverId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect:
    """Takes the case and goes to the person."""
    async with db.transaction() as tx:
        candidate_id = await actions.accept(tx, handover_id, by=me, at=clock.now(), sealer=sealer)
    return redirect(f"/candidates/{candidate_id}")


@post("/{handover_id:uuid}/decline", guards=[OFFICER])
async def decline(
    handover_id: FromPath[HandoverId],
    data: URLEncodedBody[TypedReason],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Leaves the case where it is; without a reason the form comes back."""
    try:
        async with db.transaction() as tx:
            await actions.decline(tx, handover_id, data.reason, by=me, at=clock.now())
    except HandoverReasonMissing as refused:
        returned = Returned(handover_id, data.reason, refused.sentence(), refused.status)
        return await _list_page(db, me, returned=returned)
    return redirect("/handovers")


@post("/{handover_id:uuid}/withdraw", guards=[OFFICER])
async def withdraw(handover_id: FromPath[HandoverId], db: Db, me: Me, clock: Now) -> Redirect:
    """Takes an own offer back."""
    async with db.transaction() as tx:
        await actions.withdraw(tx, handover_id, by=me, at=clock.now())
    return redirect("/handovers")


async def _list_page(
    db: ActingDatabase, me: Actor, *, returned: Returned | None = None
) -> Template:
    async with db.transaction() as tx:
        handovers = await actions.list_handovers(tx, by=me)
    return page(
        "handovers/list.html",
        status=returned.status if returned else 200,
        waiting=[one for one in handovers if one.answered_at is None],
        answered=[one for one in handovers if one.answered_at is not None],
        states=STATE_WORDS,
        returned=returned,
    )


async def _offer_page(
    db: ActingDatabase,
    me: Actor,
    typed: TypedOffer,
    *,
    field: str = "",
    refused: Problem | None = None,
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, typed.candidate_id)
        agreements = await candidates.list_agreements_of_candidate(tx, typed.candidate_id)
        offices = [one for one in await list_offices(tx) if one.id != me.office_id]
    named = [(str(one.id), one.name_sr if language() == "sr" else one.name_sq) for one in offices]
    return page(
        "handovers/new.html",
        status=refused.status if refused else 200,
        candidate=candidate,
        agreements=[one for one in agreements if one.is_open],
        offices=sorted(named, key=lambda option: option[1]),
        typed=typed,
        errors={field: refused.sentence()} if refused else {},
    )


router = Router(
    "/handovers",
    route_handlers=[show_handovers, show_offer, offer, accept, decline, withdraw],
)
