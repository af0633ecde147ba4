"""Deciding again for which schemes a person may be placed, in a browser."""

from litestar import Router, post
from litestar.params import FromPath
from litestar.response import Redirect

from service.actor import Role
from service.auth import allow
from service.eligibility import actions
from service.ids import CandidateId
from service.web import Db, Me, Now, redirect


@post("/", guards=[allow(Role.CASE_OFFICER)])
async def decide(candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now) -> Redirect:
    """Decides as of today; the page of the person shows the reasons."""
    async with db.transaction() as tx:
        await actions.decide(tx, candidate_id, by=me, at=clock.now(), on=clock.today())
    return redirect(f"/candidates/{candidate_id}")


router = Router("/candidates/{candidate_id:uuid}/eligibility", route_handlers=[decide])
