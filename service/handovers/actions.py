"""Offering a case, taking the offer back, declining it, and accepting the case with all of it."""

from datetime import datetime

from service import db
from service.actor import Actor
from service.candidates import actions as candidates
from service.candidates import sensitive
from service.crypto import Sealer
from service.db import Connection
from service.handovers import rules, store
from service.handovers.model import Event, Offer, Seen, State
from service.handovers.rules import HandoverAnswered, HandoverOpen
from service.ids import CandidateId, HandoverId, OfficeId, new_id
from service.offices.actions import list_offices
from service.problems import NotAllowed

LISTED_AT_ONCE = 100


async def offer(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    to_office: OfficeId,
    reason: str,
    by: Actor,
    at: datetime,
) -> HandoverId:
    """Offers a case of the own office to another.

    NotFound, CandidateWithdrawn, NoSuchOffice, SameOffice, HandoverReasonMissing, HandoverOpen.
    """
    rules.check_officer(by)
    await candidates.lock_registered(tx, candidate_id)
    known = frozenset(one.id for one in await list_offices(tx))
    rules.check_offices(own=by.office, other=to_office, known=known)
    said = rules.read_reason(reason)
    handover_id = HandoverId(new_id())
    with db.refusing(handover_one_open=HandoverOpen):
        await store.insert_handover(
            tx,
            handover_id,
            candidate_id=candidate_id,
            from_office_id=by.office,
            to_office_id=to_office,
            reason=said,
            at=at,
            offered_by=by.account,
        )
    return handover_id


async def accept(
    tx: Connection, handover_id: HandoverId, *, by: Actor, at: datetime, sealer: Sealer
) -> CandidateId:
    """Takes the case: person, sealed facts, matches and agreements are the own office's from now.

    NotAllowed, NotFound or HandoverAnswered. The index by which an office looks up who has a
    characteristic is keyed by office, so it is made anew.
    """
    held = await _lock_for(tx, handover_id, Event.ACCEPTED, by=by)
    with db.refusing(handover_two_people=NotAllowed):
        taken = await store.take_case(tx, handover_id, at=at)
    if taken.candidate_id is None:
        raise HandoverAnswered
    candidate = await candidates.get_candidate(tx, held)
    await sensitive.index_again(tx, candidate, by=by, at=at, sealer=sealer)
    return taken.candidate_id


async def decline(
    tx: Connection, handover_id: HandoverId, reason: str, *, by: Actor, at: datetime
) -> None:
    """Leaves the case where it is.

    NotAllowed, NotFound, HandoverAnswered or HandoverReasonMissing.
    """
    await _lock_for(tx, handover_id, Event.DECLINED, by=by)
    said = rules.read_reason(reason)
    await _answer(tx, handover_id, Event.DECLINED, reason=said, by=by, at=at)


async def withdraw(tx: Connection, handover_id: HandoverId, *, by: Actor, at: datetime) -> None:
    """Takes an own offer back; NotAllowed, NotFound or HandoverAnswered."""
    await _lock_for(tx, handover_id, Event.WITHDRAWN, by=by)
    await _answer(tx, handover_id, Event.WITHDRAWN, reason=None, by=by, at=at)


async def list_handovers(tx: Connection, *, by: Actor) -> list[Seen]:
    """What the own office offers and is offered; what waits comes first."""
    rules.check_officer(by)
    return await store.list_handovers_for_office(tx, at_most=LISTED_AT_ONCE)


async def find_open(tx: Connection, candidate_id: CandidateId) -> Offer | None:
    """The offer of a person that stands, for those who may see it."""
    return await store.find_open(tx, candidate_id)


async def _lock_for(
    tx: Connection, handover_id: HandoverId, event: Event, *, by: Actor
) -> CandidateId:
    rules.check_officer(by)
    held = await store.lock_handover(tx, handover_id)
    rules.check_side(held, event, office_id=by.office)
    rules.move(held.state, event)
    return held.candidate_id


async def _answer(
    tx: Connection,
    handover_id: HandoverId,
    event: Event,
    *,
    reason: str | None,
    by: Actor,
    at: datetime,
) -> None:
    await store.record_answer(
        tx,
        handover_id,
        state=rules.move(State.OFFERED, event),
        reason=reason,
        at=at,
        answered_by=by.account,
    )
