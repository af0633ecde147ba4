"""Letters over JSON: have one made, list them, read one, take its PDF."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.ids import LetterId
from service.letters import actions, making, rules
from service.letters.model import Addressee, Door, Kind, Letter, Paper, Reading
from service.web import Db, Me, Now, Seal

KNOWN = (Role.CASE_OFFICER, Role.EMPLOYER, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER)
MAKER = [allow(*KNOWN)]
PAYERS = [allow(Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, scope=Scope.READ)]
READER = [allow(*KNOWN, Role.AUDITOR, scope=Scope.READ)]

OfKind = Annotated[Kind | None, QueryParameter(name="kind")]


class LetterRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What about: `subject` is the id of an agreement, a placement, a recovery, one of a moment's
    decisions on eligibility or, for a statement of a `month` (2026-10), of an employer or
    candidate. Without a language, the reader's."""

    kind: Kind
    subject: UUID
    month: Annotated[str, msgspec.Meta(max_length=20)] = ""
    language: Annotated[str, msgspec.Meta(max_length=5)] = ""


class LetterView(msgspec.Struct, kw_only=True):
    """A letter that was made; `sha256` is that of its PDF."""

    id: LetterId
    reference: str
    kind: Kind
    language: str
    about: str
    addressee: Addressee
    recipient: str
    is_draft: bool
    sha256: str
    made_at: datetime
    made_by: str

    @classmethod
    def of(cls, letter: Letter) -> Self:
        """The view of a letter."""
        return cls(
            id=letter.id,
            reference=letter.reference,
            kind=letter.kind,
            language=letter.language,
            about=letter.about,
            addressee=letter.addressee,
            recipient=letter.recipient,
            is_draft=letter.is_draft,
            sha256=letter.sha256.hex(),
            made_at=letter.made_at,
            made_by=letter.made_by_name,
        )


class LetterWords(msgspec.Struct):
    """A letter and every word of it."""

    letter: LetterView
    paper: Paper


@post("/", guards=MAKER, status_code=201)
async def make_letter(
    data: JSONBody[LetterRequest], db: Db, me: Me, clock: Now, sealer: Seal
) -> LetterView:
    """Writes, prints and keeps a letter; the same facts give the letter that is there."""
    subject = rules.read_subject(data.kind, str(data.subject), data.month)
    letter = await making.make_letter(
        db, subject, language=data.language, me=me, clock=clock, sealer=sealer
    )
    return LetterView.of(letter)


@get("/", guards=READER)
async def list_letters(
    db: Db, me: Me, kind: OfKind = None, before: FromQuery[LetterId | None] = None
) -> list[LetterView]:
    """Letters, the newest first and fifty at a time; `before` is the last id of a page."""
    async with db.transaction() as tx:
        letters = await actions.list_letters(tx, by=me, kind=kind, before=before)
    return [LetterView.of(one) for one in letters]


@get("/{letter_id:uuid}", guards=READER)
async def read_letter(
    letter_id: FromPath[LetterId], db: Db, me: Me, clock: Now, sealer: Seal
) -> LetterWords:
    """A letter with every word of it; that it was read is noted."""
    async with db.transaction() as tx:
        letter, paper = await actions.read_letter(
            tx, letter_id, door=Door.API, by=me, at=clock.now(), sealer=sealer
        )
    return LetterWords(LetterView.of(letter), paper)


@get("/{letter_id:uuid}/pdf", guards=READER, media_type="application/pdf")
async def take_pdf(
    letter_id: FromPath[LetterId], db: Db, me: Me, clock: Now, sealer: Seal
) -> Response[bytes]:
    """The PDF as it was printed; that it was taken is noted."""
    async with db.transaction() as tx:
        letter, pdf = await actions.download(
            tx, letter_id, door=Door.API, by=me, at=clock.now(), sealer=sealer
        )
    return attachment(letter, pdf)


@get("/{letter_id:uuid}/readings", guards=READER)
async def list_readings(letter_id: FromPath[LetterId], db: Db) -> list[Reading]:
    """Who read a letter, by which door and when; the latest hundred."""
    async with db.transaction() as tx:
        return await actions.list_readings(tx, letter_id)


def attachment(letter: Letter, pdf: bytes) -> Response[bytes]:
    """A PDF to be saved under a name that says nothing of anybody."""
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{letter.file_name}"'},
    )


router = Router(
    "/letters",
    route_handlers=[make_letter, list_letters, read_letter, take_pdf, list_readings],
    tags=["letters"],
)
