"""Registering, finding and keeping candidates in a browser."""

from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import UNSET

from service.actor import Actor, Role, Scope
from service.answers import read_number
from service.auth import allow
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.candidates import actions, listing, sensitive, words
from service.candidates.forms import ChangeForm, PersonForm, RegistrationForm, SensitiveForm
from service.candidates.model import Alike, Candidate, Sensitive
from service.candidates.rules import LikelyDuplicate, PersonalNumberTaken, PurposeMissing
from service.ids import CandidateId
from service.offices.actions import list_municipalities
from service.problems import InvalidFields
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
READER = allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)

Typed = dict[str, Any]  # the fields of a form as typed: a text each, or the list of chosen codes

LISTS = frozenset({"occupations", "languages", "driving_licences", "characteristics"})
FACTS = PersonForm.__struct_fields__
EMPTY: Typed = {field: [] if field in LISTS else "" for field in RegistrationForm.__struct_fields__}


@get("/new", guards=[OFFICER])
async def show_registration(db: Db) -> Template:
    """The empty registration form."""
    return await _form_page(db, EMPTY)


@post("/new", guards=[OFFICER])
async def register(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Registers, or brings the form back with a word beside each field, or with the lookalikes."""
    typed = _typed(await request.form())
    form = _registration(typed)
    try:
        async with db.transaction() as tx:
            done = await actions.register_candidate(
                tx, form, by=me, at=clock.now(), on=clock.today(), sealer=sealer
            )
    except (InvalidFields, PersonalNumberTaken) as refused:
        return await _form_page(db, typed, errors=_errors(refused), status=refused.status)
    except LikelyDuplicate as refused:
        async with db.transaction() as tx:
            alike = await actions.find_duplicates(
                tx, form.likeness(), by=me, on=clock.today(), sealer=sealer
            )
        errors = {"confirmed_not_duplicate": refused.sentence()}
        return await _form_page(db, typed, errors=errors, alike=alike, status=refused.status)
    return redirect(f"/candidates/{done.candidate.id}")


@get("/{candidate_id:uuid}", guards=[READER])
async def show_candidate(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, sealer: Seal
) -> Template:
    """One person, without what is sealed."""
    return await _person_page(db, candidate_id, me, sealer)


@get("/{candidate_id:uuid}/change", guards=[OFFICER])
async def show_change(candidate_id: FromPath[CandidateId], db: Db) -> Template:
    """The form with the facts as they are."""
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
    return await _form_page(db, _typed_of(candidate), candidate=candidate)


@post("/{candidate_id:uuid}/change", guards=[OFFICER])
async def change(
    request: AnyRequest, candidate_id: FromPath[CandidateId], db: Db, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Changes the facts, or brings the form back with a word beside each field."""
    typed = _typed(await request.form())
    form = ChangeForm(**_facts(typed), personal_number=typed["personal_number"] or UNSET)
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
    try:
        async with db.transaction() as tx:
            await actions.change_candidate(tx, candidate_id, form, on=clock.today(), sealer=sealer)
    except (InvalidFields, PersonalNumberTaken) as refused:
        return await _form_page(
            db, typed, errors=_errors(refused), candidate=candidate, status=refused.status
        )
    return redirect(f"/candidates/{candidate_id}")


@post("/{candidate_id:uuid}/withdraw", guards=[OFFICER])
async def withdraw(candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now) -> Redirect:
    """Takes a person out of the register."""
    async with db.transaction() as tx:
        await actions.withdraw_candidate(tx, candidate_id, by=me, at=clock.now())
    return redirect(f"/candidates/{candidate_id}")


@post("/{candidate_id:uuid}/sensitive/read", status_code=200, guards=[OFFICER_READS])
async def read_sensitive(
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
            candidate = await actions.get_candidate(tx, candidate_id)
            opened = await sensitive.read_sensitive(
                tx, candidate_id, purpose=purpose, by=me, at=clock.now(), sealer=sealer
            )
    except PurposeMissing as refused:
        errors = {"purpose": refused.sentence()}
        return await _person_page(db, candidate_id, me, sealer, errors=errors, purpose=purpose)
    return _sensitive_page(candidate, opened)


@post("/{candidate_id:uuid}/sensitive", guards=[OFFICER])
async def change_sensitive(
    request: AnyRequest,
    candidate_id: FromPath[CandidateId],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect:
    """Seals new facts over the former ones; the choices are lists, so nothing can be mistyped."""
    typed = _typed(await request.form())
    form = SensitiveForm(
        characteristics=typed["characteristics"], referral_source=typed["referral_source"] or None
    )
    async with db.transaction() as tx:
        await sensitive.change_sensitive(
            tx, candidate_id, form, by=me, at=clock.now(), sealer=sealer
        )
    return redirect(f"/candidates/{candidate_id}")


async def _form_page(
    db: ActingDatabase,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    alike: list[Alike] | None = None,
    candidate: Candidate | None = None,
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        municipalities = await list_municipalities(tx)
        occupations = await actions.list_occupations(tx)
    options = words.fixed_options() | {
        "municipality_code": words.municipality_options(municipalities),
        "occupations": words.occupation_options(occupations),
    }
    return page(
        "candidates/form.html",
        status=status,
        typed=typed,
        errors=errors or {},
        alike=alike or [],
        candidate=candidate,
        options=options,
    )


async def _person_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    me: Actor,
    sealer: Seal,
    *,
    errors: dict[str, str] | None = None,
    purpose: str = "",
) -> Template:
    is_officer = me.role is Role.CASE_OFFICER
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
        accounts = await bank_accounts.list_accounts(tx, Owner.candidate(candidate_id), by=me)
        number = (
            await actions.show_personal_number(tx, candidate_id, by=me, sealer=sealer)
            if is_officer
            else None
        )
        municipalities = await list_municipalities(tx)
        occupations = await actions.list_occupations(tx)
    return page(
        "candidates/show.html",
        status=422 if errors else 200,
        candidate=candidate,
        number=number,
        accounts=accounts,
        is_officer=is_officer,
        errors=errors or {},
        purpose=purpose,
        place=dict(words.municipality_options(municipalities))[candidate.municipality_code],
        occupations=dict(words.occupation_options(occupations)),
        options={name: dict(choices) for name, choices in words.fixed_options().items()},
    )


def _sensitive_page(candidate: Candidate, opened: Sensitive) -> Template:
    return page(
        "candidates/sensitive.html",
        candidate=candidate,
        opened=opened,
        options=words.fixed_options(),
    )


def _errors(refused: InvalidFields | PersonalNumberTaken) -> dict[str, str]:
    if isinstance(refused, InvalidFields):
        return refused.fields
    return {"personal_number": refused.sentence()}


def _typed(form: FormMultiDict) -> Typed:
    return {
        field: [str(one) for one in form.getall(field, [])]
        if field in LISTS
        else str(form.get(field, ""))
        for field in EMPTY
    }


def _typed_of(candidate: Candidate) -> Typed:
    known = msgspec.structs.asdict(candidate)
    return EMPTY | {
        **{field: known[field] if field in LISTS else str(known[field]) for field in FACTS},
        "skills": ", ".join(candidate.skills),
    }


def _facts(typed: Typed) -> Typed:
    return {
        **{field: typed[field] for field in FACTS},
        "skills": [skill for skill in typed["skills"].split(",") if skill.strip()],
        "travel_km": read_number(typed["travel_km"]),
    }


def _registration(typed: Typed) -> RegistrationForm:
    return RegistrationForm(
        **_facts(typed),
        personal_number=typed["personal_number"],
        characteristics=typed["characteristics"],
        referral_source=typed["referral_source"] or None,
        iban=typed["iban"] or None,
        account_holder=typed["account_holder"] or None,
        confirmed_not_duplicate=typed["confirmed_not_duplicate"] == "true",
    )


router = Router(
    "/candidates",
    route_handlers=[
        *listing.HANDLERS,
        show_registration,
        register,
        show_candidate,
        show_change,
        change,
        withdraw,
        read_sensitive,
        change_sensitive,
    ],
)
