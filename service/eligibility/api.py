"""Eligibility for machines."""

from litestar import Router, get, post
from litestar.params import FromPath

from service.actor import Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.eligibility import actions
from service.eligibility.model import Assessment, Decision
from service.ids import CandidateId
from service.web import Db, Me, Now


@get("/", guards=[allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)])
async def list_decisions(candidate_id: FromPath[CandidateId], db: Db) -> list[Decision]:
    """What was last decided about a person, by scheme."""
    async with db.transaction() as tx:
        await candidates.get_candidate(tx, candidate_id)
        return await actions.list_decisions(tx, candidate_id)


@post("/", guards=[allow(Role.CASE_OFFICER)])
async def decide(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now
) -> list[Assessment]:
    """Decides as of today for every scheme in force, and keeps the reasons."""
    async with db.transaction() as tx:
        return await actions.decide(tx, candidate_id, by=me, at=clock.now(), on=clock.today())


router = Router(
    "/candidates/{candidate_id:uuid}/eligibility",
    route_handlers=[list_decisions, decide],
    tags=["eligibility"],
)
