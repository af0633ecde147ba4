"""Recording what became of people, and reporting it."""

from datetime import date, datetime

from service import db
from service.actor import Actor, Role
from service.db import Connection
from service.ids import AgreementId, OutcomeId, new_id
from service.lists import Found, Wanted
from service.outcomes import rules, store
from service.outcomes.model import Due, Observation, Outcome, Report, Source
from service.outcomes.rules import AlreadyRecorded
from service.problems import NotAllowed

OLDEST = Wanted("ended", at_most=100, counts=False)


async def record_outcome(
    tx: Connection,
    agreement_id: AgreementId,
    observation: Observation,
    *,
    by: Actor,
    at: datetime,
    on: date,
) -> OutcomeId:
    """Records where a candidate of the own office stands at a point that has passed.

    Candidates answer for themselves, by a link.

    NotFound for another office's agreement, AlreadyRecorded for a second observation of a point,
    and the refusals of `rules.check_observation`.
    """
    own_word = by.role is Role.CANDIDATE and observation.source is Source.CANDIDATE
    if by.role is not Role.CASE_OFFICER and not own_word:
        raise NotAllowed
    followed = await store.lock_followed(tx, agreement_id)
    rules.check_observation(followed, observation, on=on)
    outcome_id = OutcomeId(new_id())
    with db.refusing(outcome_once_per_point=AlreadyRecorded):
        await store.insert_outcome(
            tx,
            outcome_id,
            agreement_id,
            observation,
            recorded_at=at,
            recorded_by=by.account_id,
            by_link=by.link_id,
        )
    return outcome_id


async def list_outcomes(tx: Connection, agreement_id: AgreementId) -> list[Outcome]:
    """What is recorded of an agreement, by point; nothing of one that is not the actor's to see."""
    return await store.list_outcomes(tx, agreement_id)


async def list_due(
    tx: Connection,
    wanted: Wanted = OLDEST,
    *,
    by: Actor,
    on: date,
    months_after: int | None = None,
) -> Found[Due]:
    """A page of the points that have passed unrecorded, one point or all.

    Those of the own office; for an auditor those of every one.
    """
    office_id = None if by.role is Role.AUDITOR else by.office
    return await store.list_due(tx, wanted, office_id=office_id, on=on, months_after=months_after)


async def report_outcomes(tx: Connection, *, from_day: date, to_day: date) -> Report:
    """The report on those who registered between two days, both included; DaysReversed.

    A case officer sees the people of the own office, as everywhere.
    """
    rules.check_days(from_day, to_day)
    funnel = await store.list_funnel(tx, from_day=from_day, to_day=to_day)
    retention = await store.list_retention(tx, from_day=from_day, to_day=to_day)
    return rules.make_report(from_day, to_day, funnel, retention)
