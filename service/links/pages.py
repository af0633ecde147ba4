"""Questions to candidates, for their office: who is silent, and the links and codes they get."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from service.ids import AgreementId, CandidateLinkId, QuestionId
from service.links import actions
from service.links.api import OFFICER, OFFICER_READS
from service.links.model import PURPOSE_WORDS, REACH_WORDS, Reach
from service.links.rules import is_live, language_of
from service.links.words import paper_of
from service.problems import InvalidFields, Problem
from service.web import ActingDatabase, Db, Held, Me, Now, Seal, page, redirect

SHOWN_AGAIN = frozenset({404, 409, 422})


class AddressForm(msgspec.Struct):
    """Another e-mail address."""

    email: Annotated[str, msgspec.Meta(max_length=500)] = ""


@get("/", guards=[OFFICER_READS])
async def show_questions(
    db: Db,
    me: Me,
    reach: FromQuery[Reach | None] = None,
    after: FromQuery[QuestionId | None] = None,
) -> Template:
    """What the office's candidates have not answered yet."""
    async with db.transaction() as tx:
        asked = await actions.list_waiting(tx, reach=reach, after=after, by=me)
    return page(
        "links/list.html",
        asked=asked,
        chosen=reach,
        reaches=REACH_WORDS,
        purposes=PURPOSE_WORDS,
        next_after=asked[-1].id if len(asked) == actions.LISTED_AT_ONCE else None,
    )


@get("/of-agreement/{agreement_id:uuid}", guards=[OFFICER_READS])
async def show_of_agreement(agreement_id: FromPath[AgreementId], db: Db) -> Template:
    """What the candidate of one agreement was asked."""
    async with db.transaction() as tx:
        asked = await actions.list_of_agreement(tx, agreement_id)
    return page(
        "links/agreement.html",
        asked=asked,
        agreement_id=agreement_id,
        reaches=REACH_WORDS,
        purposes=PURPOSE_WORDS,
    )


@post("/of-agreement/{agreement_id:uuid}", guards=[OFFICER])
async def ask_to_sign(agreement_id: FromPath[AgreementId], db: Db, clock: Now) -> Redirect:
    """Asks the candidate to sign, now."""
    async with db.transaction() as tx:
        question_id = await actions.ask_to_sign(tx, agreement_id, at=clock.now())
    return redirect(f"/questions/{question_id}")


@get("/{question_id:uuid}", guards=[OFFICER_READS])
async def show_question(
    question_id: FromPath[QuestionId], db: Db, clock: Now, sealer: Seal
) -> Template:
    """One question: how its candidate is reached, and what became of each link."""
    return await _question_page(db, clock, sealer, question_id)


@post("/{question_id:uuid}/mail", guards=[OFFICER])
async def send_link(
    question_id: FromPath[QuestionId], db: Db, me: Me, clock: Now, sealer: Seal, services: Held
) -> Redirect | Template:
    """Sends the link by e-mail, now."""
    try:
        async with db.transaction() as tx:
            await actions.send_link(
                tx,
                question_id,
                by=me,
                at=clock.now(),
                sealer=sealer,
                public_url=services.public_url,
            )
    except Problem as refused:
        return await _refused(db, clock, sealer, question_id, refused, field="send")
    return redirect(f"/questions/{question_id}")


@post("/{question_id:uuid}/code", status_code=200, guards=[OFFICER])
async def print_code(
    question_id: FromPath[QuestionId], db: Db, me: Me, clock: Now, sealer: Seal, services: Held
) -> Template:
    """A page to print, with a code that is shown this once."""
    try:
        async with db.transaction() as tx:
            printed = await actions.print_code(
                tx, question_id, by=me, at=clock.now(), sealer=sealer
            )
    except Problem as refused:
        return await _refused(db, clock, sealer, question_id, refused, field="send")
    return page(
        "links/paper.html",
        question=printed.question,
        paper=paper_of(
            printed,
            language=language_of(printed.question.candidate_languages),
            public_url=services.public_url,
        ),
    )


@post("/{question_id:uuid}/address", guards=[OFFICER])
async def correct_address(
    question_id: FromPath[QuestionId],
    data: URLEncodedBody[AddressForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
    services: Held,
) -> Redirect | Template:
    """Another address: what went to the former is taken back, and the link sent anew."""
    try:
        async with db.transaction() as tx:
            await actions.correct_address(
                tx,
                question_id,
                data.email,
                by=me,
                at=clock.now(),
                sealer=sealer,
                public_url=services.public_url,
            )
    except Problem as refused:
        return await _refused(
            db, clock, sealer, question_id, refused, field="email", email=data.email
        )
    return redirect(f"/questions/{question_id}")


@post("/links/{link_id:uuid}/revoke", guards=[OFFICER])
async def revoke_link(link_id: FromPath[CandidateLinkId], db: Db, me: Me, clock: Now) -> Redirect:
    """Takes a link or a code back."""
    async with db.transaction() as tx:
        question_id = await actions.revoke_link(tx, link_id, by=me, at=clock.now())
    return redirect(f"/questions/{question_id}")


async def _refused(
    db: ActingDatabase,
    clock: Now,
    sealer: Seal,
    question_id: QuestionId,
    refused: Problem,
    *,
    field: str,
    email: str = "",
) -> Template:
    """The question again, with what was typed and why nothing was done."""
    if refused.status not in SHOWN_AGAIN:
        raise refused
    sentence = refused.sentence()
    if isinstance(refused, InvalidFields):
        sentence = next(iter(refused.fields.values()))
    return await _question_page(
        db, clock, sealer, question_id, errors={field: sentence}, email=email,
        status=refused.status,
    )  # fmt: skip


async def _question_page(
    db: ActingDatabase,
    clock: Now,
    sealer: Seal,
    question_id: QuestionId,
    *,
    errors: dict[str, str] | None = None,
    email: str = "",
    status: int = 200,
) -> Template:
    async with db.transaction() as tx:
        question, links, address = await actions.read_question(tx, question_id, sealer=sealer)
    return page(
        "links/question.html",
        status=status,
        question=question,
        links=links,
        address=address,
        email=email,
        errors=errors or {},
        purposes=PURPOSE_WORDS,
        is_live=lambda link: is_live(link, clock.now()),
    )


router = Router(
    "/questions",
    route_handlers=[
        show_questions,
        show_of_agreement,
        ask_to_sign,
        show_question,
        send_link,
        print_code,
        correct_address,
        revoke_link,
    ],
)
