"""Placements in a browser: the lists, the form to post one, and one placement with who fits it."""

from typing import Annotated, Self

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role, Scope
from service.answers import read_number
from service.auth import allow
from service.candidates.model import DRIVING_LICENCES, Education
from service.candidates.words import EDUCATIONS, SPOKEN, education_word, language_word, options_of
from service.i18n import language
from service.ids import PlacementId
from service.matching import actions as matching
from service.matching.sentences import describe_reason
from service.money import InvalidAmount, parse_euros
from service.placements import actions, listing
from service.placements.forms import PlacementForm
from service.placements.listing import STATES, names_of
from service.placements.model import Choice, ChoiceKind, Placement, State
from service.placements.rules import ReasonMissing
from service.problems import InvalidFields, NotFound
from service.web import ActingDatabase, Db, Me, Now, page, redirect

CANDIDATES_AT_ONCE = 20

Text = Annotated[str, msgspec.Meta(max_length=500)]
LongText = Annotated[str, msgspec.Meta(max_length=10_000)]
# A browser sends one ticked box as a text and several as a list.
Ticked = Text | Annotated[list[Text], msgspec.Meta(max_length=50)]


class TypedPlacement(msgspec.Struct):
    """The form as it was typed; skills are separated by commas, the wage is in euros."""

    scheme_code: Text = ""
    title: Text = ""
    occupation_code: Text = ""
    tasks: LongText = ""
    mentor_name: Text = ""
    training_plan: LongText = ""
    weekly_hours: Text = "40"
    gross_wage: Text = ""
    municipality_code: Text = ""
    seats: Text = "1"
    starts_on: Text = ""
    last_day: Text = ""
    education_min: Text = Education.NONE
    languages: Ticked = []
    driving_licences: Ticked = []
    skills: LongText = ""
    skills_demanded: LongText = ""

    @classmethod
    def like(cls, placement: Placement) -> Self:
        """What an earlier placement said, but for its days: those are over, or taken."""
        cents = placement.gross_wage_cents
        return cls(
            scheme_code=placement.scheme_code,
            title=placement.title,
            occupation_code=placement.occupation_code,
            tasks=placement.tasks,
            mentor_name=placement.mentor_name,
            training_plan=placement.training_plan,
            weekly_hours=str(placement.weekly_hours),
            gross_wage=f"{cents // 100}.{cents % 100:02}",
            municipality_code=placement.municipality_code,
            seats=str(placement.seats),
            education_min=placement.education_min,
            languages=list(placement.languages),
            driving_licences=list(placement.driving_licences),
            skills=", ".join(placement.skills),
            skills_demanded=", ".join(placement.skills_demanded),
        )

    def read(self) -> PlacementForm:
        """What the action takes; an unreadable number becomes none and is refused there."""
        return PlacementForm(
            scheme_code=self.scheme_code,
            title=self.title,
            occupation_code=self.occupation_code,
            tasks=self.tasks,
            mentor_name=self.mentor_name,
            training_plan=self.training_plan,
            weekly_hours=read_number(self.weekly_hours),
            gross_wage_cents=_read_cents(self.gross_wage),
            municipality_code=self.municipality_code,
            seats=read_number(self.seats),
            starts_on=self.starts_on,
            last_day=self.last_day,
            education_min=self.education_min,
            languages=_list(self.languages),
            driving_licences=_list(self.driving_licences),
            skills=_split(self.skills),
            skills_demanded=_split(self.skills_demanded),
        )


class TypedReason(msgspec.Struct):
    """Why a placement is refused."""

    reason: LongText = ""


@get("/new", guards=[allow(Role.EMPLOYER)])
async def show_form(db: Db, me: Me, copy: FromQuery[PlacementId | None] = None) -> Template:
    """The empty form, or one that says again what an earlier placement of the employer said."""
    typed = TypedPlacement()
    if copy is not None:
        async with db.transaction() as tx:
            placement = await actions.get_placement(tx, copy)
        if placement.employer_id != me.employer:
            raise NotFound
        typed = TypedPlacement.like(placement)
    return await _form_page(db, typed, {}, status=200)


@post("/new", guards=[allow(Role.EMPLOYER)])
async def post_placement(
    data: URLEncodedBody[TypedPlacement], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Posts a placement; the form comes back with what was typed and a word beside each field."""
    try:
        async with db.transaction() as tx:
            placement = await actions.post_placement(
                tx, data.read(), by=me, at=clock.now(), on=clock.today()
            )
    except InvalidFields as refused:
        return await _form_page(db, data, refused.fields, status=refused.status)
    return redirect(f"/placements/{placement.id}")


@get("/{placement_id:uuid}", guards=[allow(scope=Scope.READ)])
async def show_placement(
    placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now
) -> Template:
    """One placement; an officer sees who fits, and the forms to decide."""
    return await _placement_page(db, me, clock, placement_id)


@post("/{placement_id:uuid}/approve", guards=[allow(Role.CASE_OFFICER)])
async def approve(placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now) -> Redirect:
    """Opens the placement to matching."""
    async with db.transaction() as tx:
        await actions.approve_placement(tx, placement_id, by=me, at=clock.now())
    return redirect(f"/placements/{placement_id}")


@post("/{placement_id:uuid}/refuse", guards=[allow(Role.CASE_OFFICER)])
async def refuse(
    placement_id: FromPath[PlacementId],
    data: URLEncodedBody[TypedReason],
    db: Db,
    me: Me,
    clock: Now,
) -> Redirect | Template:
    """Refuses the placement; without a reason the form comes back."""
    try:
        async with db.transaction() as tx:
            await actions.refuse_placement(tx, placement_id, data.reason, by=me, at=clock.now())
    except ReasonMissing as refused:
        return await _placement_page(
            db, me, clock, placement_id, reason=data.reason, refused=refused
        )
    return redirect(f"/placements/{placement_id}")


@post("/{placement_id:uuid}/close", guards=[allow(Role.CASE_OFFICER, Role.EMPLOYER)])
async def close(placement_id: FromPath[PlacementId], db: Db, me: Me, clock: Now) -> Redirect:
    """Ends matching for the placement."""
    async with db.transaction() as tx:
        await actions.close_placement(tx, placement_id, by=me, at=clock.now())
    return redirect(f"/placements/{placement_id}")


async def _form_page(
    db: ActingDatabase, typed: TypedPlacement, wrong: dict[str, str], *, status: int
) -> Template:
    async with db.transaction() as tx:
        choices = await actions.list_choices(tx)
    renamed = {"gross_wage_cents": "gross_wage"}
    return page(
        "placements/form.html",
        status=status,
        typed=typed,
        errors={renamed.get(field, field): sentence for field, sentence in wrong.items()},
        schemes=_options(choices, ChoiceKind.SCHEME),
        occupations=_options(choices, ChoiceKind.OCCUPATION),
        municipalities=_options(choices, ChoiceKind.MUNICIPALITY),
        educations=options_of(EDUCATIONS),
        spoken=options_of(SPOKEN),
        licences=[(code, code) for code in DRIVING_LICENCES],
        ticked_languages=_list(typed.languages),
        ticked_licences=_list(typed.driving_licences),
    )


async def _placement_page(
    db: ActingDatabase,
    me: Actor,
    clock: Now,
    placement_id: PlacementId,
    *,
    reason: str = "",
    refused: ReasonMissing | None = None,
) -> Template:
    is_officer = me.role is Role.CASE_OFFICER
    async with db.transaction() as tx:
        placement = await actions.get_placement(tx, placement_id)
        choices = await actions.list_choices(tx)
        may_decide = is_officer and placement.state is State.SUBMITTED
        standing = (
            await actions.read_standing(tx, placement_id, by=me, on=clock.today())
            if may_decide
            else None
        )
        is_open = placement.state is State.APPROVED
        ranked = (
            await matching.rank_candidates(
                tx, placement_id, most=CANDIDATES_AT_ONCE, by=me, on=clock.today()
            )
            if is_officer and is_open
            else []
        )
    return page(
        "placements/show.html",
        status=refused.status if refused else 200,
        placement=placement,
        names=names_of(choices),
        states=STATES,
        education_word=education_word,
        language_word=language_word,
        describe_reason=describe_reason,
        ranked=ranked,
        reason=reason,
        errors={"reason": refused.sentence()} if refused else {},
        is_officer=is_officer,
        is_open=is_open,
        may_decide=may_decide,
        standing=standing,
        today=clock.today(),
        may_close=is_open and (is_officer or me.role is Role.EMPLOYER),
    )


def _options(choices: list[Choice], kind: ChoiceKind) -> list[tuple[str, str]]:
    named = [(one.code, one.name(language())) for one in choices if one.kind is kind]
    return sorted(named, key=lambda option: option[1].casefold())


def _read_cents(text: str) -> int | None:
    try:
        return parse_euros(text)
    except InvalidAmount:
        return None


def _list(ticked: str | list[str]) -> list[str]:
    return [ticked] if isinstance(ticked, str) else ticked


def _split(written: str) -> list[str]:
    return [skill for skill in written.replace("\n", ",").split(",") if skill.strip()]


router = Router(
    "/placements",
    route_handlers=[
        *listing.HANDLERS,
        show_form,
        post_placement,
        show_placement,
        approve,
        refuse,
        close,
    ],
)
