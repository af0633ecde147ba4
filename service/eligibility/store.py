"""The typed twins of sql/queries/eligibility.sql."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.eligibility.model import Decision, History, Rule, Scheme
from service.ids import AccountId, CandidateId, SchemeVersionId

SQL = db.load("eligibility")


async def find_rule(tx: Connection, *, on: date) -> Rule | None:
    """What every scheme asks on a day."""
    return await db.find_one(tx, SQL["find_rule"], Rule, on=on)


async def list_schemes(tx: Connection, *, on: date) -> list[Scheme]:
    """The versions in force on a day, by code."""
    return await db.fetch_all(tx, SQL["list_schemes"], Scheme, on=on)


async def get_history(tx: Connection, candidate_id: CandidateId, *, on: date) -> History:
    """Whether a person is in an agreement, and how long one must wait after the last."""
    return await db.fetch_one(tx, SQL["get_history"], History, candidate_id=candidate_id, on=on)


async def insert_decisions(
    tx: Connection,
    candidate_id: CandidateId,
    *,
    ids: Sequence[UUID],
    version_ids: Sequence[SchemeVersionId],
    eligible: Sequence[bool],
    reasons: Sequence[str],
    expiries: Sequence[date],
    at: datetime,
    decided_by: AccountId,
) -> int:
    """An office's decisions of one moment, the reasons as JSON; answers how many rows it wrote."""
    return await db.execute(
        tx,
        SQL["insert_decisions"],
        candidate_id=candidate_id,
        ids=ids,
        version_ids=version_ids,
        eligible=eligible,
        reasons=reasons,
        expiries=expiries,
        at=at,
        decided_by=decided_by,
    )


async def list_decisions(tx: Connection, candidate_id: CandidateId) -> list[Decision]:
    """The decisions of the latest moment at which the person was decided about, by scheme."""
    return await db.fetch_all(tx, SQL["list_decisions"], Decision, candidate_id=candidate_id)
