"""Referrals in a browser: that there are some, and for a purpose what they say."""

from litestar import Router, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates.rules import PurposeMissing
from service.candidates.words import REFERRAL_SOURCES
from service.i18n import _
from service.ids import CandidateId, ReferralId
from service.problems import InvalidFields
from service.referrals import actions, rules
from service.referrals.model import DIRECTION_WORDS, Opened, ReferralForm
from service.referrals.rules import ResultMissing
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
UNTYPED = dict.fromkeys(ReferralForm.__struct_fields__, "")


@get("/", guards=[OFFICER_READS])
async def show_referrals(candidate_id: FromPath[CandidateId], db: Db, me: Me) -> Template:
    """That there are referrals, and from when."""
    return await _list_page(db, me, candidate_id, {})


@post("/read", status_code=200, guards=[OFFICER_READS])
async def read_referrals(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Template:
    """Shows what is sealed, once, and keeps who read it and what for."""
    purpose = str((await request.form()).get("purpose", ""))
    try:
        async with db.transaction() as tx:
            opened = await actions.read_referrals(
                tx, candidate_id, purpose=purpose, by=me, at=clock.now(), sealer=sealer
            )
    except PurposeMissing as refused:
        errors = {"purpose": refused.sentence()}
        return await _list_page(db, me, candidate_id, errors, purpose=purpose)
    return await _list_page(db, me, candidate_id, {}, opened=opened)


@get("/new", guards=[OFFICER])
async def show_form(candidate_id: FromPath[CandidateId], db: Db) -> Template:
    """The empty form."""
    return await _form_page(db, candidate_id, UNTYPED, {})


@post("/new", guards=[OFFICER])
async def record(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect | Template:
    """Keeps a referral, or brings the form back with a word beside each field."""
    typed = _typed(await request.form())
    try:
        async with db.transaction() as tx:
            await actions.record_referral(
                tx,
                candidate_id,
                ReferralForm(**typed),
                by=me,
                at=clock.now(),
                on=clock.today(),
                sealer=sealer,
            )
    except InvalidFields as refused:
        return await _form_page(db, candidate_id, typed, refused.fields)
    return redirect(f"/candidates/{candidate_id}/referrals")


@post("/{referral_id:uuid}/close", guards=[OFFICER])
async def close(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    referral_id: FromPath[ReferralId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect | Template:
    """Closes a referral with what came of it."""
    result = str((await request.form()).get("result", ""))
    try:
        async with db.transaction() as tx:
            await actions.close_referral(
                tx, candidate_id, referral_id, result, by=me, at=clock.now(), sealer=sealer
            )
    except ResultMissing as refused:
        errors = {f"result-{referral_id}": refused.sentence()}
        return await _list_page(db, me, candidate_id, errors, result=result)
    return redirect(f"/candidates/{candidate_id}/referrals")


async def _list_page(
    db: ActingDatabase,
    me: Actor,
    candidate_id: CandidateId,
    errors: dict[str, str],
    *,
    purpose: str = "",
    result: str = "",
    opened: list[Opened] | None = None,
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
        referrals = await actions.list_referrals(tx, candidate_id, by=me)
    return page(
        "referrals/list.html",
        status=422 if errors else 200,
        candidate=candidate,
        referrals=referrals,
        directions=DIRECTION_WORDS,
        services=REFERRAL_SOURCES,
        opened=opened,
        purpose=purpose,
        result=result,
        errors=errors,
    )


async def _form_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Template:
    async with db.transaction() as tx:
        candidate = await candidates.get_candidate(tx, candidate_id)
    return page(
        "referrals/new.html",
        status=422 if errors else 200,
        candidate=candidate,
        typed=typed,
        errors=errors,
        directions=[(str(code), _(named)) for code, named in DIRECTION_WORDS.items()],
        services=[(str(code), _(REFERRAL_SOURCES[code])) for code in rules.SERVICES],
    )


def _typed(form: FormMultiDict) -> dict[str, str]:
    return {field: str(form.get(field, "")) for field in UNTYPED}


router = Router(
    "/candidates/{candidate_id:uuid}/referrals",
    route_handlers=[show_referrals, read_referrals, show_form, record, close],
)
