"""Referrals for machines: that there are some, and for a purpose what they say."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates.forms import PurposeForm
from service.ids import CandidateId, ReferralId
from service.referrals import actions
from service.referrals.model import Opened, Referral, ReferralForm
from service.web import Db, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)


class CloseRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What came of a referral."""

    result: Annotated[str, msgspec.Meta(max_length=5_000)]


class RecordedView(msgspec.Struct):
    """The referral that was recorded."""

    id: ReferralId


@get("/", guards=[OFFICER_READS])
async def list_referrals(candidate_id: FromPath[CandidateId], db: Db, me: Me) -> list[Referral]:
    """That there are referrals, and from when."""
    async with db.transaction() as tx:
        await candidates.get_candidate(tx, candidate_id)
        return await actions.list_referrals(tx, candidate_id, by=me)


@post("/", guards=[OFFICER])
async def record(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[ReferralForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> RecordedView:
    """Keeps a referral, sealed."""
    async with db.transaction() as tx:
        recorded = await actions.record_referral(
            tx, candidate_id, data, by=me, at=clock.now(), on=clock.today(), sealer=sealer
        )
    return RecordedView(recorded)


@post("/read", status_code=200, guards=[OFFICER_READS])
async def read_referrals(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[PurposeForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> list[Opened]:
    """What is sealed of a person's referrals; who read it and what for is kept."""
    async with db.transaction() as tx:
        return await actions.read_referrals(
            tx, candidate_id, purpose=data.purpose, by=me, at=clock.now(), sealer=sealer
        )


@post("/{referral_id:uuid}/close", status_code=204, guards=[OFFICER])
async def close(
    candidate_id: FromPath[CandidateId],
    referral_id: FromPath[ReferralId],
    data: JSONBody[CloseRequest],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> None:
    """Closes a referral with what came of it."""
    async with db.transaction() as tx:
        await actions.close_referral(
            tx, candidate_id, referral_id, data.result, by=me, at=clock.now(), sealer=sealer
        )


router = Router(
    "/candidates/{candidate_id:uuid}/referrals",
    route_handlers=[list_referrals, record, read_referrals, close],
    tags=["referrals"],
)
