"""Questions to candidates over JSON, for their office: who has not answered, links and codes."""

from datetime import datetime

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery

from service.actor import Role, Scope
from service.auth import allow
from service.ids import AgreementId, CandidateLinkId, QuestionId
from service.links import actions
from service.links.model import Asked, Reach
from service.web import Db, Held, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)


class CodeView(msgspec.Struct):
    """A code for paper, shown this once; the candidate types it with the date of birth."""

    code: str
    expires_at: datetime


@get("/", guards=[OFFICER_READS])
async def list_questions(
    db: Db,
    me: Me,
    reach: FromQuery[Reach | None] = None,
    after: FromQuery[QuestionId | None] = None,
) -> list[Asked]:
    """What the office's candidates have not answered; `after` asks for the next page."""
    async with db.transaction() as tx:
        return await actions.list_waiting(tx, reach=reach, after=after, by=me)


@get("/of-agreement/{agreement_id:uuid}", guards=[OFFICER_READS])
async def list_of_agreement(agreement_id: FromPath[AgreementId], db: Db) -> list[Asked]:
    """What the candidate of an agreement was asked."""
    async with db.transaction() as tx:
        return await actions.list_of_agreement(tx, agreement_id)


@post("/{question_id:uuid}/mail", status_code=204, guards=[OFFICER])
async def send_link(
    question_id: FromPath[QuestionId], db: Db, me: Me, clock: Now, sealer: Seal, services: Held
) -> None:
    """Sends the candidate a link now."""
    async with db.transaction() as tx:
        await actions.send_link(
            tx,
            question_id,
            by=me,
            at=clock.now(),
            sealer=sealer,
            public_url=services.public_url,
        )


@post("/{question_id:uuid}/code", guards=[OFFICER])
async def print_code(
    question_id: FromPath[QuestionId], db: Db, me: Me, clock: Now, sealer: Seal
) -> CodeView:
    """A new code for paper."""
    async with db.transaction() as tx:
        printed = await actions.print_code(tx, question_id, by=me, at=clock.now(), sealer=sealer)
    return CodeView(printed.code, printed.expires_at)


@post("/links/{link_id:uuid}/revoke", status_code=204, guards=[OFFICER])
async def revoke_link(link_id: FromPath[CandidateLinkId], db: Db, me: Me, clock: Now) -> None:
    """Takes a link or a code back."""
    async with db.transaction() as tx:
        await actions.revoke_link(tx, link_id, by=me, at=clock.now())


router = Router(
    "/questions",
    route_handlers=[list_questions, list_of_agreement, send_link, print_code, revoke_link],
    tags=["questions"],
)
