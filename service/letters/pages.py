"""Letters in a browser: what was made, what is to be made, each to read and as a PDF."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Role
from service.clock import Clock
from service.i18n import LANGUAGES, _
from service.ids import LetterId
from service.letters import actions, making, rules
from service.letters.api import MAKER, PAYERS, READER, attachment
from service.letters.model import DOOR_WORDS, KIND_WORDS, Door, Kind
from service.period import InvalidMonth, add_months, format_month, month_of, parse_month
from service.problems import InvalidFields, NotFound
from service.web import ActingDatabase, Db, Me, Now, Seal, page, redirect

KindText = Annotated[str, QueryParameter(name="kind", max_length=20)]
IdText = Annotated[str, QueryParameter(name="subject", max_length=40)]
MonthText = Annotated[str, QueryParameter(name="month", max_length=20)]


class LetterForm(msgspec.Struct):
    """What a letter is to be about, and its language; empty: the reader's."""

    kind: Annotated[str, msgspec.Meta(max_length=20)] = ""
    subject: Annotated[str, msgspec.Meta(max_length=40)] = ""
    month: Annotated[str, msgspec.Meta(max_length=20)] = ""
    language: Annotated[str, msgspec.Meta(max_length=20)] = ""


@get("/", guards=READER)
async def show_letters(
    db: Db,
    me: Me,
    clock: Now,
    chosen: KindText = "",
    before: FromQuery[LetterId | None] = None,
) -> Template:
    """The letters that whoever looks may see; an employer may ask for a statement."""
    kind = Kind(chosen) if chosen in set(Kind) else None
    async with db.transaction() as tx:
        letters = await actions.list_letters(tx, by=me, kind=kind, before=before)
    return page(
        "letters/list.html",
        letters=letters,
        older=letters[-1].id if len(letters) == actions.LISTED_AT_ONCE else None,
        kind=kind or "",
        kinds=KIND_WORDS,
        options=[(str(one), _(words)) for one, words in KIND_WORDS.items()],
        payee=me.employer_id if me.role is Role.EMPLOYER else None,
        pays=me.role in rules.FINANCE,
        month=_last_month(clock),
    )


@get("/statements", guards=PAYERS)
async def show_payees(
    db: Db, clock: Now, month: MonthText = "", after: FromQuery[UUID | None] = None
) -> Template:
    """Whom the approved payouts of a month pay, each with the way to its statement."""
    typed, errors, payees = month or _last_month(clock), {}, []
    try:
        async with db.transaction() as tx:
            payees = await actions.list_payees(tx, parse_month(typed), after=after)
    except InvalidMonth as wrong:
        errors = {"month": wrong.sentence()}
    return page(
        "letters/statements.html",
        status=InvalidMonth.status if errors else 200,
        month=typed,
        payees=payees,
        more=payees[-1].payee_id if len(payees) == actions.LISTED_AT_ONCE else None,
        errors=errors,
    )


@get("/new", guards=MAKER)
async def show_new(
    db: Db, me: Me, clock: Now, kind: KindText, subject: IdText, month: MonthText = ""
) -> Template:
    """What a letter would be about, to whom it goes, and in which language."""
    typed = LetterForm(kind, subject, month or _last_month(clock))
    return await _new_page(db, me, clock, typed)


@post("/", guards=MAKER)
async def make_letter(
    data: URLEncodedBody[LetterForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> Redirect | Template:
    """Makes it and shows it; or brings the form back with a word beside what is wrong."""
    try:
        subject = rules.read_subject(data.kind, data.subject, data.month)
        letter = await making.make_letter(
            db, subject, language=data.language, me=me, clock=clock, sealer=sealer
        )
    except InvalidFields as wrong:
        return await _new_page(db, me, clock, data, wrong.fields, status=wrong.status)
    except rules.NothingInMonth as nothing:
        errors = {"month": nothing.sentence()}
        return await _new_page(db, me, clock, data, errors, status=nothing.status)
    return redirect(f"/letters/{letter.id}")


@get("/{letter_id:uuid}", guards=READER)
async def show_letter(
    letter_id: FromPath[LetterId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Template:
    """A letter word for word, as a page that a reader's aids can follow, and who has read it."""
    async with db.transaction() as tx:
        letter, paper = await actions.read_letter(
            tx, letter_id, door=Door.PAGE, by=me, at=clock.now(), sealer=sealer
        )
        readings = await actions.list_readings(tx, letter_id)
    return page(
        "letters/show.html",
        letter=letter,
        paper=paper,
        readings=readings,
        kinds=KIND_WORDS,
        doors=DOOR_WORDS,
    )


@get("/{letter_id:uuid}/pdf", guards=READER, media_type="application/pdf")
async def take_pdf(
    letter_id: FromPath[LetterId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Response[bytes]:
    """The PDF as it was printed."""
    async with db.transaction() as tx:
        letter, pdf = await actions.download(
            tx, letter_id, door=Door.PDF, by=me, at=clock.now(), sealer=sealer
        )
    return attachment(letter, pdf)


async def _new_page(
    db: ActingDatabase,
    me: Actor,
    clock: Clock,
    typed: LetterForm,
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Template:
    """The form; without what it is about where the month is wrong or holds nothing."""
    if typed.kind not in set(Kind):
        raise NotFound
    wrong = dict(errors or {})
    gathered, made = None, []
    try:
        subject = rules.read_subject(typed.kind, typed.subject, typed.month)
        async with db.transaction() as tx:
            gathered = await actions.preview(tx, subject, by=me, on=clock.today())
            made = await actions.list_letters_about(tx, subject)
    except InvalidFields as refused:
        wrong |= refused.fields
        status = refused.status
    except rules.NothingInMonth as nothing:
        wrong.setdefault("month", nothing.sentence())
        status = nothing.status
    spoken = gathered.spoken if gathered else []
    return page(
        "letters/new.html",
        status=status,
        typed=typed,
        kind=Kind(typed.kind),
        gathered=gathered,
        made=made,
        kinds=KIND_WORDS,
        options=list(LANGUAGES.items()),
        own=rules.choose_language(None, spoken),
        errors=wrong,
    )


def _last_month(clock: Clock) -> str:
    return format_month(month_of(add_months(clock.today(), -1)))


router = Router(
    "/letters",
    route_handlers=[show_letters, show_payees, show_new, make_letter, show_letter, take_pdf],
)
