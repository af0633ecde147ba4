"""Deciding for which schemes a person may be placed, before and after they are registered."""

from datetime import date, datetime

import msgspec

from service.actor import Actor
from service.candidates import actions as candidates
from service.db import Connection
from service.eligibility import rules, store
from service.eligibility.model import Assessment, Decision, Facts
from service.eligibility.rules import NoEligibilityRule
from service.ids import CandidateId, new_id


async def preview(tx: Connection, facts: Facts, *, on: date) -> list[Assessment]:
    """What follows from some facts for each scheme in force; NoEligibilityRule."""
    rule = await store.find_rule(tx, on=on)
    if rule is None:
        raise NoEligibilityRule
    return [
        rules.assess(facts, scheme, rule, on=on) for scheme in await store.list_schemes(tx, on=on)
    ]


async def decide(
    tx: Connection, candidate_id: CandidateId, *, by: Actor, at: datetime, on: date
) -> list[Assessment]:
    """Decides about a person of the own office for every scheme in force, and keeps the reasons.

    NotFound, CandidateWithdrawn or NoEligibilityRule.
    """
    candidate = await candidates.lock_registered(tx, candidate_id)
    facts = Facts(
        born_on=candidate.born_on,
        unemployed_since=candidate.unemployed_since,
        history=await store.get_history(tx, candidate_id, on=on),
    )
    found = await preview(tx, facts, on=on)
    await store.insert_decisions(
        tx,
        candidate_id,
        ids=[new_id() for _ in found],
        version_ids=[one.scheme.version_id for one in found],
        eligible=[one.is_eligible for one in found],
        reasons=[msgspec.json.encode(one.obstacles).decode() for one in found],
        expiries=[one.expires_on for one in found],
        at=at,
        decided_by=by.account,
    )
    return found


async def list_decisions(tx: Connection, candidate_id: CandidateId) -> list[Decision]:
    """What was last decided about a person, by scheme."""
    return await store.list_decisions(tx, candidate_id)
