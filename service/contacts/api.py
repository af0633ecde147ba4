"""How a person is reached and what they agreed to, for machines."""

from litestar import Router, get, post, put
from litestar.params import FromPath, JSONBody

from service.actor import Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates.forms import PurposeForm
from service.contacts import actions
from service.contacts.model import Consent, Contact, ContactForm, Purpose
from service.ids import CandidateId
from service.web import Db, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)


@post("/contact/read", status_code=200, guards=[OFFICER_READS])
async def read_contact(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[PurposeForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Contact:
    """How the person is reached; who read it and what for is kept."""
    async with db.transaction() as tx:
        return await actions.read_contact(
            tx, candidate_id, purpose=data.purpose, by=me, at=clock.now(), sealer=sealer
        )


@put("/contact", status_code=204, guards=[OFFICER])
async def save_contact(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[ContactForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> None:
    """Keeps how the person is reached, over what was known."""
    async with db.transaction() as tx:
        await candidates.lock_registered(tx, candidate_id)
        await actions.save_contact(tx, candidate_id, data, by=me, at=clock.now(), sealer=sealer)


@get("/consents", guards=[OFFICER_READS])
async def list_consents(candidate_id: FromPath[CandidateId], db: Db) -> list[Consent]:
    """What the person last said to each purpose."""
    async with db.transaction() as tx:
        await candidates.get_candidate(tx, candidate_id)
        return list((await actions.list_consents(tx, candidate_id)).values())


@post("/consents", status_code=204, guards=[OFFICER])
async def record_consents(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[dict[Purpose, bool]],
    db: Db,
    me: Me,
    clock: Now,
) -> None:
    """Writes down what the person says; what they said before stays on record."""
    async with db.transaction() as tx:
        await candidates.lock_registered(tx, candidate_id)
        await actions.record_consents(tx, candidate_id, data, by=me, at=clock.now())


router = Router(
    "/candidates/{candidate_id:uuid}",
    route_handlers=[read_contact, save_contact, list_consents, record_consents],
    tags=["contacts"],
)
