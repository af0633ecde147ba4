"""Registering a person in a browser: a step a page, each kept, the last one registers."""

from litestar import Router, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.actor import Actor, Role
from service.answers import LONGEST_LINE, read_day, tidy
from service.auth import allow
from service.candidates import actions as candidates
from service.candidates import words
from service.candidates.model import ReferralSource
from service.candidates.picking import pick
from service.candidates.rules import LikelyDuplicate, PersonalNumberTaken
from service.candidates.typed import LISTS, registration_of
from service.contacts.model import PURPOSE_WORDS
from service.contacts.rules import mask_email, mask_phone, plain_phone
from service.eligibility.rules import NoEligibilityRule
from service.eligibility.words import say
from service.i18n import LANGUAGES, _
from service.ids import DraftId
from service.offices.actions import list_municipalities
from service.problems import InvalidFields, NotFound, Problem
from service.registrations import actions, rules
from service.registrations.model import CONSENTS, FIELDS, STEP_WORDS, Draft, Step, Typed
from service.registrations.rules import StepsMissing, TooManyDrafts
from service.web import ActingDatabase, AnyRequest, Db, Me, Now, Seal, page, redirect

OFFICER = allow(Role.CASE_OFFICER)
REFUSALS = (
    InvalidFields,
    PersonalNumberTaken,
    LikelyDuplicate,
    TooManyDrafts,
    NoEligibilityRule,
)


@get("/new", guards=[OFFICER])
async def show_beginning(db: Db, me: Me, clock: Now, sealer: Seal) -> Template:
    """The first step, empty, and what this officer has not finished."""
    return await _beginning_page(db, me, clock, sealer, actions.UNTYPED)


@post("/new", guards=[OFFICER])
async def begin(
    request: AnyRequest, db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Keeps the first step and goes on, or brings it back with a word beside each field."""
    typed = _typed(Step.PERSON, await request.form())
    try:
        async with db.transaction() as tx:
            draft_id = await actions.begin(
                tx, typed, by=me, at=clock.now(), on=clock.today(), sealer=sealer
            )
    except (InvalidFields, TooManyDrafts) as refused:
        return await _beginning_page(
            db, me, clock, sealer, actions.UNTYPED | typed, refused=refused
        )
    return redirect(_address(draft_id, Step.CONTACT))


@get("/drafts/{draft_id:uuid}", guards=[OFFICER])
async def take_up(
    draft_id: FromPath[DraftId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect:
    """Goes to the first step that is not finished."""
    async with db.transaction() as tx:
        draft = await actions.read_draft(tx, draft_id, by=me, at=clock.now(), sealer=sealer)
    return redirect(_address(draft_id, rules.next_step(draft.content.done)))


@get("/drafts/{draft_id:uuid}/{step:str}", guards=[OFFICER])
async def show_step(
    draft_id: FromPath[DraftId], step: FromPath[str], db: Db, me: Me, clock: Now, sealer: Seal
) -> Template | Redirect:
    """One step as it was left; before it is its turn, the one that is."""
    asked = _step(step)
    async with db.transaction() as tx:
        draft = await actions.read_draft(tx, draft_id, by=me, at=clock.now(), sealer=sealer)
    try:
        rules.check_reachable(asked, draft.content.done)
    except StepsMissing:
        return redirect(_address(draft_id, rules.next_step(draft.content.done)))
    return await _step_page(db, me, clock, sealer, draft, asked)


@post("/drafts/{draft_id:uuid}/discard", guards=[OFFICER])
async def discard(draft_id: FromPath[DraftId], db: Db, me: Me, clock: Now) -> Redirect:
    """Forgets a draft."""
    async with db.transaction() as tx:
        await actions.discard(tx, draft_id, by=me, at=clock.now())
    return redirect("/candidates/new")


@post("/drafts/{draft_id:uuid}/{step:str}", guards=[OFFICER])
async def save_step(
    request: AnyRequest,
    draft_id: FromPath[DraftId],
    step: FromPath[str],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Redirect | Template:
    """Keeps a step and goes on, or for later; the last step registers the person."""
    asked, form = _step(step), await request.form()
    typed = _typed(asked, form)
    looked_for = tidy(str(form.get("occupation_words", "")))[:LONGEST_LINE]
    at, on = clock.now(), clock.today()
    if asked is Step.WORK and form.get("look") and looked_for:
        async with db.transaction() as tx:
            draft = await actions.read_draft(tx, draft_id, by=me, at=at, sealer=sealer)
        return await _step_page(
            db, me, clock, sealer, draft, asked, typed=typed, looked_for=looked_for
        )
    try:
        async with db.transaction() as tx:
            if form.get("later"):
                await actions.save_for_later(
                    tx, draft_id, asked, typed, by=me, at=at, sealer=sealer
                )
                return redirect("/")
            if asked is Step.CHECK:
                done = await actions.register(tx, draft_id, by=me, at=at, on=on, sealer=sealer)
                return redirect(f"/candidates/{done.candidate.id}")
            following = await actions.save_step(
                tx, draft_id, asked, typed, by=me, at=at, on=on, sealer=sealer
            )
    except REFUSALS as refused:
        async with db.transaction() as tx:
            draft = await actions.read_draft(tx, draft_id, by=me, at=at, sealer=sealer)
        return await _step_page(
            db, me, clock, sealer, draft, asked, typed=typed, refused=refused, looked_for=looked_for
        )
    return redirect(_address(draft_id, following))


async def _beginning_page(
    db: ActingDatabase,
    me: Actor,
    clock: Now,
    sealer: Seal,
    typed: Typed,
    *,
    refused: Problem | None = None,
) -> Template:
    async with db.transaction() as tx:
        drafts = await actions.list_drafts(tx, by=me, at=clock.now(), sealer=sealer)
        municipalities = await list_municipalities(tx)
    return page(
        "registrations/step.html",
        status=refused.status if refused else 200,
        draft=None,
        drafts=drafts,
        step=Step.PERSON,
        steps=STEP_WORDS,
        done=[],
        typed=typed,
        errors=_errors(refused),
        options=words.fixed_options()
        | {"municipality_code": words.municipality_options(municipalities)},
    )


async def _step_page(
    db: ActingDatabase,
    me: Actor,
    clock: Now,
    sealer: Seal,
    draft: Draft,
    step: Step,
    *,
    typed: Typed | None = None,
    refused: Problem | None = None,
    looked_for: str = "",
) -> Template:
    shown = draft.content.typed | (typed or {})
    async with db.transaction() as tx:
        municipalities = await list_municipalities(tx)
        occupations = await candidates.list_occupations(tx)
        compared = (
            await actions.compare(tx, draft, by=me, at=clock.now(), on=clock.today(), sealer=sealer)
            if step is Step.COMPARE
            else None
        )
        assessments = (
            await actions.assess(tx, registration_of(shown), on=clock.today())
            if step is Step.CHECK
            else []
        )
    options = words.fixed_options() | {
        "municipality_code": words.municipality_options(municipalities),
        "occupations": words.occupation_options(occupations),
        "contact_language": list(LANGUAGES.items()),
    }
    return page(
        "registrations/step.html",
        status=refused.status if refused else 200,
        draft=draft,
        drafts=[],
        step=step,
        steps=STEP_WORDS,
        done=draft.content.done,
        typed=shown,
        errors=_errors(refused),
        options=options,
        picking=pick(occupations, chosen=shown["occupations"], words=looked_for),
        named={name: dict(choices) for name, choices in options.items()},
        consents=[(CONSENTS[purpose], _(asked)) for purpose, asked in PURPOSE_WORDS.items()],
        answers=[("yes", _("Yes")), ("no", _("No"))],
        sources=[one for one in options["referral_source"] if one[0] in set(ReferralSource)],
        compared=compared,
        assessments=compared.assessments if compared else assessments,
        say=say,
        born_on=read_day(shown["born_on"]),
        unemployed_since=read_day(shown["unemployed_since"]),
        phone=mask_phone(plain_phone(shown["phone"])),
        email=mask_email(shown["email"].strip()),
    )


def _errors(refused: Problem | None) -> dict[str, str]:
    """A sentence for each wrong field, or the refusal at what it is about."""
    if refused is None:
        return {}
    if isinstance(refused, InvalidFields):
        return refused.fields
    if isinstance(refused, LikelyDuplicate):
        return {"confirmed_not_duplicate": refused.sentence()}
    return {"content": refused.sentence()}


def _typed(step: Step, form: FormMultiDict) -> Typed:
    return {
        field: [str(one) for one in form.getall(field, [])]
        if field in LISTS
        else str(form.get(field, ""))
        for field in FIELDS[step]
    }


def _step(text: str) -> Step:
    try:
        return Step(text)
    except ValueError:
        raise NotFound from None


def _address(draft_id: DraftId, step: Step) -> str:
    return f"/candidates/drafts/{draft_id}/{step}"


router = Router(
    "/candidates",
    route_handlers=[show_beginning, begin, take_up, show_step, discard, save_step],
)
