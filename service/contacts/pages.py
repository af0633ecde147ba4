"""How a person is reached, and what they agreed to, in a browser."""

from collections.abc import Mapping

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.actor import Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates.rules import PurposeMissing
from service.contacts import actions
from service.contacts.model import PURPOSE_WORDS, ContactForm, Purpose
from service.i18n import LANGUAGES, _
from service.ids import CandidateId
from service.problems import InvalidFields
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
FIELDS = ContactForm.__struct_fields__


@get("/contact", guards=[OFFICER_READS])
async def show_contact(candidate_id: FromPath[CandidateId], db: Db, sealer: Seal) -> Template:
    """Asks what the contact is needed for; where none is known, the empty form."""
    async with db.transaction() as tx:
        known = await actions.find_masked(tx, candidate_id, sealer=sealer)
    if known is None:
        return await _form_page(db, candidate_id, dict.fromkeys(FIELDS, ""), {})
    return await _purpose_page(db, candidate_id)


@post("/contact/read", status_code=200, guards=[OFFICER_READS])
async def read_contact(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Template:
    """Shows how the person is reached, and keeps who looked and what for."""
    purpose = str((await request.form()).get("purpose", ""))
    try:
        async with db.transaction() as tx:
            known = await actions.read_contact(
                tx, candidate_id, purpose=purpose, by=me, at=clock.now(), sealer=sealer
            )
    except PurposeMissing as refused:
        return await _purpose_page(db, candidate_id, purpose=purpose, refused=refused)
    typed = {
        "phone": known.phone,
        "email": known.email,
        "address": known.address,
        "contact_language": known.language,
    }
    return await _form_page(db, candidate_id, typed, {})


@post("/contact", guards=[OFFICER])
async def save_contact(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect | Template:
    """Keeps how the person is reached, or brings the form back."""
    form = await request.form()
    typed = {field: str(form.get(field, "")) for field in FIELDS}
    try:
        async with db.transaction() as tx:
            await candidates.lock_registered(tx, candidate_id)
            await actions.save_contact(
                tx, candidate_id, ContactForm(**typed), by=me, at=clock.now(), sealer=sealer
            )
    except InvalidFields as refused:
        return await _form_page(db, candidate_id, typed, refused.fields)
    return redirect(f"/candidates/{candidate_id}")


@get("/consents", guards=[OFFICER])
async def show_consents(candidate_id: FromPath[CandidateId], db: Db) -> Template:
    """What the person last said to each purpose."""
    return await _consents_page(db, candidate_id, None)


@post("/consents", guards=[OFFICER])
async def record_consents(
    request: AnyRequest, candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Keeps what changed; what the person said before stays on record."""
    form = await request.form()
    said = {purpose: str(form.get(purpose, "")) for purpose in Purpose}
    wrong = {
        str(purpose): _("Ask the person, and choose yes or no.")
        for purpose, answer in said.items()
        if answer not in ("yes", "no")
    }
    if wrong:
        return await _consents_page(db, candidate_id, said, wrong)
    async with db.transaction() as tx:
        await candidates.lock_registered(tx, candidate_id)
        known = await actions.list_consents(tx, candidate_id)
        changed = {
            purpose: answer == "yes"
            for purpose, answer in said.items()
            if purpose not in known or known[purpose].is_given != (answer == "yes")
        }
        await actions.record_consents(tx, candidate_id, changed, by=me, at=clock.now())
    return redirect(f"/candidates/{candidate_id}")


async def _purpose_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    *,
    purpose: str = "",
    refused: PurposeMissing | None = None,
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
    return page(
        "contacts/purpose.html",
        status=refused.status if refused else 200,
        candidate=candidate,
        purpose=purpose,
        errors={"purpose": refused.sentence()} if refused else {},
    )


async def _form_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
    return page(
        "contacts/form.html",
        status=422 if errors else 200,
        candidate=candidate,
        typed=typed,
        errors=errors,
        spoken=list(LANGUAGES.items()),
    )


async def _consents_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    said: Mapping[Purpose, str] | None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
        known = await actions.list_consents(tx, candidate_id)
    standing = {purpose: "yes" if one.is_given else "no" for purpose, one in known.items()}
    return page(
        "contacts/consents.html",
        status=422 if errors else 200,
        candidate=candidate,
        said=said if said is not None else standing,
        errors=errors or {},
        purposes=[(purpose, _(asked)) for purpose, asked in PURPOSE_WORDS.items()],
        answers=[("yes", _("Yes")), ("no", _("No"))],
    )


router = Router(
    "/candidates/{candidate_id:uuid}",
    route_handlers=[show_contact, read_contact, save_contact, show_consents, record_consents],
)
