"""Registering, finding and keeping candidates in a browser."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from msgspec import UNSET

from service.actor import Actor, Role, Scope
from service.agreements.model import STATE_WORDS as AGREEMENT_STATES
from service.answers import LONGEST_LINE, tidy
from service.auth import allow
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.candidates import actions, listing, sensitive, words
from service.candidates.forms import ChangeForm, SensitiveForm
from service.candidates.model import Candidate, Sensitive
from service.candidates.picking import pick
from service.candidates.rules import PersonalNumberTaken, PurposeMissing
from service.candidates.typed import Typed, facts_of, typed_of_form, typed_of_person
from service.contacts import actions as contacts
from service.contacts.model import PURPOSE_WORDS
from service.eligibility import actions as eligibility
from service.eligibility.words import say
from service.handovers import actions as handovers
from service.ids import CandidateId
from service.matching.words import STATES as MATCH_STATES
from service.offices.actions import list_municipalities
from service.problems import InvalidFields
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
LookedFor = Annotated[str, QueryParameter(name="occupation_words", max_length=LONGEST_LINE)]
ChosenOccupations = Annotated[list[str] | None, QueryParameter(name="occupations", max_items=500)]
READER = allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)


@get("/{candidate_id:uuid}", guards=[READER])
async def show_candidate(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """One person, without what is sealed."""
    return await _person_page(db, candidate_id, me, clock, sealer)


@get("/occupations", guards=[OFFICER_READS])
async def find_occupations(
    db: Db, looked_for: LookedFor = "", chosen: ChosenOccupations = None
) -> Template:
    """The boxes of what is chosen and of what some words find, as a part of a page."""
    async with db.transaction() as tx:
        occupations = await actions.list_occupations(tx)
    picking = pick(occupations, chosen=chosen or [], words=tidy(looked_for))
    return page("candidates/occupations_found.html", picking=picking, error=None)


@get("/{candidate_id:uuid}/change", guards=[OFFICER])
async def show_change(candidate_id: FromPath[CandidateId], db: Db) -> Template:
    """The form with the facts as they are."""
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
    return await _form_page(db, typed_of_person(candidate), candidate=candidate)


@post("/{candidate_id:uuid}/change", guards=[OFFICER])
async def change(
    request: AnyRequest, candidate_id: FromPath[CandidateId], db: Db, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Changes the facts, or brings the form back with a word beside each field."""
    sent = await request.form()
    typed, looked_for = typed_of_form(sent), tidy(str(sent.get("occupation_words", "")))
    form = ChangeForm(**facts_of(typed), personal_number=typed["personal_number"] or UNSET)
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
    if sent.get("look") and looked_for:
        return await _form_page(db, typed, candidate=candidate, looked_for=looked_for)
    try:
        async with db.transaction() as tx:
            await actions.change_candidate(tx, candidate_id, form, on=clock.today(), sealer=sealer)
    except (InvalidFields, PersonalNumberTaken) as refused:
        return await _form_page(
            db, typed, candidate=candidate, looked_for=looked_for, refused=refused
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
        return await _person_page(
            db, candidate_id, me, clock, sealer, errors=errors, purpose=purpose
        )
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
    typed = typed_of_form(await request.form())
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
    candidate: Candidate,
    looked_for: str = "",
    refused: InvalidFields | PersonalNumberTaken | None = None,
) -> Template:
    async with db.transaction() as tx:
        municipalities = await list_municipalities(tx)
        occupations = await actions.list_occupations(tx)
    options = words.fixed_options() | {
        "municipality_code": words.municipality_options(municipalities),
    }
    return page(
        "candidates/form.html",
        status=refused.status if refused else 200,
        typed=typed,
        errors=_errors(refused) if refused else {},
        picking=pick(occupations, chosen=typed["occupations"], words=looked_for[:LONGEST_LINE]),
        candidate=candidate,
        options=options,
    )


async def _person_page(
    db: ActingDatabase,
    candidate_id: CandidateId,
    me: Actor,
    clock: Now,
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
        masked = await contacts.find_masked(tx, candidate_id, sealer=sealer)
        consents = await contacts.list_consents(tx, candidate_id)
        decisions = await eligibility.list_decisions(tx, candidate_id)
        matches = await actions.list_matches_of_candidate(tx, candidate_id)
        agreements = await actions.list_agreements_of_candidate(tx, candidate_id)
        offered = await handovers.find_open(tx, candidate_id)
        municipalities = await list_municipalities(tx)
        occupations = await actions.list_occupations(tx)
    return page(
        "candidates/show.html",
        status=422 if errors else 200,
        candidate=candidate,
        number=number,
        accounts=accounts,
        contact=masked,
        consents=consents,
        purposes=PURPOSE_WORDS,
        decisions=decisions,
        today=clock.today(),
        say=say,
        matches=matches,
        match_states=MATCH_STATES,
        agreements=agreements,
        agreement_states=AGREEMENT_STATES,
        offered=offered,
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


router = Router(
    "/candidates",
    route_handlers=[
        *listing.HANDLERS,
        find_occupations,
        show_candidate,
        show_change,
        change,
        withdraw,
        read_sensitive,
        change_sensitive,
    ],
)
