"""The pages of a candidate without an account: opened by a link or a code, answered, and over."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie, ResponseHeader
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import ANONYMOUS, Actor, Role
from service.agreements import actions as agreements
from service.agreements.rules import AlreadySigned, TermsChanged
from service.answers import read_day, read_number
from service.attendance import actions as attendance
from service.attendance.model import Contest
from service.attendance.rules import AlreadyConfirmed, AlreadyContested, ReportSuperseded
from service.auth import LINK_COOKIE
from service.i18n import N_, _, language
from service.links import answering
from service.links.model import SESSION_LIFE, Purpose
from service.links.rules import AlreadyAnswered, LinkOver
from service.links.words import office_name
from service.money import Cents, InvalidAmount, parse_euros
from service.outcomes.rules import AlreadyRecorded
from service.period import format_month_name
from service.problems import InvalidFields
from service.web import (
    ActingDatabase,
    AnyRequest,
    Db,
    Held,
    Me,
    Now,
    Seal,
    address_of,
    page,
    redirect,
)

Text = Annotated[str, msgspec.Meta(max_length=2000)]
DONE = {purpose.value: purpose for purpose in Purpose}
STANDINGS = {
    "same_employer": N_("I work for the same employer"),
    "employed": N_("I work somewhere else, or for myself"),
    "not_employed": N_("I do not work at the moment"),
}
# Answered in another way meanwhile: nothing to mend, and nothing more to do.
SETTLED = (AlreadySigned, AlreadyConfirmed, AlreadyContested, AlreadyRecorded, ReportSuperseded)


class CodeForm(msgspec.Struct):
    """What stands on the paper, and the date of birth."""

    code: Text = ""
    born_on: Text = ""


class SignForm(msgspec.Struct):
    """That the text was read and is agreed to, and which text it was."""

    agreed: Text = ""
    terms_sha256: Text = ""


class MonthForm(msgspec.Struct):
    """Whether a report is right, and what is different."""

    is_right: Text = ""
    days_worked: Text = ""
    wage: Text = ""
    note: Text = ""


class StandingForm(msgspec.Struct):
    """Where the candidate stands today."""

    standing: Text = ""


@get("/l/{token:str}")
async def open_link(token: FromPath[str], services: Held, clock: Now) -> Redirect:
    """Takes the token out of the address at once: a short session stands for it from here on."""
    async with services.database.transaction(ANONYMOUS) as tx:
        opened = await answering.open_by_token(tx, token, at=clock.now())
    return _begin(opened) if isinstance(opened, str) else redirect("/answer/over")


@get("/answer/code", sync_to_thread=False)
def show_code_form() -> Template:
    """Asks for the code on the paper."""
    return page("links/code.html", typed=CodeForm(), errors={})


@post("/answer/code")
async def open_code(
    request: AnyRequest, data: URLEncodedBody[CodeForm], services: Held, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Opens the link of a code and a date of birth."""
    born_on = read_day(data.born_on.strip())
    if born_on is None or not data.code.strip():
        errors = {
            "code": None if data.code.strip() else _("Type the code that stands on your paper."),
            "born_on": None if born_on else _("Write the day as 2026-10-31."),
        }
        return _code_page(data, errors, status=422)
    async with services.database.transaction(ANONYMOUS) as tx:
        opened = await answering.open_by_code(
            tx,
            data.code,
            born_on=born_on,
            address=address_of(request),
            at=clock.now(),
            sealer=sealer,
        )
    if isinstance(opened, str):
        return _begin(opened)
    return _code_page(data, {"code": opened.sentence()}, status=opened.status)


@get("/answer/over", sync_to_thread=False)
def show_over() -> Template:
    """What to do when a link leads nowhere any more."""
    return page("links/over.html", status=LinkOver.status, refused=LinkOver())


@get("/answer/done", sync_to_thread=False)
def show_done(what: FromQuery[Text] = "") -> Template:
    """Thanks, and what comes next."""
    return page("links/done.html", purpose=DONE.get(what), Purpose=Purpose)


@get("/answer")
async def show_question(db: Db, me: Me, clock: Now) -> Template | Redirect:
    """What the candidate is asked."""
    if me.role is not Role.CANDIDATE:
        return redirect("/answer/over")
    return await _question_page(db, me, clock)


@post("/answer/sign")
async def sign(data: URLEncodedBody[SignForm], db: Db, me: Me, clock: Now) -> Redirect | Template:
    """Signs the agreement."""
    _check_holder(me)
    if data.agreed != "true":
        errors = {"agreed": _("Tick the box if you have read the agreement and want to sign it.")}
        return await _question_page(db, me, clock, errors=errors)
    try:
        shown = bytes.fromhex(data.terms_sha256)
    except ValueError:
        shown = b""
    try:
        async with db.transaction() as tx:
            await answering.sign(tx, shown_sha256=shown, by=me, on=clock.today(), at=clock.now())
    except TermsChanged as refused:
        return await _question_page(db, me, clock, errors={"agreed": refused.sentence()})
    except SETTLED:
        raise AlreadyAnswered from None
    return _end(Purpose.SIGN_AGREEMENT)


@post("/answer/month")
async def answer_month(
    data: URLEncodedBody[MonthForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Confirms the report, or says what is wrong with it."""
    _check_holder(me)
    try:
        contest = read_month(data)
        async with db.transaction() as tx:
            await answering.answer_month(tx, contest, by=me, at=clock.now())
    except InvalidFields as refused:
        return await _question_page(db, me, clock, typed=data, errors=refused.fields)
    except SETTLED:
        raise AlreadyAnswered from None
    return _end(Purpose.CONFIRM_MONTH)


@post("/answer/follow-up")
async def answer_follow_up(
    data: URLEncodedBody[StandingForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Records where the candidate stands."""
    _check_holder(me)
    if data.standing not in STANDINGS:
        errors = {"standing": _("Choose one of the answers.")}
        return await _question_page(db, me, clock, typed=data, errors=errors)
    try:
        async with db.transaction() as tx:
            await answering.answer_follow_up(
                tx,
                employed=data.standing != "not_employed",
                same_employer=data.standing == "same_employer",
                by=me,
                on=clock.today(),
                at=clock.now(),
            )
    except SETTLED:
        raise AlreadyAnswered from None
    return _end(Purpose.FOLLOW_UP)


def read_month(form: MonthForm) -> Contest | None:
    """What is wrong with a report, or nothing; InvalidFields for what cannot be read."""
    wrong: dict[str, str] = {}
    said = (form.days_worked, form.wage, form.note)
    if form.is_right not in {"yes", "no"}:
        wrong["is_right"] = _("Choose whether this is right.")
    elif form.is_right == "yes" and any(text.strip() for text in said):
        wrong["is_right"] = _("You say that it is right, and write what is different. Choose one.")
    days = read_number(form.days_worked)
    if form.days_worked.strip() and days is None:
        wrong["days_worked"] = _("Write a whole number of days.")
    wage = _read_wage(form.wage)
    if form.wage.strip() and wage is None:
        wrong["wage"] = _("Write euros such as 425.00.")
    if wrong:
        raise InvalidFields(wrong)
    if form.is_right == "yes":
        return None
    return Contest(days_worked=days, wage_cents=wage, note=form.note.strip())


def _read_wage(text: str) -> Cents | None:
    try:
        return parse_euros(text) if text.strip() else None
    except InvalidAmount:
        return None


def _check_holder(me: Actor) -> None:
    if me.role is not Role.CANDIDATE:
        raise LinkOver


async def _question_page(
    db: ActingDatabase,
    me: Actor,
    clock: Now,
    *,
    typed: msgspec.Struct | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        question = await answering.look(tx, by=me, at=clock.now())
        if question.is_answered:
            return page("links/answered.html", status=AlreadyAnswered.status)
        facts = {
            "question": question,
            "office": office_name(question, language()),
            "errors": errors or {},
            "status": 422 if errors else 200,
        }
        match question.purpose:
            case Purpose.SIGN_AGREEMENT:
                dossier = await agreements.read_agreement(tx, question.agreement_id)
                return page("links/sign.html", agreement=dossier.agreement, **facts)  # type: ignore[arg-type]
            case Purpose.CONFIRM_MONTH:
                assert question.attendance_id is not None, "a month is asked about by its report"
                reported = await attendance.read_reported(tx, question.attendance_id)
                return page(
                    "links/month.html",
                    reported=reported,
                    month=format_month_name(reported.month, language()),
                    typed=typed or MonthForm(),
                    **facts,  # type: ignore[arg-type]
                )
            case Purpose.FOLLOW_UP:
                return page(
                    "links/follow_up.html",
                    typed=typed or StandingForm(),
                    standings=[(name, _(words)) for name, words in STANDINGS.items()],
                    **facts,  # type: ignore[arg-type]
                )


def _code_page(typed: CodeForm, errors: Mapping[str, str | None], *, status: int) -> Template:
    found = {name: sentence for name, sentence in errors.items() if sentence}
    return page("links/code.html", status=status, typed=typed, errors=found)


def _begin(session: str) -> Redirect:
    answer = redirect("/answer")
    answer.set_cookie(_cookie(session, int(SESSION_LIFE.total_seconds())))
    return answer


def _end(purpose: Purpose) -> Redirect:
    answer = redirect(f"/answer/done?what={purpose}")
    answer.set_cookie(_cookie("", 0))
    return answer


def _cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=LINK_COOKIE,
        value=value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


router = Router(
    "/",
    route_handlers=[
        open_link,
        show_code_form,
        open_code,
        show_over,
        show_done,
        show_question,
        sign,
        answer_month,
        answer_follow_up,
    ],
    response_headers=[ResponseHeader(name="referrer-policy", value="no-referrer")],
)
