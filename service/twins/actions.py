"""Looking at people who may be one, and saying that they are two."""

from collections.abc import Sequence
from datetime import datetime

from service.actor import Actor, Role
from service.candidates import actions as candidates
from service.db import Connection
from service.ids import CandidateId, new_id
from service.problems import NotAllowed, NotFound
from service.twins import rules, store
from service.twins.model import Twins
from service.twins.rules import AlreadyToldApart

LISTED_AT_ONCE = 50
AT_REGISTRATION = "Compared when the person was registered."


async def list_twins(tx: Connection, *, by: Actor) -> list[Twins]:
    """The office's pairs that wait for a decision, the oldest first."""
    if by.role is not Role.CASE_OFFICER:
        raise NotAllowed
    return await store.list_twins_of_office(tx, at_most=LISTED_AT_ONCE)


async def tell_apart(
    tx: Connection,
    candidate_id: CandidateId,
    other_id: CandidateId,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Says that a person of the own office and another are two.

    NotFound, TellingMissing or AlreadyToldApart.
    """
    said = rules.read_reason(reason)
    await candidates.lock_registered(tx, candidate_id)
    if await store.is_decided(tx, candidate_id, other_id):
        raise AlreadyToldApart
    if not await store.is_pair_to_decide(tx, candidate_id, other_id):
        raise NotFound
    written = await store.insert_decisions(
        tx,
        candidate_id,
        ids=[new_id()],
        other_ids=[other_id],
        at=at,
        decided_by=by.account,
        reason=said,
    )
    if not written:
        raise AlreadyToldApart


async def tell_apart_at_registration(
    tx: Connection,
    candidate_id: CandidateId,
    compared: Sequence[CandidateId],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keeps that an officer compared a new person with those who looked alike."""
    await store.insert_decisions(
        tx,
        candidate_id,
        ids=[new_id() for _ in compared],
        other_ids=compared,
        at=at,
        decided_by=by.account,
        reason=AT_REGISTRATION,
    )
